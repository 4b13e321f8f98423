package dynamics

import (
	"fmt"

	"github.com/errata-cv/errata/matrix"
)

// AddArray takes the epochs of a .npy array, see [matrix.OpenNPY]. For n samples
// the shape tells what it holds:
//
//	epochs × n × K  predictions of K classes
//	n × K           predictions of one epoch
//	epochs × n      losses
//	n               losses of one epoch
//
// A shape of n × n is both of the last but one and refused. Float32 values are
// used where they are mapped; predictions of other types are converted as a
// whole. An error leaves the epochs before it taken.
func (t *Training) AddArray(a *matrix.Array) error {
	n, shape := len(t.labels), a.Shape
	switch {
	case len(shape) == 3 && shape[1] == n:
		return t.addStack(a, shape[0], shape[2])
	case len(shape) == 2 && shape[0] == n && shape[1] == n:
		return fmt.Errorf("an array of %d × %d for %d labels may be losses or one epoch of predictions; give it three dimensions, epochs × samples × classes, or one file for each epoch of losses", n, n, n)
	case len(shape) == 2 && shape[0] == n:
		return t.addStack(a, 1, shape[1])
	case len(shape) == 2 && shape[1] == n:
		return t.addLossStack(a, shape[0])
	case len(shape) == 1 && shape[0] == n:
		return t.addLossStack(a, 1)
	}
	return fmt.Errorf("the array has the shape %v, but %d labels need epochs × %d × classes for predictions or epochs × %d for losses", shape, n, n, n)
}

// addStack takes epochs of predictions of k classes.
func (t *Training) addStack(a *matrix.Array, epochs, k int) error {
	if epochs == 0 || k == 0 {
		return fmt.Errorf("the array has the shape %v and holds no predictions", a.Shape)
	}
	n := len(t.labels)
	flat := *a // the same values as one table
	flat.Shape = []int{epochs * n, k}
	m, err := flat.Float32()
	if err != nil {
		return err
	}
	for e := range epochs {
		if err := t.AddPredictions(m.Slice(e*n, (e+1)*n)); err != nil {
			return err
		}
	}
	return nil
}

func (t *Training) addLossStack(a *matrix.Array, epochs int) error {
	if epochs == 0 {
		return fmt.Errorf("the array has the shape %v and holds no losses", a.Shape)
	}
	values, err := a.Float64s()
	if err != nil {
		return err
	}
	n := len(t.labels)
	for e := range epochs {
		if err := t.AddLosses(values[e*n : (e+1)*n]); err != nil {
			return err
		}
	}
	return nil
}
