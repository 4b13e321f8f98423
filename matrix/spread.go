package matrix

import (
	"context"
	"math"
	"math/rand/v2"
)

// spread chooses k rows of a sample of x, each with a probability in proportion
// to its squared distance to those chosen before.
func spread(ctx context.Context, x *Matrix, k int, seed uint64) (*Matrix, error) {
	const (
		perCluster = 24
		least      = 2048
		block      = 256
	)
	random := rand.New(rand.NewPCG(seed, 0x6b6d65616e73))
	sample := choice(x.Rows, min(x.Rows, max(perCluster*k, least)), random)
	n := len(sample)
	nearest := make([]float32, n)
	for i := range nearest {
		nearest[i] = float32(math.Inf(1))
	}
	sums := make([]float64, (n+block-1)/block)
	chosen := New(k, x.Cols)
	at := random.IntN(n)
	for c := range k {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		row := chosen.Row(c)
		copy(row, x.Row(sample[at]))
		Parallel(n, block, func(from, to int) {
			var sum float64
			for i := from; i < to; i++ {
				nearest[i] = min(nearest[i], SquaredDistance(x.Row(sample[i]), row))
				sum += float64(nearest[i])
			}
			sums[from/block] = sum
		})
		at = draw(nearest, sums, block, random.Float64())
	}
	return chosen, nil
}

// draw returns the index at which the running sum of weights passes the fraction
// u of their total. sums holds the totals of blocks of weights.
func draw(weights []float32, sums []float64, block int, u float64) int {
	var total float64
	for _, s := range sums {
		total += s
	}
	left := u * total
	b := 0
	for b+1 < len(sums) && left >= sums[b] {
		left -= sums[b]
		b++
	}
	at := b * block
	for i := at; i < min(at+block, len(weights)); i++ {
		if weights[i] > 0 {
			at = i
			if left -= float64(weights[i]); left < 0 {
				break
			}
		}
	}
	return at
}

// choice returns count of the numbers below n in ascending order (Knuth's
// algorithm S).
func choice(n, count int, random *rand.Rand) []int {
	chosen := make([]int, 0, count)
	for i := 0; len(chosen) < count; i++ {
		if random.IntN(n-i) < count-len(chosen) {
			chosen = append(chosen, i)
		}
	}
	return chosen
}
