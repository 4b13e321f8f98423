package prove

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/errata-cv/errata/matrix"
)

// Variant is original or corrected labels.
type Variant int

// The variants.
const (
	Original Variant = iota
	Corrected
)

func (v Variant) String() string { return [...]string{"original", "corrected"}[v] }

// variants in order.
var variants = [2]Variant{Original, Corrected}

// Run carries out the experiment: two trainings for each seed (and part). Where
// both variants have the same training labels the model is trained once and
// counts for both. It returns ctx.Err() when ctx ends.
func Run(ctx context.Context, d Data, o Options) (*Result, error) {
	o = o.withDefaults()
	if err := o.check(); err != nil {
		return nil, err
	}
	if err := d.check(); err != nil {
		return nil, err
	}
	p, err := makePlan(&d, o)
	if err != nil {
		return nil, err
	}
	e := &experiment{data: &d, options: o}
	for _, rounds := range p.rounds {
		e.total += 2 * len(rounds)
	}
	var seeds []*predictions
	for s, rounds := range p.rounds {
		all := new(predictions)
		for _, r := range rounds {
			if err := e.round(ctx, all, r, o.Seed+uint64(s)); err != nil {
				return nil, err
			}
		}
		seeds = append(seeds, all)
	}
	return e.result(ctx, p, seeds)
}

type experiment struct {
	data        *Data
	options     Options
	done, total int
}

// round trains on both variants and appends what the models say.
func (e *experiment) round(ctx context.Context, all *predictions, r round, seed uint64) error {
	var previous Job
	var probs *matrix.Matrix
	for _, v := range variants {
		job := e.job(v, r, seed)
		if len(job.Rows) == 0 {
			return fmt.Errorf("the %s labels leave no image to train on", v)
		}
		same := v == Corrected && slices.Equal(job.Rows, previous.Rows) && slices.Equal(job.Labels, previous.Labels)
		if !same {
			if err := ctx.Err(); err != nil {
				return err
			}
			var err error
			if probs, err = e.options.Trainer.Train(ctx, job); err != nil {
				return fmt.Errorf("training on the %s labels: %w", v, err)
			}
			if probs.Rows != len(r.validate) || probs.Cols != len(e.data.Classes) {
				return fmt.Errorf("the trainer %q predicted %d rows of %d classes, but %d rows of %d classes were asked for", e.options.Trainer.Name(), probs.Rows, probs.Cols, len(r.validate), len(e.data.Classes))
			}
		}
		previous = job
		e.read(all, v, r.validate, probs)
		e.done++
		e.options.Progress(e.done, e.total)
	}
	all.rows = append(all.rows, r.validate...)
	return nil
}

func (e *experiment) job(v Variant, r round, seed uint64) Job {
	job := Job{Variant: v, Predict: r.validate, Classes: len(e.data.Classes), Seed: seed}
	for at, i := range r.train {
		label := e.data.label(v, i)
		if label == Dropped {
			continue
		}
		job.Rows = append(job.Rows, i)
		job.Labels = append(job.Labels, label)
		if r.weights != nil {
			job.Weights = append(job.Weights, r.weights[at])
		}
	}
	return job
}

// read appends the predictions of one model.
func (e *experiment) read(all *predictions, model Variant, rows []int, probs *matrix.Matrix) {
	for at, i := range rows {
		row := probs.Row(at)
		best := 0
		for k, p := range row {
			if p > row[best] {
				best = k
			}
		}
		all.class[model] = append(all.class[model], int32(best))
		for _, labels := range variants {
			loss := 0.0
			if y := e.data.label(labels, i); y != Dropped {
				loss = -math.Log(max(leastProbability, float64(row[y])))
			}
			all.loss[model][labels] = append(all.loss[model][labels], loss)
		}
	}
}
