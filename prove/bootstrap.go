package prove

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/errata-cv/errata/matrix"
)

const streamResample = 0x72657361 // of random numbers

// score returns the metrics of every seed for each model on one set of labels.
// times says how often each group of rows counts (nil: once).
func (e *experiment) score(seeds []*predictions, labels Variant, times []float64, cluster []int32, tallies *[2]*tally) (out [2][]Metrics) {
	for _, s := range seeds {
		for model, t := range tallies {
			t.clear()
			for at, i := range s.rows {
				y := e.data.label(labels, i)
				if y == Dropped {
					continue
				}
				weight := 1.0
				if times != nil {
					if weight = times[cluster[i]]; weight == 0 {
						continue
					}
				}
				t.add(y, int(s.class[model][at]), s.loss[model][labels][at], weight)
			}
			out[model] = append(out[model], t.metrics())
		}
	}
	return out
}

// clusters numbers the duplicate groups of all validation rows; rows that are
// never validated get -1.
func (e *experiment) clusters(seeds []*predictions) (cluster []int32, n int) {
	cluster = make([]int32, len(e.data.Before))
	for i := range cluster {
		cluster[i] = -1
	}
	number := make(map[int32]int32)
	for _, s := range seeds {
		for _, i := range s.rows {
			g := e.data.group(i)
			if _, ok := number[g]; !ok {
				number[g] = int32(len(number))
			}
			cluster[i] = number[g]
		}
	}
	return cluster, len(number)
}

// intervals returns, by labels and metric, the middle 95 % of the difference
// between the corrected and the original model.
func (e *experiment) intervals(ctx context.Context, seeds []*predictions) (low, high [2][3]float64, err error) {
	cluster, groups := e.clusters(seeds)
	var deltas [2][3][]float64
	for _, labels := range variants {
		for m := range metricNames {
			deltas[labels][m] = make([]float64, e.options.Resamples)
		}
	}
	matrix.Parallel(e.options.Resamples, 16, func(from, to int) {
		times := make([]float64, groups)
		tallies := [2]*tally{newTally(len(e.data.Classes)), newTally(len(e.data.Classes))}
		for b := from; b < to && ctx.Err() == nil; b++ {
			r := rand.New(rand.NewPCG(e.options.Seed+uint64(b), streamResample))
			clear(times)
			for range groups {
				times[r.IntN(groups)]++
			}
			drawn := make([]*predictions, len(seeds))
			for s := range drawn {
				drawn[s] = seeds[r.IntN(len(seeds))]
			}
			for _, labels := range variants {
				scores := e.score(drawn, labels, times, cluster, &tallies)
				before, after := mean(scores[Original]).values(), mean(scores[Corrected]).values()
				for m := range metricNames {
					deltas[labels][m][b] = after[m] - before[m]
				}
			}
		}
	})
	if err := ctx.Err(); err != nil {
		return low, high, err
	}
	for _, labels := range variants {
		for m, d := range deltas[labels] {
			slices.Sort(d)
			low[labels][m], high[labels][m] = quantile(d, 0.025), quantile(d, 0.975)
		}
	}
	return low, high, nil
}

func mean(all []Metrics) Metrics {
	var m Metrics
	for _, s := range all {
		m.Accuracy += s.Accuracy
		m.MacroF1 += s.MacroF1
		m.LogLoss += s.LogLoss
	}
	n := float64(len(all))
	return Metrics{m.Accuracy / n, m.MacroF1 / n, m.LogLoss / n}
}

// quantile interpolates between the neighbours in sorted.
func quantile(sorted []float64, q float64) float64 {
	at := q * float64(len(sorted)-1)
	lo := int(math.Floor(at))
	hi := min(lo+1, len(sorted)-1)
	return sorted[lo] + (at-float64(lo))*(sorted[hi]-sorted[lo])
}
