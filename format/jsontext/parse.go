package jsontext

import (
	"bytes"
	"fmt"
	"unicode/utf8"
)

const (
	maxDepth  = 512
	maxRecord = 256 << 20
)

// A SyntaxError says where a file is no JSON.
type SyntaxError struct {
	Offset int64
	// Line counts from 1, Column the bytes of the line from 1.
	Line, Column int64
	// Expected and Found are what should be there and what is.
	Expected, Found string
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("line %d column %d: expected %s, found %s", e.Line, e.Column, e.Expected, e.Found)
}

// parser turns bytes into entries. Its methods take where to start in data and
// return where they stopped, or -1 after an error.
type parser struct {
	data    []byte
	entries []entry
	// whole tells that nothing comes behind data.
	whole bool
	// short tells that the error is that data ends too early and is not whole.
	short bool
	// at and expected are the error.
	at       int
	expected string
}

func (p *parser) reset(data []byte, whole bool) {
	p.data, p.entries, p.whole, p.short, p.expected = data, p.entries[:0], whole, false, ""
}

func (p *parser) fail(at int, expected string) int {
	p.at, p.expected = at, expected
	p.short = at >= len(p.data) && !p.whole
	return -1
}

func (p *parser) space(i int) int {
	for i < len(p.data) && (p.data[i] == ' ' || p.data[i] == '\n' || p.data[i] == '\r' || p.data[i] == '\t') {
		i++
	}
	return i
}

// value reads a value and all that is in it.
func (p *parser) value(i, depth int) int {
	if i >= len(p.data) {
		return p.fail(i, "a value")
	}
	switch c := p.data[i]; c {
	case '{':
		return p.object(i, depth+1)
	case '[':
		return p.array(i, depth+1)
	case '"':
		return p.text(i)
	case 't':
		return p.word(i, "true", Bool)
	case 'f':
		return p.word(i, "false", Bool)
	case 'n':
		return p.word(i, "null", Null)
	case 'N':
		return p.word(i, "NaN", Number)
	case 'I':
		return p.word(i, "Infinity", Number)
	default:
		if c == '-' || c-'0' <= 9 {
			return p.number(i)
		}
		return p.fail(i, "a value")
	}
}

func (p *parser) open(i, depth int, kind Kind) (at int) {
	if depth > maxDepth {
		return p.fail(i, fmt.Sprintf("no more than %d levels of lists and objects in each other", maxDepth))
	}
	p.entries = append(p.entries, entry{start: uint32(i), kind: kind})
	return len(p.entries) - 1
}

func (p *parser) closed(at, end int) int {
	e := &p.entries[at]
	e.end, e.next = uint32(end), int32(len(p.entries))
	return end
}

func (p *parser) object(i, depth int) int {
	at := p.open(i, depth, Object)
	if at < 0 {
		return -1
	}
	if i = p.space(i + 1); i < len(p.data) && p.data[i] == '}' {
		return p.closed(at, i+1)
	}
	expected := "a key in double quotes or }"
	for {
		if i >= len(p.data) || p.data[i] != '"' {
			return p.fail(i, expected)
		}
		if i = p.text(i); i < 0 {
			return -1
		}
		if i < len(p.data) && p.data[i] != ':' {
			i = p.space(i)
		}
		if i >= len(p.data) || p.data[i] != ':' {
			return p.fail(i, "a colon behind the key")
		}
		if i = p.value(p.space(i+1), depth); i < 0 {
			return -1
		}
		i = p.space(i)
		if i >= len(p.data) || p.data[i] != ',' {
			break
		}
		i = p.space(i + 1)
		expected = "a key in double quotes"
	}
	if i >= len(p.data) || p.data[i] != '}' {
		return p.fail(i, "a comma or }")
	}
	return p.closed(at, i+1)
}

func (p *parser) array(i, depth int) int {
	at := p.open(i, depth, Array)
	if at < 0 {
		return -1
	}
	if i = p.space(i + 1); i < len(p.data) && p.data[i] == ']' {
		return p.closed(at, i+1)
	}
	for {
		if i = p.value(i, depth); i < 0 {
			return -1
		}
		i = p.space(i)
		if i >= len(p.data) || p.data[i] != ',' {
			break
		}
		if i = p.behindComma(i + 1); i < 0 {
			return -1
		}
	}
	if i >= len(p.data) || p.data[i] != ']' {
		return p.fail(i, "a comma or ]")
	}
	return p.closed(at, i+1)
}

// behindComma goes to the element that has to follow a comma of an array.
func (p *parser) behindComma(i int) int {
	if i = p.space(i); i < len(p.data) && p.data[i] == ']' {
		return p.fail(i, "a value behind the comma")
	}
	return i
}

// plain tells the bytes that stand for themselves in a string.
var plain = func() (t [256]bool) {
	for c := range t {
		t[c] = c >= ' ' && c != '"' && c != '\\'
	}
	return t
}()

