package synth

import (
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/errata-cv/errata/dataset"
)

func TestScore(t *testing.T) {
	truth := &Truth{Errors: []Error{
		{Image: "a", Kind: dataset.WrongClass, Given: "x", True: "y"},
		{Image: "b", Kind: dataset.InconsistentComponent, Given: "x", True: "y"},
		{Image: "c", Kind: dataset.WrongClass, Given: "x", True: "y"},
		{Image: "d", Kind: dataset.Dark, Given: "x", True: "x"},
	}}
	for _, c := range []struct {
		ranked []string
		found  int
		ap     float64
	}{
		{[]string{"a", "b", "c", "d"}, 3, 1},
		{[]string{"a", "a", "d", "b"}, 2, (1 + 2./3) / 3},
		{[]string{"z", "d", "y", "c"}, 0, .25 / 3},
		{nil, 0, 0},
	} {
		s := truth.Score(c.ranked)
		if s.Planted != 3 || s.Found != c.found || math.Abs(s.AveragePrecision-c.ap) > 1e-12 {
			t.Errorf("%v scores %+v, want %d found and AP %v", c.ranked, s, c.found, c.ap)
		}
	}
	if s := new(Truth).Score([]string{"a"}); s != (Score{}) {
		t.Errorf("no errors score %+v", s)
	}
}

func TestReadTruthRefuses(t *testing.T) {
	for _, body := range []string{"", "not json", `{"version": 99}`} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, TruthFile), []byte(body), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := ReadTruth(dir); err == nil {
			t.Errorf("%q was read", body)
		}
	}
}
