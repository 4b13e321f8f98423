package scan

import (
	"context"

	"github.com/errata-cv/errata/check/class"
	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/matrix"
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
	rows, y := s.trainable()
	probs := matrix.New(len(rows), res.Probs.Cols)
	for i, a := range rows {
		copy(probs.Row(i), res.Probs.Row(a))
	}
	var err error
	if s.learning, err = class.Learn(y, class.Of(probs)); err != nil {
		return err
	}
	s.rows = rows
	return nil
}
