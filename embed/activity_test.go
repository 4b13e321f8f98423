package embed

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestVectorLoopsEqualPortable(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	random := func(n int, scale float64) []float32 {
		v := make([]float32, n)
		for i := range v {
			v[i] = float32(r.NormFloat64() * scale)
		}
		return v
	}
	for _, n := range []int{1, 2, 8, 12, 16, 64, 256} {
		even, odd, norms := random(n, 3), random(n, 3), random(n, 1)
		for i := range norms {
			norms[i] = norms[i]*norms[i] + 1
		}
		a, b := make([]float32, 2*n), make([]float32, 2*n)
		sa := portableDistances(a, even, odd, norms, 4)
		sb := distances(b, even, odd, norms, 4)
		if math.Abs(float64(sa-sb)) > 1e-4*float64(sa) {
			t.Errorf("%d atoms: the sums are %g and %g", n, sa, sb)
		}
		x := random(2*n, 1)
		y := append([]float32(nil), x...)
		portableAccumulate(x, a, sa/float32(2*n))
		accumulate(y, b, sa/float32(2*n))
		for j := range a {
			if math.Abs(float64(a[j]-b[j])) > 1e-5 || math.Abs(float64(x[j]-y[j])) > 1e-5 {
				t.Fatalf("%d atoms, atom %d: distances %g and %g, totals %g and %g", n, j, a[j], b[j], x[j], y[j])
			}
		}
	}
}

func BenchmarkEncode(b *testing.B) {
	in := bars(64, InputSide, 1)
	p := learn(b, in, PatchOptions{Samples: 20000})
	e := p.encoder()
	defer e.free()
	s := e.scratch()
	even, odd := make([]float32, p.options.features()), make([]float32, p.options.features())
	b.ResetTimer()
	for i := range b.N {
		s.picture(in.RGB(i%64, nil), func(int) (e, o []float32) { return even, odd })
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "pictures/s")
}
