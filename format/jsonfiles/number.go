package jsonfiles

import (
	"bytes"
	"math"

	"github.com/errata-cv/errata/format/jsontext"
)

// Round rounds to the nearest 1e-9, so that what was added, multiplied and
// taken away again is spelled as it was.
func Round(v float64) float64 {
	if r := math.Round(v * 1e9); math.Abs(r) < 1<<53 {
		return r / 1e9
	}
	return v
}

// Spell spells a coordinate that stands in the place of another one, or beside
// it: as that one when it says the same, else rounded, with a decimal point when
// that one has one.
func Spell(v float64, like jsontext.Node) []byte {
	raw := like.Raw()
	if old, ok := like.Float(); ok {
		if math.Abs(old-v) < 1e-9 || math.IsNaN(old) && math.IsNaN(v) {
			return bytes.Clone(raw)
		}
	} else {
		raw = nil
	}
	out := jsontext.Decimal(Round(v))
	if bytes.IndexByte(raw, '.') >= 0 && len(bytes.Trim(out, "-0123456789")) == 0 {
		out = append(out, ".0"...)
	}
	return out
}

// Value spells the value of an attribute in the place of another one: as a text
// where that was one, and otherwise as a number, true, false or null where it is
// spelled like one.
func Value(v string, like jsontext.Node, ascii bool) []byte {
	if like.Kind() != jsontext.String {
		if n, err := jsontext.Parse([]byte(v)); err == nil && len(n.Raw()) == len(v) {
			switch n.Kind() {
			case jsontext.Number, jsontext.Bool:
				return []byte(v)
			}
		}
	}
	return jsontext.Quote(v, ascii)
}
