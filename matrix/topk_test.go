package matrix

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestTopKIsAStableSort(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		values := make([]float32, r.IntN(60))
		for i := range values {
			values[i] = float32(r.IntN(8)) // many ties
			if values[i] == 7 {
				values[i] = float32(math.NaN())
			}
		}
		want := make([]int, len(values))
		for i := range want {
			want[i] = i
		}
		slices.SortStableFunc(want, func(a, b int) int { return cmp.Compare(values[b], values[a]) })
		k := r.IntN(len(values) + 5)
		if got := TopK(values, k); !slices.Equal(got, want[:min(k, len(values))]) {
			t.Fatalf("TopK(%v, %d) = %v, want %v", values, k, got, want)
		}
	}
	if got := TopK([]float32{1, 2}, -1); len(got) != 0 {
		t.Errorf("TopK of -1: %v", got)
	}
}
