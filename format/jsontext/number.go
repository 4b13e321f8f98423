package jsontext

import (
	"math"
	"strconv"
)

// Decimal spells v with the fewest digits that read back as v; what is no finite
// number as Python does.
func Decimal(v float64) []byte { return AppendDecimal(nil, v) }

// AppendDecimal is Decimal, behind b.
func AppendDecimal(b []byte, v float64) []byte {
	switch a := max(v, -v); {
	case v != v:
		return append(b, "NaN"...)
	case a > 1.7976931348623157e308:
		if v < 0 {
			b = append(b, '-')
		}
		return append(b, "Infinity"...)
	case a != 0 && (a < 1e-6 || a >= 1e21):
		return strconv.AppendFloat(b, v, 'e', -1, 64)
	}
	return strconv.AppendFloat(b, v, 'f', -1, 64)
}

// powers are those of ten that a float64 holds exactly.
var powers = [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22}

// parseFloat reads a number whose spelling is known to be right. A decimal of
// up to 15 digits is the quotient of two exact numbers, so one division rounds
// it correctly.
func parseFloat(b []byte) float64 {
	i, mantissa, decimals, point := 0, uint64(0), 0, 0
	if b[0] == '-' {
		i = 1
	}
	if len(b)-i <= 16 {
		for ; i < len(b); i++ {
			if c := b[i] - '0'; c <= 9 {
				mantissa = mantissa*10 + uint64(c)
				decimals += point
			} else if b[i] == '.' {
				point = 1
			} else {
				break
			}
		}
		if i == len(b) && mantissa < 1<<53 {
			v := float64(mantissa) / powers[decimals]
			if b[0] == '-' {
				v = -v
			}
			return v
		}
	}
	switch string(b) {
	case "NaN":
		return math.NaN()
	case "Infinity":
		return math.Inf(1)
	case "-Infinity":
		return math.Inf(-1)
	}
	v, _ := strconv.ParseFloat(string(b), 64) // the error says that it is too large; v is infinite then
	return v
}

// parseInt reads a number whose spelling is known to be right.
func parseInt(b []byte) (int64, bool) {
	digits := b
	if b[0] == '-' {
		digits = b[1:]
	}
	if len(digits) <= 18 {
		v := int64(0)
		for i, c := range digits {
			if c -= '0'; c > 9 {
				break
			}
			if v = v*10 + int64(c); i == len(digits)-1 {
				if b[0] == '-' {
					v = -v
				}
				return v, true
			}
		}
	}
	if v, err := strconv.ParseInt(string(b), 10, 64); err == nil {
		return v, true
	}
	v := parseFloat(b)
	if v != math.Trunc(v) || !(math.Abs(v) < 1<<53) {
		return 0, false
	}
	return int64(v), true
}