func (p *parser) text(i int) int {
	data, start, escaped := p.data, i, false
	i++
	for {
		for i < len(data) && plain[data[i]] {
			i++
		}
		if i >= len(data) {
			return p.fail(i, "a closing double quote")
		}
		switch data[i] {
		case '"':
			p.entries = append(p.entries, entry{start: uint32(start), end: uint32(i + 1), next: int32(len(p.entries) + 1), kind: String, escaped: escaped})
			return i + 1
		case '\\':
			escaped = true
			if i = p.escape(i); i < 0 {
				return -1
			}
		default:
			return p.fail(i, "a closing double quote")
		}
	}
}

func (p *parser) escape(i int) int {
	const expected = `an escape of JSON: one of \" \\ \/ \b \f \n \r \t or \u with four hexadecimal digits`
	if i+1 >= len(p.data) {
		return p.fail(i+1, expected)
	}
	switch p.data[i+1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return i + 2
	case 'u':
		for k := i + 2; k < i+6; k++ {
			if k >= len(p.data) {
				return p.fail(k, expected)
			}
			if c := p.data[k]; c-'0' > 9 && (c|0x20)-'a' > 5 {
				return p.fail(i, expected)
			}
		}
		return i + 6
	}
	return p.fail(i, expected)
}

func (p *parser) word(i int, word string, kind Kind) int {
	for k := range len(word) {
		if i+k >= len(p.data) {
			return p.fail(i+k, word)
		}
		if p.data[i+k] != word[k] {
			return p.fail(i, "a value")
		}
	}
	return p.scalar(i, i+len(word), kind)
}

func (p *parser) scalar(start, end int, kind Kind) int {
	p.entries = append(p.entries, entry{start: uint32(start), end: uint32(end), next: int32(len(p.entries) + 1), kind: kind})
	return end
}

func (p *parser) number(i int) int {
	data, start := p.data, i
	digits := func() bool {
		from := i
		for i < len(data) && data[i]-'0' <= 9 {
			i++
		}
		return i > from
	}
	if data[i] == '-' {
		if i++; i < len(data) && data[i] == 'I' {
			if p.word(i, "Infinity", Number) < 0 {
				return -1
			}
			p.entries[len(p.entries)-1].start = uint32(start)
			return i + len("Infinity")
		}
	}
	zero := i < len(data) && data[i] == '0'
	first := i
	if !digits() {
		return p.fail(i, "a digit")
	}
	if zero && i > first+1 {
		return p.fail(first, "a number without leading zeros")
	}
	if i < len(data) && data[i] == '.' {
		i++
		if !digits() {
			return p.fail(i, "a digit behind the point")
		}
	}
	if i < len(data) && data[i]|0x20 == 'e' {
		i++
		if i < len(data) && (data[i] == '+' || data[i] == '-') {
			i++
		}
		if !digits() {
			return p.fail(i, "a digit of the exponent")
		}
	}
	if i >= len(data) && !p.whole {
		return p.fail(i, "the end of the number")
	}
	return p.scalar(start, i, Number)
}

// maxFound bounds the bytes that an error shows.
const maxFound = 12

// found describes what is at data[i].
func found(data []byte, i int) string {
	if i >= len(data) {
		return "the end of the file"
	}
	rest := data[i:min(len(data), i+maxFound)]
	switch c := rest[0]; {
	case c == '\n' || c == '\r':
		return "the end of the line"
	case c == '"':
		return "a double quote"
	case c < ' ' || c >= 0x7f && !utf8.FullRune(rest):
		return fmt.Sprintf("the byte 0x%02x", c)
	case c-'0' <= 9 || c|0x20 >= 'a' && c|0x20 <= 'z':
		n := bytes.IndexFunc(rest, func(r rune) bool { return r < '0' || r > '9' && r < 'A' || r > 'Z' && r < 'a' || r > 'z' })
		if n > 0 {
			rest = rest[:n]
		}
		return string(rest)
	}
	if r, n := utf8.DecodeRune(rest); r != utf8.RuneError {
		return string(rest[:n])
	}
	return fmt.Sprintf("the byte 0x%02x", rest[0])
}

var bom = []byte("\xef\xbb\xbf")

// Parse reads a file that holds one value, at most 256 MiB. Errors are
// [SyntaxError]. The nodes use data, which must not be changed.
func Parse(data []byte) (Node, error) {
	if len(data) > maxRecord {
		return Node{}, fmt.Errorf("it is larger than %d MiB, too much for a file that holds one record", maxRecord>>20)
	}
	var p parser
	p.reset(data, true)
	start := 0
	if bytes.HasPrefix(data, bom) {
		start = len(bom)
	}
	if i := p.value(p.space(start), 0); i >= 0 {
		if i = p.space(i); i >= len(data) {
			return Node{&document{data: data, entries: p.entries, lasting: true}, 0}, nil
		}
		p.fail(i, "the end of the file")
	}
	before := data[:min(p.at, len(data))]
	return Node{}, &SyntaxError{
		Offset: int64(p.at), Expected: p.expected, Found: found(data, p.at),
		Line:   int64(bytes.Count(before, []byte{'\n'})) + 1,
		Column: int64(len(before)-bytes.LastIndexByte(before, '\n')-1) + 1,
	}
}
