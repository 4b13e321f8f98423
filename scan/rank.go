package scan

import (
	"context"

	"github.com/errata-cv/errata/check/class"
	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/matrix"
	"github.com/errata-cv/errata/neighbor"
	"github.com/errata-cv/errata/probe"
	"github.com/errata-cv/errata/progress"
	"github.com/errata-cv/errata/rank"
)

// rank gives every label one probability of being wrong.
func (s *scanner) rank(context.Context) error {
	res := s.res
	res.Labels = make([]Label, len(res.Dataset.Annotations))
	for i := range res.Labels {
		res.Labels[i].Suggestion = dataset.None
	}
	if res.Probs == nil {
		return nil
	}
	return s.step("rank", 0, "", func(progress.Task) (bool, error) {
		rows, y := s.judged()
		if len(rows) == 0 {
			s.note("No class has two different pictures, so there is nothing to compare labels with: wrong classes were not looked for.")
			return false, nil
		}
		signals := rank.Signals{Probs: gather(res.Probs, rows)}
		if res.Neighbors != nil {
			signals.Votes = s.votes(rows)
		}
		r, err := rank.Labels(y, signals)
		if err != nil {
			return false, err
		}
		for i, a := range rows {
			res.Labels[a] = Label{Judged: true, Suggestion: r.Suggestion[i], Score: r.Score[i], Probability: r.Probability[i]}
		}
		res.Estimate = &Estimate{Errors: r.Estimate.Errors, Low: r.Estimate.Low, High: r.Estimate.High}
		if r.Estimate.Errors > mostWrong*float64(len(rows)) {
			s.note("Most labels seem to be wrong. More likely there are too few pictures of each class, or they differ in what the built-in model does not see: trust the order of the list, not its probabilities.")
		}
		s.rows = rows
		s.learning, err = class.Learn(y, class.Of(signals.Probs))
		return false, err
	})
}

// mostWrong is the share of wrong labels above which an estimate says more
// about the model than about the labels.
const mostWrong = 0.5

// judged lists the annotations that can be judged, with their classes: their
// image was decoded, and there is another picture of their class, not a copy.
func (s *scanner) judged() (rows, y []int) {
	all, classes := s.trainable()
	first := make([]int32, len(s.res.Dataset.Classes))
	for c := range first {
		first[c] = dataset.None
	}
	several := make([]bool, len(first))
	for i, c := range classes {
		switch g := s.res.Groups[s.res.Dataset.Annotations[all[i]].Image]; first[c] {
		case dataset.None:
			first[c] = g
		case g:
		default:
			several[c] = true
		}
	}
	for i, c := range classes {
		if several[c] {
			rows, y = append(rows, all[i]), append(y, c)
		}
	}
	return rows, y
}

// votes counts, for each of rows, how the look-alikes of its image are
// labelled. Copies of the image itself have no vote.
func (s *scanner) votes(rows []int) *matrix.Matrix {
	ds, g := s.res.Dataset, s.res.Neighbors
	first := make([]int, len(ds.Images)) // class of each image's first annotation
	for i := range first {
		first[i] = dataset.None
		if of := s.res.Index.Annotations(i); len(of) > 0 {
			first[i] = ds.Annotations[of[0]].Class
		}
	}
	others := &neighbor.Graph{K: g.K, Index: make([]int32, len(g.Index)), Distance: g.Distance}
	for i := range first {
		for k := i * g.K; k < (i+1)*g.K; k++ {
			j := g.Index[k]
			if j < 0 || s.res.Groups[j] == s.res.Groups[i] || first[j] == dataset.None || !s.usable(int(j)) {
				j = -1
			}
			others.Index[k] = j
		}
	}
	images := make([]int, len(rows))
	for i, a := range rows {
		images[i] = ds.Annotations[a].Image
	}
	return gather(probe.KNNVotes(others, first, len(ds.Classes)), images)
}

// gather returns the named rows of m; m itself when those are all of them in
// order.
func gather(m *matrix.Matrix, rows []int) *matrix.Matrix {
	same := len(rows) == m.Rows
	for i, r := range rows {
		same = same && i == r
	}
	if same {
		return m
	}
	out := matrix.New(len(rows), m.Cols)
	for i, r := range rows {
		copy(out.Row(i), m.Row(r))
	}
	return out
}
