package probe

import (
	"math/rand/v2"
	"slices"
	"testing"
)

func TestFoldsRespectGroupsAndClasses(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for trial := range 200 {
		n, classes, k := 1+r.IntN(300), 1+r.IntN(12), 2+r.IntN(9)
		y, groups := make([]int, n), make([]int32, n)
		for i := range y {
			y[i] = r.IntN(classes)
			groups[i] = int32(r.IntN(2 * n))
		}
		if trial%3 == 0 {
			groups = nil
		}
		fold := Folds(y, classes, groups, k, uint64(trial))
		of := map[int32]int8{}
		size := make([]int, k)
		counts := make([][]int, classes)
		for i, f := range fold {
			if f < 0 || int(f) >= k {
				t.Fatalf("label %d is in fold %d of %d", i, f, k)
			}
			size[f]++
			if counts[y[i]] == nil {
				counts[y[i]] = make([]int, k)
			}
			counts[y[i]][f]++
			if groups == nil {
				continue
			}
			if before, ok := of[groups[i]]; ok && before != f {
				t.Fatalf("group %d is in folds %d and %d", groups[i], before, f)
			}
			of[groups[i]] = f
		}
		if groups != nil {
			continue
		}
		if slices.Max(size)-slices.Min(size) > classes {
			t.Errorf("folds of %d labels in %d classes have sizes %v", n, classes, size)
		}
		for c, v := range counts {
			if v != nil && n >= k && slices.Max(v)-slices.Min(v) > 1 {
				t.Errorf("class %d is spread over folds as %v", c, v)
			}
		}
	}
}

func TestFoldsDependOnSeedAlone(t *testing.T) {
	y := make([]int, 100)
	a, b, c := Folds(y, 1, nil, 5, 1), Folds(y, 1, nil, 5, 1), Folds(y, 1, nil, 5, 2)
	if !slices.Equal(a, b) {
		t.Error("the same seed gave other folds")
	}
	if slices.Equal(a, c) {
		t.Error("another seed gave the same folds")
	}
}
