package workspace

import (
	"bytes"
	"math"
	"reflect"
	"testing"

	"github.com/errata-cv/errata/dataset"
)

// FuzzDecisions checks that what the journal can read, it writes and reads the
// same again, and that names of any bytes survive.
func FuzzDecisions(f *testing.F) {
	good, err := encodeDecisions(decide("", dataset.Key{Image: "b\xff.png", Ordinal: 2}).Decisions)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good, "a.png", "cat")
	f.Add([]byte(`[{"image":"a","image_bytes":"/w=="}]`), "\xff\x00", "")
	f.Add([]byte(`null`), "\u2028", "<&>")
	f.Fuzz(func(t *testing.T, body []byte, image, class string) {
		ds, err := decodeDecisions(body)
		if err != nil {
			ds = nil
		}
		ds = append(ds, dataset.Decision{Target: dataset.Key{Image: image}, Before: class, After: class, Verdict: dataset.Relabel})
		again, err := encodeDecisions(ds)
		if err != nil {
			t.Fatal(err)
		}
		back, err := decodeDecisions(again)
		if err != nil || !reflect.DeepEqual(back, ds) {
			t.Errorf("%+v came back as %+v, %v", ds, back, err)
		}
	})
}

// FuzzLabels checks that no stored bytes can do harm, and that what is read is
// written as the same bytes.
func FuzzLabels(f *testing.F) {
	good, err := (&Labels{Score: []float64{.5, math.NaN()}, Probability: []float64{0, 1}, Suggestion: []int32{-1, 7}}).encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add(good[:30])
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, body []byte) {
		l, err := decodeLabels(body)
		if err != nil {
			return
		}
		if again, err := l.encode(); err != nil || !bytes.Equal(again, body) {
			t.Errorf("%x came back as %x, %v", body, again, err)
		}
	})
}
