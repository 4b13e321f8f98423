package features

import (
	"math/rand/v2"
	"testing"

	"github.com/errata-cv/errata/check/class"
	"github.com/errata-cv/errata/check/outlier"
	"github.com/errata-cv/errata/neighbor"
)

// large is a graph of 50 000 rows with 10 neighbours each, labels of 10 classes
// and probabilities.
func large() (*neighbor.Graph, []int, class.Probs) {
	const n, k, classes = 50_000, 10, 10
	r := rand.New(rand.NewPCG(1, 1))
	g := &neighbor.Graph{K: k, Index: make([]int32, n*k), Distance: make([]float32, n*k)}
	labels, p := make([]int, n), make([]float64, n*classes)
	for i := range n {
		labels[i] = r.IntN(classes)
		for c := range classes {
			p[i*classes+c] = r.Float64() / classes
		}
		for place := range k {
			g.Index[i*k+place] = int32((i + 1 + r.IntN(n-1)) % n)
			g.Distance[i*k+place] = float32(place+1) * .06
		}
	}
	return g, labels, class.Of64(n, classes, p)
}

func BenchmarkChecks(b *testing.B) {
	g, labels, p := large()
	bright := make([]float64, len(labels))
	for i := range bright {
		bright[i] = p.At(i, 0)
	}
	clusters, err := Cluster(g, ClusterOptions{})
	if err != nil {
		b.Fatal(err)
	}
	for _, c := range []struct {
		name string
		run  func() error
	}{
		{"outlier", func() error { _, err := outlier.ByDistance(outlier.Of(g), outlier.Options{}); return err }},
		{"near-duplicate", func() error { _, err := outlier.NearDuplicates(outlier.Of(g), 0); return err }},
		{"out-of-distribution", func() error { _, err := outlier.ByProbability(p, outlier.ProbabilityOptions{}); return err }},
		{"non-iid", func() error { _, err := NonIID(g, NonIIDOptions{}); return err }},
		{"cluster", func() error { _, err := Cluster(g, ClusterOptions{}); return err }},
		{"groups", func() error { _, err := Groups(clusters, labels, p, GroupOptions{}); return err }},
		{"values", func() error { _, err := Values(g, labels, ValueOptions{}); return err }},
		{"imbalance", func() error { _, err := Imbalance(labels, 10, 0); return err }},
		{"spurious", func() error {
			_, err := Spurious([]string{"bright"}, [][]float64{bright}, labels, 10, SpuriousOptions{})
			return err
		}},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := c.run(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
