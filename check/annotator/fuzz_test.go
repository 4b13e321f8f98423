package annotator

import (
	"math"
	"testing"

	"github.com/errata-cv/errata/check/class"
)

// FuzzAll makes labels of bytes, four of which say how many images, annotators
// and classes there are and what to do with ties, and lets everything run.
func FuzzAll(f *testing.F) {
	f.Add([]byte{3, 2, 2, 0, 0, 0, 1, 0, 1, 1, 1, 0, 0, 1, 1, 1, 2, 0, 0})
	f.Add([]byte{5, 1, 3, 9, 0, 0, 1, 4, 0, 2})
	f.Add([]byte{2, 3, 2, 1, 0, 0, 0, 0, 1, 0, 1, 2, 0})
	f.Add([]byte{1, 0, 2, 1})
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) < 4 {
			return
		}
		c := Columns{Images: int(b[0]), Annotators: int(b[1]), Classes: int(b[2])}
		seed := uint64(b[3])
		for b = b[4:]; len(b) >= 3; b = b[3:] {
			c.Image, c.Annotator, c.Class = append(c.Image, int(b[0])), append(c.Annotator, int(b[1])), append(c.Class, int(b[2]))
		}
		l, err := New(c)
		if err != nil {
			return
		}
		p := make([]float64, c.Images*c.Classes)
		for at := range p {
			p[at] = float64((at*7+int(seed))%5) / 4
		}
		models := []class.Probs{class.Of64(c.Images, c.Classes, p)}
		fraction := func(what string, values ...float64) {
			for _, v := range values {
				if !(v >= 0 && v <= 1+1e-9) {
					t.Fatalf("%s is %v", what, v)
				}
			}
		}
		for _, o := range []Options{{Seed: seed}, {Calibrate: true}, {Consensus: ByMajority}, {Quality: AgreementQuality}} {
			scores, err := ActiveLearning(l, models, o)
			if err != nil {
				t.Fatal(err)
			}
			fraction("an active learning score", scores...)
			r, err := Crowdlab(l, models, o)
			if err != nil {
				if l.Len() > 0 {
					t.Fatal(err)
				}
				continue
			}
			fraction("a quality", r.Quality...)
			fraction("a label quality", r.LabelQuality...)
			for _, s := range r.Annotators {
				fraction("an annotator", s.Quality, s.Low, s.High, s.Agreement)
			}
			for _, w := range r.Weak(WeakOptions{}) {
				fraction("a weak annotator", w.Gap, w.Probability)
			}
			if _, err := r.WrongConsensus(nil); err != nil {
				t.Fatal(err)
			}
		}
		if l.Len() == 0 {
			return
		}
		fraction("a share", Wawa(l, seed).Share...)
		for _, fit := range []func() (*Estimate, error){
			func() (*Estimate, error) { return DawidSkene(l, DawidSkeneOptions{}) },
			func() (*Estimate, error) { return DawidSkene(l, DawidSkeneOptions{OneCoin: true}) },
			func() (*Estimate, error) { return GLAD(l, Rounds{}) },
		} {
			e, err := fit()
			if err != nil {
				t.Fatal(err)
			}
			fraction("a posterior", e.Posterior...)
			fraction("a skill", e.Skill...)
		}
		for _, o := range []Interval{{}, {Replicates: 5, Seed: seed}} {
			for _, a := range []func(*Labels, Interval) (Agreement, error){Fleiss, Krippendorff} {
				if got, err := a(l, o); err == nil && !(got.Low >= -1 && got.High <= 1 && got.Low <= got.High && !math.IsNaN(got.Value)) {
					t.Fatalf("the agreement is %+v", got)
				}
			}
		}
	})
}
