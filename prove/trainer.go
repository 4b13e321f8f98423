package prove

import (
	"context"
	"fmt"

	"github.com/errata-cv/errata/matrix"
	"github.com/errata-cv/errata/probe"
)

// Trainer trains a model and predicts with it. Equal jobs should give equal
// predictions.
type Trainer interface {
	// Name says what is trained, for reports.
	Name() string
	// Train learns from the rows of job and returns the class probabilities of
	// the rows to predict, len(job.Predict) × job.Classes; rows sum to one.
	Train(ctx context.Context, job Job) (*matrix.Matrix, error)
}

// Job is one training.
type Job struct {
	// Variant says which labels these are.
	Variant Variant
	// Rows are the rows of Data to learn from, ascending, Labels their classes
	// and Weights how much each counts (nil: all the same).
	Rows    []int
	Labels  []int
	Weights []float32
	// Predict are the rows to predict, ascending. None of them is in Rows.
	Predict []int
	// Classes is the number of classes.
	Classes int
	// Seed is for anything random in training; it is the same for both
	// variants.
	Seed uint64
}

// Probe trains multinomial logistic regression on frozen features. It serves one
// Run.
type Probe struct {
	// Features has one row for each row of Data.
	Features *matrix.Matrix
	// Options of the training. Where L2 is 0, the penalty is chosen once, by
	// cross-validation on the original labels of the first training (of at
	// most 8,000 rows), and then used for every model.
	Options probe.Options

	penalty float64
}

const penaltyRows = 8000

// Name describes the model.
func (p *Probe) Name() string { return "logistic regression on frozen features" }

// Train fits the model on the job's rows of Features.
func (p *Probe) Train(ctx context.Context, job Job) (*matrix.Matrix, error) {
	for _, rows := range [][]int{job.Rows, job.Predict} {
		if n := len(rows); n > 0 && rows[n-1] >= p.Features.Rows {
			return nil, fmt.Errorf("there are features of %d images, but image %d is needed, too", p.Features.Rows, rows[n-1])
		}
	}
	if p.penalty == 0 {
		if err := p.choosePenalty(ctx, job); err != nil {
			return nil, err
		}
	}
	o := p.Options
	o.Seed, o.L2 = job.Seed, p.penalty
	m, err := probe.Fit(ctx, gather(p.Features, job.Rows), job.Labels, job.Classes, job.Weights, o)
	if err != nil {
		return nil, err
	}
	return m.Predict(gather(p.Features, job.Predict)), nil
}

func (p *Probe) choosePenalty(ctx context.Context, job Job) error {
	if p.penalty = p.Options.L2; p.penalty != 0 {
		return nil
	}
	step := (len(job.Rows) + penaltyRows - 1) / penaltyRows
	var rows, labels []int
	for i := 0; i < len(job.Rows); i += step {
		rows, labels = append(rows, job.Rows[i]), append(labels, job.Labels[i])
	}
	r, err := probe.CrossValidate(ctx, gather(p.Features, rows), labels, job.Classes, nil, p.Options, nil)
	if err != nil {
		return err
	}
	p.penalty = r.L2
	return nil
}

func gather(x *matrix.Matrix, rows []int) *matrix.Matrix {
	out := matrix.New(len(rows), x.Cols)
	for to, from := range rows {
		copy(out.Row(to), x.Row(from))
	}
	return out
}
