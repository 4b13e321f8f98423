package shared

import (
	"math"
	"reflect"
	"testing"
)

// Tolerance is how far numbers may be from those of the reference outputs.
const Tolerance = 1e-9

// Near fails unless the numbers are those that are wanted, within [Tolerance].
func Near(t testing.TB, what string, got, want []float64) {
	t.Helper()
	Within(t, what, got, want, Tolerance)
}

// Within fails unless the numbers are those that are wanted, so far from them at
// most. To want none is a mistake of the test.
func Within(t testing.TB, what string, got, want []float64, tolerance float64) {
	t.Helper()
	if len(got) != len(want) || len(want) == 0 {
		t.Fatalf("%s has %d values, want %d", what, len(got), len(want))
	}
	for i := range got {
		if !(math.Abs(got[i]-want[i]) <= tolerance) {
			t.Fatalf("%s[%d] = %v, want %v", what, i, got[i], want[i])
		}
	}
}

// Same fails unless the values are deeply equal.
func Same(t testing.TB, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s = %v, want %v", what, got, want)
	}
}
