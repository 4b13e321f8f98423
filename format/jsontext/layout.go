package jsontext

import "bytes"

// style is the white space of a container.
type style struct {
	// open stands behind the bracket, between parts members (with the comma),
	// colon parts key and value, close stands before the other bracket.
	open, between, colon, close []byte
	// spaced tells that on one line a blank follows colons and commas.
	spaced bool
}

// style returns how the container at entry i is laid out, or, as far as it
// holds too little to tell, how it would be.
func (d *document) style(i int32) style {
	n := Node{d, i}
	self := n.entry()
	s := style{spaced: d.spaced()}
	all := spans(n)
	if s.colon = d.colonOf(i); s.colon == nil {
		s.colon = []byte(":")
		if s.spaced {
			s.colon = []byte(": ")
		}
	}
	if len(all) > 0 {
		s.open = d.data[self.start+1 : all[0].start]
		s.close = d.data[all[len(all)-1].end : self.end-1]
	} else if indent, ok := d.lineIndent(self.start); ok {
		unit := d.unit()
		s.open = append(append([]byte{'\n'}, indent...), unit...)
		s.close = append([]byte{'\n'}, indent...)
	}
	switch {
	case len(all) > 1:
		s.between = d.data[all[len(all)-2].end:all[len(all)-1].start]
	case bytes.IndexByte(s.open, '\n') >= 0:
		s.between = append([]byte{','}, s.open...)
	case s.spaced:
		s.between = []byte(", ")
	default:
		s.between = []byte(",")
	}
	return s
}

// colonOf returns what parts key and value of the first member of an object.
func (d *document) colonOf(i int32) []byte {
	if e := d.entries[i]; e.kind == Object && e.next > i+1 {
		return d.data[d.entries[i+1].end:d.entries[i+2].start]
	}
	return nil
}

// spaced reports whether the first comma or colon on one line is followed by a
// blank. Python writes one unless told otherwise.
func (d *document) spaced() bool {
	for i := range d.entries {
		if c := d.colonOf(int32(i)); c != nil {
			return c[len(c)-1] != ':'
		}
	}
	for i, e := range d.entries {
		if e.kind == Array {
			if all := spans(Node{d, int32(i)}); len(all) > 1 {
				return d.data[all[1].start-1] != ','
			}
		}
	}
	return true
}

// lineIndent returns the indentation of the line of a value; ok is false when
// other values stand before its key on that line.
func (d *document) lineIndent(start uint32) (indent []byte, ok bool) {
	from := bytes.LastIndexByte(d.data[:start], '\n') + 1
	if from == 0 {
		return nil, false
	}
	line := d.data[from:start]
	indent = line[:len(line)-len(bytes.TrimLeft(line, " \t"))]
	rest := bytes.TrimRight(line[len(indent):], " \t")
	if len(rest) == 0 {
		return indent, true
	}
	// What is left must be one key and its colon.
	if rest[0] != '"' || rest[len(rest)-1] != ':' {
		return nil, false
	}
	var p parser
	p.reset(rest, true)
	end := p.text(0)
	return indent, end >= 0 && p.space(end) == len(rest)-1
}

// unit returns by how much the first indented line is indented.
func (d *document) unit() []byte {
	for at := 0; ; {
		i := bytes.IndexByte(d.data[at:], '\n')
		if i < 0 {
			return []byte("  ")
		}
		at += i + 1
		line := d.data[at:]
		if n := len(line) - len(bytes.TrimLeft(line, " \t")); n > 0 {
			return line[:n]
		}
	}
}

// layout returns text, which is one JSON value, with the white space of like, or
// on one line as beside is spaced. A text of several lines, or that is no JSON,
// stays as it is.
func layout(text []byte, like, beside Node) []byte {
	if len(text) == 0 || text[0] != '{' && text[0] != '[' || bytes.IndexByte(text, '\n') >= 0 {
		return bytes.Clone(text)
	}
	v, err := Parse(text)
	if err != nil {
		return bytes.Clone(text)
	}
	spaced := v.doc.spaced()
	if like.doc != nil {
		beside = like
	}
	if beside.doc != nil {
		spaced = beside.doc.spaced()
	}
	return imitate(nil, v, like, spaced)
}

// spaceOut returns text on one line as Python writes it: a blank behind every
// comma and colon.
func spaceOut(text []byte) []byte {
	v, err := Parse(text)
	if err != nil || bytes.IndexByte(text, '\n') >= 0 {
		return text
	}
	return imitate(nil, v, Node{}, true)
}

func imitate(out []byte, v, like Node, spaced bool) []byte {
	if k := v.Kind(); k != Object && k != Array {
		return append(out, v.Raw()...)
	}
	var st style
	if like.Kind() == v.Kind() && like.Len() > 0 {
		st = like.doc.style(like.i)
	} else {
		like = Node{}
		st = style{between: []byte(","), colon: []byte(":")}
		if spaced {
			st = style{between: []byte(", "), colon: []byte(": ")}
		}
	}
	raw := v.Raw()
	out = append(out, raw[0])
	first := true
	part := func() {
		if first {
			if v.Len() > 0 {
				out = append(out, st.open...)
			}
			first = false
			return
		}
		out = append(out, st.between...)
	}
	if v.Kind() == Object {
		for k := v.i + 1; k < v.entry().next; k = v.doc.entries[k+1].next {
			part()
			out = append(out, Node{v.doc, k}.Raw()...)
			out = append(out, st.colon...)
			value := Node{v.doc, k + 1}
			out = imitate(out, value, like.sample(value.Kind(), like.Get(string(v.key(k)))), spaced)
		}
	} else {
		sample := like.At(0)
		for _, value := range v.Elements() {
			part()
			out = imitate(out, value, like.sample(value.Kind(), sample), spaced)
		}
	}
	if !first {
		out = append(out, st.close...)
	}
	return append(out, raw[len(raw)-1])
}

// sample returns want when it is of the kind and holds something, else the
// first member or element of n that does.
func (n Node) sample(kind Kind, want Node) Node {
	fits := func(v Node) bool { return v.Kind() == kind && (kind != Object && kind != Array || v.Len() > 0) }
	if fits(want) {
		return want
	}
	for _, v := range n.Elements() {
		if fits(v) {
			return v
		}
	}
	for _, v := range n.Fields() {
		if fits(v) {
			return v
		}
	}
	return Node{}
}
