package source

import (
	"slices"
	"testing"
)

// What is kept stays as it was, also when the memory of full chunks was given
// back, and where no file can be made.
func TestStore(t *testing.T) {
	for _, off := range []bool{false, true} {
		s := Store{off: off}
		const n, each = 3000, 7001 // two and a half chunks
		var kept [][]float64
		v := make([]float64, each)
		for i := range n {
			for k := range v {
				v[k] = float64(i) + float64(k)/each
			}
			kept = append(kept, s.Keep(slices.Clone(v)))
		}
		for i, k := range kept {
			if len(k) != each || k[0] != float64(i) || k[each-1] != float64(i)+float64(each-1)/each {
				t.Fatalf("off %v: outline %d came back as %v … %v", off, i, k[0], k[each-1])
			}
		}
		if got := s.Keep(nil); len(got) != 0 {
			t.Errorf("nothing became %v", got)
		}
	}
}
