package report

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// printable returns s fit to be shown on a line of a terminal: control and
// formatting characters are escaped the way of Go, bytes that are not UTF-8
// spelt \xff.
func printable(s string) string {
	clean := true
	for i := 0; i < len(s) && clean; i++ {
		clean = s[i] >= ' ' && s[i] < 0x7f
	}
	if clean {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		c, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case c == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case unicode.IsPrint(c):
			b.WriteRune(c)
		default:
			q := strconv.QuoteRune(c)
			b.WriteString(q[1 : len(q)-1])
		}
		i += size
	}
	return b.String()
}

// columns returns the number of terminal columns that printable text takes.
func columns(s string) int {
	n := 0
	for _, c := range s {
		n += runeColumns(c)
	}
	return n
}

// runeColumns is 2 for the wide characters of East Asia and for emoji, 0 for
// marks that stand on the character before.
func runeColumns(c rune) int {
	switch {
	case c < 0x300:
		return 1
	case unicode.In(c, unicode.Mn, unicode.Me):
		return 0
	case c >= 0x1100 && c <= 0x115f, c >= 0x2e80 && c <= 0xa4cf && c != 0x303f,
		c >= 0xac00 && c <= 0xd7a3, c >= 0xf900 && c <= 0xfaff, c >= 0xfe30 && c <= 0xfe6f,
		c >= 0xff00 && c <= 0xff60, c >= 0xffe0 && c <= 0xffe6,
		c >= 0x1f300 && c <= 0x1faff, c >= 0x20000 && c <= 0x3fffd:
		return 2
	}
	return 1
}

// pad fills s with spaces to n columns.
func pad(s string, n int) string {
	return s + strings.Repeat(" ", max(0, n-columns(s)))
}

// fit shortens printable text to n columns by leaving out its middle; of a
// path it keeps the file name where that has room.
func fit(s string, n int) string {
	if columns(s) <= n {
		return s
	}
	if n <= 1 {
		return strings.Repeat("…", max(n, 0))
	}
	tail := (n - 1) * 2 / 3
	if name := columns(s[strings.LastIndexByte(s, '/')+1:]) + 1; name > tail && name <= n-4 {
		tail = name
	}
	runes := []rune(s)
	from, used := len(runes), 0
	for from > 0 && used+runeColumns(runes[from-1]) <= tail {
		from--
		used += runeColumns(runes[from])
	}
	to, room := 0, n-1-used
	for to < from && runeColumns(runes[to]) <= room {
		room -= runeColumns(runes[to])
		to++
	}
	return string(runes[:to]) + "…" + string(runes[from:])
}

// thousands spells a count with commas.
func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// counted spells a count with its noun.
func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return thousands(n) + " " + many
}

// probability spells a probability with two digits; one that is not known is a
// dash. It never rounds up to 1.
func probability(p float64) string {
	switch {
	case math.IsNaN(p):
		return "–"
	case p < 1 && p > .99:
		return "0.99"
	}
	return strconv.FormatFloat(p, 'f', 2, 64)
}

// percent spells a share, with a decimal below ten.
func percent(share float64) string {
	if share < .0995 {
		return strconv.FormatFloat(100*share, 'f', 1, 64) + " %"
	}
	return strconv.FormatFloat(100*share, 'f', 0, 64) + " %"
}

// duration spells a time in seconds, from two minutes on in minutes.
func duration(d time.Duration) string {
	switch {
	case d < 10*time.Second:
		return strconv.FormatFloat(d.Seconds(), 'f', 1, 64) + " s"
	case d < 2*time.Minute:
		return strconv.FormatFloat(d.Seconds(), 'f', 0, 64) + " s"
	}
	return fmt.Sprintf("%d min %d s", int(d.Minutes()), int(d.Seconds())%60)
}

// argument spells s as one word of a POSIX shell.
func argument(s string) string {
	safe := s != ""
	for _, c := range s {
		safe = safe && (c < 0x7f && strings.ContainsRune("_-./+:@%,=", c) || unicode.IsLetter(c) || unicode.IsDigit(c))
	}
	switch {
	case safe:
		return s
	case printable(s) == s:
		return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
	}
	var b strings.Builder
	for i := range len(s) {
		switch c := s[i]; {
		case c == '\'' || c == '\\':
			b.WriteString(`\` + string(c))
		case c < ' ' || c >= 0x7f:
			fmt.Fprintf(&b, `\x%02x`, c)
		default:
			b.WriteByte(c)
		}
	}
	return "$'" + b.String() + "'"
}
