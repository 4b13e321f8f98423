package jsontext

import (
	"unicode/utf16"
	"unicode/utf8"
)

// unescape returns what the inside of a string says, whose escapes are known to
// be right. Halves of a surrogate pair that stand alone become U+FFFD.
func unescape(raw []byte) []byte {
	out := make([]byte, 0, len(raw))
	for i := 0; i < len(raw); {
		c := raw[i]
		if c != '\\' {
			out = append(out, c)
			i++
			continue
		}
		c = raw[i+1]
		i += 2
		switch c {
		case 'b':
			out = append(out, '\b')
		case 'f':
			out = append(out, '\f')
		case 'n':
			out = append(out, '\n')
		case 'r':
			out = append(out, '\r')
		case 't':
			out = append(out, '\t')
		case 'u':
			r := hex4(raw[i:])
			i += 4
			if utf16.IsSurrogate(r) {
				second := rune(-1)
				if i+6 <= len(raw) && raw[i] == '\\' && raw[i+1] == 'u' {
					second = hex4(raw[i+2:])
				}
				if r = utf16.DecodeRune(r, second); r != utf8.RuneError {
					i += 6
				}
			}
			out = utf8.AppendRune(out, r)
		default: // quote, backslash, slash
			out = append(out, c)
		}
	}
	return out
}

func hex4(b []byte) rune {
	var r rune
	for _, c := range b[:4] {
		switch {
		case c <= '9':
			c -= '0'
		case c <= 'F':
			c -= 'A' - 10
		default:
			c -= 'a' - 10
		}
		r = r<<4 | rune(c)
	}
	return r
}

// Quote returns s as a JSON string with the escapes that Python's json.dumps
// uses: with ascii those of every character beyond ASCII, else only those that
// must be. Bytes that are not UTF-8 stay as they are.
func Quote(s string, ascii bool) []byte {
	const digits = "0123456789abcdef"
	out := append(make([]byte, 0, len(s)+2), '"')
	escape := func(r rune) {
		out = append(out, '\\', 'u', digits[r>>12&15], digits[r>>8&15], digits[r>>4&15], digits[r&15])
	}
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			i++
			switch {
			case c == '"' || c == '\\':
				out = append(out, '\\', c)
			case c == '\n':
				out = append(out, '\\', 'n')
			case c == '\r':
				out = append(out, '\\', 'r')
			case c == '\t':
				out = append(out, '\\', 't')
			case c == '\f':
				out = append(out, '\\', 'f')
			case c == '\b':
				out = append(out, '\\', 'b')
			case c < ' ' || c == 0x7f && ascii:
				escape(rune(c))
			default:
				out = append(out, c)
			}
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case !ascii || r == utf8.RuneError && n == 1:
			out = append(out, s[i:i+n]...)
		case r >= 0x10000:
			a, b := utf16.EncodeRune(r)
			escape(a)
			escape(b)
		default:
			escape(r)
		}
		i += n
	}
	return append(out, '"')
}

// ASCII reports whether b holds ASCII only, as files do that Python wrote with
// its defaults: what is put into them is best spelled so, too.
func ASCII(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
