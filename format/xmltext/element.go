package xmltext

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"
)

// An Element is one element of a file and knows where it stands there. Elements
// that [Stream] gives are valid during the call only.
type Element struct {
	Name     string
	Attrs    []Attr
	Children []*Element
	// Parent is nil for the root, and for the records of a stream.
	Parent *Element
	// Start and End are offsets in the file: the element from its first "<" up
	// to behind its last ">".
	Start, End int64
	// Line is where it starts, from 1.
	Line int

	rec *record
	// The content lies between inside and closing; they are equal to End when
	// the element is written as <a/>.
	inside, closing int64
	runs            []span
}

// An Attr is an attribute of an element.
type Attr struct {
	Name string
	// name is where the name starts, value what is between the quotes.
	name  int64
	value span
	quote byte
	rec   *record
}

// span is a piece of a file; cdata tells that it is a whole CDATA section.
type span struct {
	lo, hi int64
	cdata  bool
}

// A record holds the bytes around an element.
type record struct {
	data []byte
	base int64
	cs   *charset
}

func (r *record) slice(lo, hi int64) []byte { return r.data[lo-r.base : hi-r.base] }

// Raw returns the bytes of the element.
func (e *Element) Raw() []byte { return e.rec.slice(e.Start, e.End) }

// Value returns what the attribute says.
func (a Attr) Value() string { return a.rec.cs.unescape(a.rec.slice(a.value.lo, a.value.hi)) }

// Attr returns the value of the first attribute of that name.
func (e *Element) Attr(name string) (value string, ok bool) {
	for i := range e.Attrs {
		if e.Attrs[i].Name == name {
			return e.Attrs[i].Value(), true
		}
	}
	return "", false
}

// Child returns the first child of that name, or nil. It may be called on nil.
func (e *Element) Child(name string) *Element {
	if e == nil {
		return nil
	}
	for _, c := range e.Children {
		if c.Name == name {
			return c
		}
	}
	return nil
}

// All returns the children of that name.
func (e *Element) All(name string) []*Element {
	var out []*Element
	for _, c := range e.Children {
		if c.Name == name {
			out = append(out, c)
		}
	}
	return out
}

// Text returns the text that stands directly in the element, without white
// space around it. It is empty for nil.
func (e *Element) Text() string {
	if e == nil {
		return ""
	}
	if len(e.runs) == 1 {
		return strings.TrimSpace(e.rec.text(e.runs[0]))
	}
	var out strings.Builder
	for _, r := range e.runs {
		out.WriteString(e.rec.text(r))
	}
	return strings.TrimSpace(out.String())
}

func (r *record) text(s span) string {
	b := r.slice(s.lo, s.hi)
	if s.cdata {
		return r.cs.decode(b[len("<![CDATA[") : len(b)-len("]]>")])
	}
	return r.cs.unescape(b)
}

// A builder makes elements from tokens.
type builder struct {
	s     *scanner
	names map[string]string
	nodes int
}

func (b *builder) intern(raw []byte) string {
	if n, ok := b.names[string(raw)]; ok {
		return n
	}
	n := b.s.cs.decode(raw)
	if len(b.names) < 10_000 {
		b.names[string(raw)] = n
	}
	return n
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

func isBlank(b []byte) bool { return len(bytes.TrimLeft(b, " \t\r\n")) == 0 }

// tag makes an element from a start tag.
func (b *builder) tag(t token, rec *record) (*Element, error) {
	raw := b.s.bytes(t.lo, t.hi)
	end := len(raw) - 1
	if t.kind == emptyToken {
		end--
	}
	i := 1
	for i < end && !isSpace(raw[i]) {
		i++
	}
	if !b.isName(raw[1:i]) {
		return nil, fmt.Errorf("line %d: a tag without a proper name; expected XML", t.line)
	}
	e := &Element{Name: b.intern(raw[1:i]), Start: t.lo, End: t.hi, inside: t.hi, closing: t.hi, Line: t.line, rec: rec}
	if b.nodes++; b.nodes > maxNodes {
		return nil, b.tooMany(t.line)
	}
	for {
		for i < end && isSpace(raw[i]) {
			i++
		}
		if i >= end {
			return e, nil
		}
		if e.Attrs == nil {
			e.Attrs = make([]Attr, 0, min(16, bytes.Count(raw, []byte("="))))
		}
		name := i
		for i < end && !isSpace(raw[i]) && raw[i] != '=' && raw[i] != '"' && raw[i] != '\'' {
			i++
		}
		stop := i
		for i < end && isSpace(raw[i]) {
			i++
		}
		if !b.isName(raw[name:stop]) || i >= end || raw[i] != '=' {
			return nil, b.badAttr(e)
		}
		i++
		for i < end && isSpace(raw[i]) {
			i++
		}
		if i >= end || raw[i] != '"' && raw[i] != '\'' {
			return nil, b.badAttr(e)
		}
		n := bytes.IndexByte(raw[i+1:end], raw[i])
		if n < 0 {
			return nil, b.badAttr(e)
		}
		if b.nodes++; b.nodes > maxNodes {
			return nil, b.tooMany(t.line)
		}
		e.Attrs = append(e.Attrs, Attr{
			Name: b.intern(raw[name:stop]), name: t.lo + int64(name), quote: raw[i], rec: rec,
			value: span{lo: t.lo + int64(i+1), hi: t.lo + int64(i+1+n)},
		})
		i += n + 2
	}
}

// isName accepts what XML does and some more.
func (b *builder) isName(raw []byte) bool {
	for _, c := range raw {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c >= 0x80, c == '_', c == '-', c == '.', c == ':':
		default:
			return false
		}
	}
	return len(raw) > 0 && (b.s.cs.table != nil || utf8.Valid(raw))
}

func (b *builder) badAttr(e *Element) error {
	return fmt.Errorf(`line %d: <%s> has an attribute that is not written name="value"`, e.Line, e.Name)
}

func (b *builder) tooMany(line int) error {
	return fmt.Errorf("line %d: a record of more than %d elements and attributes", line, maxNodes)
}

// endName returns the name in an end tag.
func (b *builder) endName(t token) string {
	raw := b.s.bytes(t.lo, t.hi)
	return b.intern(bytes.TrimRight(raw[2:len(raw)-1], " \t\r\n"))
}
