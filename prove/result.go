package prove

import (
	"cmp"
	"context"
	"fmt"
	"slices"
)

// Verdict says whether the correction helped.
type Verdict string

// The verdicts: the interval of the difference in accuracy on the corrected
// validation labels lies above zero, below it, or around it.
const (
	Helped  Verdict = "helped"
	Hurt    Verdict = "hurt"
	Unclear Verdict = "cannot be told"
)

// Result is the outcome of an experiment.
type Result struct {
	Verdict Verdict `json:"verdict"`
	// Sentence says the verdict with its numbers.
	Sentence string `json:"sentence"`
	// Trainer names the model and Design says how images were divided.
	Trainer string `json:"trainer"`
	Design  string `json:"design"`
	Seeds   int    `json:"seeds"`
	Seed    uint64 `json:"seed"`
	// Training and Validation count the images of both sides; where seeds
	// divide them differently an image may be on both.
	Training   Counts `json:"training"`
	Validation Counts `json:"validation"`
	// LeftOut is the number of training images that were not used because
	// they are copies of validation images.
	LeftOut int `json:"left_out"`
	// Classes names what confusion counts refer to.
	Classes []string `json:"classes"`
	// Cells are the four combinations, trained on original labels first,
	// validated on original labels first.
	Cells []Cell `json:"cells"`
	// Differences compare training on corrected labels with training on
	// original labels, on the same validation labels.
	Differences []Difference `json:"differences"`
}

// Counts says how many images one side has and what the correction did to them.
type Counts struct {
	Images    int `json:"images"`
	Relabeled int `json:"relabeled"`
	Dropped   int `json:"dropped"`
}

// Cell is one model validated on one set of labels.
type Cell struct {
	Training   string `json:"training"`   // "original" or "corrected"
	Validation string `json:"validation"` // "original" or "corrected"
	Metrics
	// PerSeed are the metrics that Metrics is the mean of.
	PerSeed  []Metrics      `json:"per_seed"`
	PerClass []ClassMetrics `json:"per_class"`
	// Confusion lists counts above zero by label, then prediction.
	Confusion []Confusion `json:"confusion"`
}

// Difference is what training on corrected labels changed.
type Difference struct {
	Validation string  `json:"validation"` // "original" or "corrected" labels
	Metric     string  `json:"metric"`     // "accuracy", "macro_f1" or "log_loss"
	Original   float64 `json:"original"`   // metric of the model trained on original labels
	Corrected  float64 `json:"corrected"`
	Delta      float64 `json:"delta"` // Corrected - Original
	Low        float64 `json:"low"`   // of the 95 % interval of Delta
	High       float64 `json:"high"`
}

// Cell returns the cell of one model on one set of labels.
func (r *Result) Cell(training, validation Variant) *Cell {
	return &r.Cells[2*int(training)+int(validation)]
}

// Difference returns one difference; metric as in its JSON name.
func (r *Result) Difference(validation Variant, metric string) Difference {
	at := slices.IndexFunc(r.Differences, func(d Difference) bool {
		return d.Validation == validation.String() && d.Metric == metric
	})
	return r.Differences[at]
}

func (e *experiment) result(ctx context.Context, p *plan, seeds []*predictions) (*Result, error) {
	r := &Result{
		Trainer: e.options.Trainer.Name(), Design: p.description, Seeds: e.options.Seeds, Seed: e.options.Seed,
		LeftOut: p.leftOut, Classes: e.data.Classes, Cells: make([]Cell, 4),
		Training: e.count(p.train), Validation: e.count(p.validate),
	}
	if r.Validation.Dropped == r.Validation.Images {
		return nil, fmt.Errorf("the correction drops all %d images to validate on", r.Validation.Images)
	}
	for _, labels := range variants {
		tallies := [2]*tally{newTally(len(r.Classes)), newTally(len(r.Classes))}
		scores := e.score(seeds, labels, nil, nil, &tallies)
		for _, model := range variants {
			c := r.Cell(model, labels)
			c.Training, c.Validation = model.String(), labels.String()
			c.PerSeed = scores[model]
			c.Metrics = mean(scores[model])
			e.detail(c, seeds, model, labels)
		}
	}
	low, high, err := e.intervals(ctx, seeds)
	if err != nil {
		return nil, err
	}
	for _, labels := range variants {
		before, after := r.Cell(Original, labels).values(), r.Cell(Corrected, labels).values()
		for m, name := range metricNames {
			r.Differences = append(r.Differences, Difference{
				Validation: labels.String(), Metric: name, Original: before[m], Corrected: after[m],
				Delta: after[m] - before[m], Low: low[labels][m], High: high[labels][m],
			})
		}
	}
	r.conclude()
	return r, nil
}

// count says what the correction does to some rows.
func (e *experiment) count(rows []int) Counts {
	c := Counts{Images: len(rows)}
	for _, i := range rows {
		switch after := e.data.After[i]; {
		case after == Dropped:
			c.Dropped++
		case after != e.data.Before[i]:
			c.Relabeled++
		}
	}
	return c
}

// detail fills in the per-class table and the confusion counts of a cell.
func (e *experiment) detail(c *Cell, seeds []*predictions, model, labels Variant) {
	all := newTally(len(e.data.Classes))
	counts := make(map[[2]int]int)
	for _, s := range seeds {
		for at, i := range s.rows {
			if y := e.data.label(labels, i); y != Dropped {
				said := int(s.class[model][at])
				all.add(y, said, 0, 1)
				counts[[2]int{y, said}]++
			}
		}
	}
	c.PerClass = all.perClass(e.data.Classes)
	for pair, n := range counts {
		c.Confusion = append(c.Confusion, Confusion{pair[0], pair[1], n})
	}
	slices.SortFunc(c.Confusion, func(a, b Confusion) int {
		return cmp.Or(cmp.Compare(a.Label, b.Label), cmp.Compare(a.Predicted, b.Predicted))
	})
}

// conclude sets the verdict and says it.
func (r *Result) conclude() {
	d := r.Difference(Corrected, "accuracy")
	numbers := func(verb string) string {
		return fmt.Sprintf("Training on the corrected labels %s accuracy on the corrected validation labels from %.3f to %.3f (%+.3f, 95 %% interval %+.3f to %+.3f)",
			verb, d.Original, d.Corrected, d.Delta, d.Low, d.High)
	}
	images := r.Validation.Images - r.Validation.Dropped
	switch {
	case r.Training.Relabeled+r.Training.Dropped == 0:
		r.Verdict = Unclear
		r.Sentence = fmt.Sprintf("The correction changes none of the %d training labels, so both models are the same and it cannot be told whether it would help.", r.Training.Images)
	case d.Low > 0:
		r.Verdict = Helped
		r.Sentence = numbers("raised") + ": the fix helped."
	case d.High < 0:
		r.Verdict = Hurt
		r.Sentence = numbers("lowered") + ": the fix hurt."
	default:
		r.Verdict = Unclear
		r.Sentence = fmt.Sprintf("%s: with %d validation images it cannot be told whether the fix helped.", numbers("moved"), images)
	}
}
