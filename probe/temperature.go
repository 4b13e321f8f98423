package probe

import (
	"math"

	"github.com/errata-cv/errata/matrix"
)

// fitTemperature returns the t for which softmax(logits/t) has the smallest
// mean log-loss over the rows use (Guo et al. 2017), between e⁻³ and e³, and
// that loss. It is a golden-section search over ln t; the loss has one minimum.
func fitTemperature(logits *matrix.Matrix, y []int, use []int32) (t, loss float64) {
	if len(use) == 0 {
		return 1, 0
	}
	const grain = 512
	part := make([]float64, (len(use)+grain-1)/grain)
	at := func(ln float64) float64 {
		scale := float32(math.Exp(-ln))
		matrix.Parallel(len(use), grain, func(from, to int) {
			sum := 0.0
			for _, i := range use[from:to] {
				row := logits.Row(int(i))
				most := largest(row)
				var total float32
				for _, v := range row {
					total += exp((v - most) * scale)
				}
				sum += math.Log(float64(total)) + float64((most-row[y[i]])*scale)
			}
			part[from/grain] = sum
		})
		sum := 0.0
		for _, v := range part {
			sum += v
		}
		return sum / float64(len(use))
	}
	low, high := -3.0, 3.0
	ratio := (math.Sqrt(5) - 1) / 2
	a, b := high-ratio*(high-low), low+ratio*(high-low)
	fa, fb := at(a), at(b)
	for high-low > 1e-3 {
		if fa <= fb {
			high, b, fb = b, a, fa
			a = high - ratio*(high-low)
			fa = at(a)
		} else {
			low, a, fa = a, b, fb
			b = low + ratio*(high-low)
			fb = at(b)
		}
	}
	ln := (low + high) / 2
	return math.Exp(ln), at(ln)
}

// softmax turns logits into probabilities in place.
func softmax(logits *matrix.Matrix, temperature float64) {
	scale := float32(1 / temperature)
	matrix.Parallel(logits.Rows, 512, func(from, to int) {
		for i := from; i < to; i++ {
			row := logits.Row(i)
			most := largest(row)
			var sum float64
			for c, v := range row {
				v = exp((v - most) * scale)
				row[c] = v
				sum += float64(v)
			}
			for c, v := range row {
				row[c] = float32(float64(v) / sum)
			}
		}
	})
}

func largest(row []float32) float32 {
	most := row[0]
	for _, v := range row {
		most = max(most, v)
	}
	return most
}
