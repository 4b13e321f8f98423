package linetext

import (
	"math"
	"strconv"
	"strings"
)

// A Style is how numbers of a file are written.
type Style struct {
	// Decimals are the digits behind the point that every number has at least.
	Decimals int
}

// StyleOf returns the style of some numbers: as many decimals as all of them
// have, if they have equally many, and none otherwise.
func StyleOf(numbers ...string) Style {
	n := -1
	for _, s := range numbers {
		if strings.ContainsAny(s, "eExXnN") {
			continue
		}
		_, decimals, _ := strings.Cut(s, ".")
		if n >= 0 && len(decimals) != n {
			return Style{}
		}
		n = len(decimals)
	}
	// More are no style but what some division gave.
	if n < 0 || n > 12 {
		return Style{}
	}
	return Style{n}
}

// Number spells v with as few decimals as the style has, or else as are needed
// for exact to accept the value that is read back. Nothing else than all digits
// is asked of exact.
func (s Style) Number(v float64, exact func(float64) bool) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return strconv.FormatFloat(v, 'g', -1, 64)
	}
	if v == 0 {
		v = 0 // no minus sign
	}
	if math.Abs(v) < 1e15 {
		for n := s.Decimals; n <= 17; n++ {
			text := strconv.FormatFloat(v, 'f', n, 64)
			if back, err := strconv.ParseFloat(text, 64); err == nil && exact(back) {
				return unsigned(text)
			}
		}
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}

// Pixels spells a coordinate in pixels, rounded to the nearest 1e-9.
func (s Style) Pixels(v float64) string {
	want := Round(v)
	return s.Number(want, func(back float64) bool { return Round(back) == want })
}

// unsigned takes the sign of a zero away.
func unsigned(text string) string {
	if strings.HasPrefix(text, "-") && strings.Trim(text, "-0.") == "" {
		return text[1:]
	}
	return text
}

// Round rounds to the nearest 1e-9, so that what was multiplied, divided or
// subtracted reads as the number that was meant. Values too large to hold it
// and those that are no numbers are returned as they are.
func Round(v float64) float64 {
	if r := math.Round(v * 1e9); math.Abs(r) < 1<<53 {
		return r / 1e9
	}
	return v
}

// Same reports whether two lengths in pixels differ by rounding only.
func Same(a, b float64) bool {
	return a == b || math.Abs(a-b) <= 4e-9 || math.IsNaN(a) && math.IsNaN(b)
}
