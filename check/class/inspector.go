package class

import (
	"fmt"
	"slices"
)

// Inspector finds suspicious labels in data that come in batches, in two passes
// over the same batches in the same order: first [Inspector.Learn] with every
// batch, then [Inspector.Judge] with every batch. Between batches it keeps one
// score of 8 bytes for each label and nothing of the probabilities. Batches may
// have any size; the answer does not depend on it beyond rounding.
//
// An example counts as an issue when its most probable class is not its label
// and reaches that class's threshold. The estimate differs a little from
// [Learning.NumIssues], which also counts examples by their other confident
// classes.
type Inspector struct {
	score  Score
	sum    []float64
	counts []int
	learnt int
	bars   *Learning // thresholds and counts for scoring; nil before the first Judge
	scores []float64
	issues int
}

// NewInspector returns an Inspector for labels of the given number of classes,
// which scores them by SelfConfidence when score is empty.
func NewInspector(classes int, score Score) (*Inspector, error) {
	if classes < 1 {
		return nil, fmt.Errorf("the number of classes is %d, but there must be at least one", classes)
	}
	if score == "" {
		score = SelfConfidence
	}
	if !slices.Contains(QualityScores(), score) {
		return nil, fmt.Errorf("there is no score %q; the scores are %v", score, QualityScores())
	}
	return &Inspector{score: score, sum: make([]float64, classes), counts: make([]int, classes)}, nil
}

// Learn takes a batch into the class thresholds. It returns an error after the
// first Judge, and for what [Learn] refuses in the given class's column.
func (in *Inspector) Learn(labels []int, p Probs) error {
	if in.bars != nil {
		return fmt.Errorf("the first batch has been judged already; learn from all batches before judging any")
	}
	if err := in.checkBatch(labels, p); err != nil {
		return err
	}
	for i, y := range labels {
		v := p.At(i, y)
		if !(v >= 0 && v <= maxProbability) {
			return rowError(in.learnt+i, y, v)
		}
	}
	for i, y := range labels {
		in.sum[y] += p.At(i, y)
		in.counts[y]++
	}
	in.learnt += len(labels)
	return nil
}

// Thresholds returns the class thresholds of all batches learnt so far.
func (in *Inspector) Thresholds() []float64 {
	t := make([]float64, len(in.sum))
	for k, n := range in.counts {
		t[k] = neverExceeded
		if n > 0 {
			t[k] = max(leastThreshold, in.sum[k]/float64(n))
		}
	}
	return t
}

// Judge scores the next batch.
func (in *Inspector) Judge(labels []int, p Probs) error {
	if err := in.checkBatch(labels, p); err != nil {
		return err
	}
	if len(in.scores)+len(labels) > in.learnt {
		return fmt.Errorf("this batch brings the labels to judge to %d, but only %d were learnt from; judge the same batches", len(in.scores)+len(labels), in.learnt)
	}
	if in.bars == nil {
		in.bars = &Learning{Thresholds: in.Thresholds(), Counts: in.counts}
	}
	l, err := LearnWith(in.bars.Thresholds, labels, p)
	if err != nil {
		return fmt.Errorf("in the batch that starts at row %d: %w", len(in.scores), err)
	}
	scores, err := l.Scores(in.score, false)
	if err != nil {
		return err
	}
	for i, y := range labels {
		best := int(l.Best[i])
		if best != y && p.At(i, best) >= l.Thresholds[best]-slack {
			in.issues++
		}
	}
	in.scores = append(in.scores, scores...)
	return nil
}

func (in *Inspector) checkBatch(labels []int, p Probs) error {
	if _, k := p.Shape(); k != len(in.sum) {
		return fmt.Errorf("the batch has probabilities of %d classes, but the inspector was made for %d", k, len(in.sum))
	}
	return checkShape(labels, p)
}

// NumIssues estimates the number of wrong labels among those judged so far.
func (in *Inspector) NumIssues() int { return in.issues }

// Scores returns the quality of every label judged so far. It must not be
// changed.
func (in *Inspector) Scores() []float64 { return in.scores }

// Issues returns the NumIssues labels with the lowest scores, lowest first,
// equal scores by index.
func (in *Inspector) Issues() []int {
	return Rank(lowest(in.scores, in.issues, make([]float64, len(in.scores))), in.scores)
}
