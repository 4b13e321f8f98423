package matrix

import (
	"math"
	"slices"
	"testing"
)

func TestPackedEqualsMulT(t *testing.T) {
	eachKernel(t, func(t *testing.T) {
		for _, s := range [][3]int{{1, 1, 1}, {7, 45, 300}, {250, 33, 17}, {3, 5000, 9}, {4, 3, 0}, {0, 3, 2}, {3, 0, 2}} {
			a, b := random(s[0], s[2], 1), random(s[1], s[2], 2)
			want, got := New(s[0], s[1]), random(s[0], s[1], 3)
			MulT(want, a, b)
			p := Pack(b)
			p.MulT(got, a)
			if !slices.Equal(got.Data, want.Data) {
				t.Errorf("%v: a packed product differs", s)
			}
			p.AddMulT(got, a)
			for i, v := range got.Data {
				if math.Abs(float64(v-2*want.Data[i])) > 1e-4 {
					t.Errorf("%v: element %d is %v after adding, want %v", s, i, v, 2*want.Data[i])
				}
			}
			p.Free()
		}
	})
}

func TestArgMax(t *testing.T) {
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	eachKernel(t, func(t *testing.T) {
		for _, c := range []struct {
			values []float32
			want   int
		}{
			{[]float32{4}, 0}, {[]float32{1, 3, 3, 2}, 1}, {[]float32{nan, 2, nan, 5}, 3},
			{[]float32{nan, nan}, 0}, {[]float32{-inf, -1, inf, inf}, 2}, {[]float32{nan, -inf}, 0},
			{append(make([]float32, 99), 1, 1), 99}, {[]float32{-inf, -inf}, 0},
		} {
			if got := ArgMax(c.values); got != c.want {
				t.Errorf("ArgMax(%v) = %d, want %d", c.values, got, c.want)
			}
		}
	})
}
