package xmltext

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// A charset is how the characters of a file are spelled in bytes.
type charset struct {
	// table leads from bytes to characters; nil for UTF-8.
	table *[256]rune
	// bytes lead back.
	bytes map[rune]byte
}

var utf8Charset = &charset{}

func singleByte(upper string) *charset {
	c := &charset{table: new([256]rune), bytes: map[rune]byte{}}
	for i := range c.table {
		c.table[i] = rune(i)
	}
	i := 0x80
	for _, r := range upper {
		c.table[i] = r
		i++
	}
	for i, r := range c.table {
		c.bytes[r] = byte(i)
	}
	return c
}

var (
	latin1 = singleByte("")
	// The five bytes that windows-1252 leaves open mean themselves.
	windows1252 = singleByte("€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ")
)

var declaration = regexp.MustCompile(`^<\?xml\s[^>]*?encoding\s*=\s*["']([A-Za-z0-9._:-]+)["']`)

// charsetOf reads the declaration at the start of a file.
func charsetOf(head []byte) (*charset, error) {
	m := declaration.FindSubmatch(head)
	if m == nil {
		return utf8Charset, nil
	}
	switch name := strings.ToLower(string(m[1])); name {
	case "utf-8", "utf8", "us-ascii", "ascii":
		return utf8Charset, nil
	case "iso-8859-1", "latin1", "latin-1", "iso8859-1":
		return latin1, nil
	case "windows-1252", "cp1252":
		return windows1252, nil
	default:
		return nil, fmt.Errorf("the file declares the encoding %s; save it as UTF-8 (or as ISO-8859-1 or windows-1252)", m[1])
	}
}

// decode returns raw bytes as text without looking at references.
func (c *charset) decode(b []byte) string {
	if c.table == nil {
		return string(b)
	}
	var out strings.Builder
	for _, x := range b {
		out.WriteRune(c.table[x])
	}
	return out.String()
}

// unescape returns raw bytes of text or of an attribute as what they mean.
func (c *charset) unescape(b []byte) string {
	s := c.decode(b)
	if strings.IndexByte(s, '\r') >= 0 {
		s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	}
	if strings.IndexByte(s, '&') < 0 {
		return s
	}
	var out strings.Builder
	for {
		i := strings.IndexByte(s, '&')
		if i < 0 {
			break
		}
		out.WriteString(s[:i])
		s = s[i:]
		end := strings.IndexByte(s[:min(len(s), 12)], ';')
		r, ok := rune(0), false
		if end > 0 {
			r, ok = reference(s[1:end])
		}
		if !ok {
			out.WriteByte('&')
			s = s[1:]
			continue
		}
		out.WriteRune(r)
		s = s[end+1:]
	}
	out.WriteString(s)
	return out.String()
}

func reference(name string) (rune, bool) {
	switch name {
	case "lt":
		return '<', true
	case "gt":
		return '>', true
	case "amp":
		return '&', true
	case "quot":
		return '"', true
	case "apos":
		return '\'', true
	}
	if digits, ok := strings.CutPrefix(name, "#"); ok {
		base := 10
		if hex, ok := strings.CutPrefix(digits, "x"); ok {
			digits, base = hex, 16
		}
		n, err := strconv.ParseUint(digits, base, 32)
		return rune(n), err == nil && n <= utf8.MaxRune && utf8.ValidRune(rune(n)) && isChar(rune(n))
	}
	return 0, false
}

// isChar reports whether XML 1.0 can hold the character at all.
func isChar(r rune) bool {
	return r >= 0x20 && r != 0xfffe && r != 0xffff || r == '\t' || r == '\n' || r == '\r'
}

// CanHold reports whether every character of a text can be written in XML:
// control characters cannot.
func CanHold(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return !isChar(r) })
}

// escape spells text for a file; quote is that of the attribute, or 0.
// Characters that XML cannot hold become U+FFFD.
func (c *charset) escape(text string, quote byte) []byte {
	var out bytes.Buffer
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		if r == utf8.RuneError && n == 1 && c.table == nil {
			out.WriteByte(text[i]) // as it came from the file
			i++
			continue
		}
		i += n
		switch {
		case r == '&':
			out.WriteString("&amp;")
		case r == '<':
			out.WriteString("&lt;")
		case r == '>':
			out.WriteString("&gt;")
		case r == '"' && quote == '"':
			out.WriteString("&quot;")
		case r == '\'' && quote == '\'':
			out.WriteString("&apos;")
		case r == '\r' || quote != 0 && (r == '\n' || r == '\t'):
			fmt.Fprintf(&out, "&#%d;", r)
		default:
			if !isChar(r) {
				r = utf8.RuneError
			}
			b, ok := c.bytes[r]
			switch {
			case c.table == nil:
				out.WriteRune(r)
			case ok:
				out.WriteByte(b)
			default:
				fmt.Fprintf(&out, "&#%d;", r)
			}
		}
	}
	return out.Bytes()
}
