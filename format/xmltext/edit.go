package xmltext

import (
	"bytes"
	"slices"

	"github.com/errata-cv/errata/format/source"
)

// An Editor collects changes of one file. Its zero value is ready to use.
type Editor struct{ edits []source.Edit }

// Edits returns the changes made so far, for [source.EditFile].
func (ed *Editor) Edits() []source.Edit { return ed.edits }

func (ed *Editor) replace(r *record, lo, hi int64, text []byte) {
	ed.edits = append(ed.edits, source.Edit{Offset: lo, Old: bytes.Clone(r.slice(lo, hi)), New: text})
}

// SetText gives an element without children another text. White space around
// the old one and comments stay.
func (ed *Editor) SetText(e *Element, text string) {
	r := e.rec
	raw := r.cs.escape(text, 0)
	done := false
	for _, run := range e.runs {
		b := r.slice(run.lo, run.hi)
		if !run.cdata && isBlank(b) {
			continue
		}
		lo, hi := run.lo, run.hi
		if !run.cdata {
			lo += int64(len(b) - len(bytes.TrimLeft(b, " \t\r\n")))
			hi -= int64(len(b) - len(bytes.TrimRight(b, " \t\r\n")))
		}
		ed.replace(r, lo, hi, raw)
		raw, done = nil, true
	}
	switch {
	case done:
	case e.inside == e.End:
		ed.open(e, raw)
	case len(e.runs) == 1 && len(e.Children) == 0:
		ed.replace(r, e.runs[0].lo, e.runs[0].hi, raw)
	default:
		ed.replace(r, e.inside, e.inside, raw)
	}
}

// open turns <a/> into <a>content</a>.
func (ed *Editor) open(e *Element, content []byte) {
	raw := e.Raw()
	head := bytes.TrimRight(raw[:len(raw)-2], " \t\r\n")
	ed.replace(e.rec, e.Start+int64(len(head)), e.End, slices.Concat([]byte(">"), content, []byte("</"), e.rec.cs.escape(e.Name, 0), []byte(">")))
}

// SetAttr gives an attribute another value, or adds it behind the others.
func (ed *Editor) SetAttr(e *Element, name, value string) {
	for _, a := range e.Attrs {
		if a.Name == name {
			ed.replace(e.rec, a.value.lo, a.value.hi, e.rec.cs.escape(value, a.quote))
			return
		}
	}
	at, quote := e.Start+1+int64(len(e.rec.rawName(e))), byte('"')
	if n := len(e.Attrs); n > 0 {
		at, quote = e.Attrs[n-1].value.hi+1, e.Attrs[n-1].quote
	}
	text := slices.Concat([]byte(" "+name+"="), []byte{quote}, e.rec.cs.escape(value, quote), []byte{quote})
	ed.replace(e.rec, at, at, text)
}

func (r *record) rawName(e *Element) []byte {
	b := r.slice(e.Start+1, e.End)
	return b[:bytes.IndexAny(b, " \t\r\n/>")]
}

// RemoveAttr removes an attribute with the white space in front of it.
func (ed *Editor) RemoveAttr(e *Element, name string) {
	for _, a := range e.Attrs {
		if a.Name == name {
			ed.replace(e.rec, e.rec.blankBefore(a.name), a.value.hi+1, nil)
			return
		}
	}
}

// ReplaceAttrs puts attributes in the place of those named, or behind the others
// when there are none of them.
func (ed *Editor) ReplaceAttrs(e *Element, old []string, pairs ...Pair) {
	var text []byte
	write := func(quote byte) {
		for i, p := range pairs {
			if i > 0 {
				text = append(text, ' ')
			}
			text = append(append(text, p.Name...), '=', quote)
			text = append(append(text, e.rec.cs.escape(p.Value, quote)...), quote)
		}
	}
	for _, a := range e.Attrs {
		switch {
		case !slices.Contains(old, a.Name):
		case text == nil && len(pairs) > 0:
			write(a.quote)
			ed.replace(e.rec, a.name, a.value.hi+1, text)
		default:
			ed.replace(e.rec, e.rec.blankBefore(a.name), a.value.hi+1, nil)
		}
	}
	if text == nil {
		for _, p := range pairs {
			ed.SetAttr(e, p.Name, p.Value)
		}
	}
}

// blankBefore returns where the white space in front of an offset starts.
func (r *record) blankBefore(at int64) int64 {
	for at > r.base && isSpace(r.slice(at-1, at)[0]) {
		at--
	}
	return at
}

// Rename gives an element another name.
func (ed *Editor) Rename(e *Element, name string) {
	n := int64(len(e.rec.rawName(e)))
	raw := e.rec.cs.escape(name, 0)
	ed.replace(e.rec, e.Start+1, e.Start+1+n, raw)
	if e.inside != e.End {
		ed.replace(e.rec, e.closing+2, e.closing+2+n, raw)
	}
}

// Remove removes an element. One that has lines of its own goes with them.
func (ed *Editor) Remove(e *Element) {
	lo := e.Start
	lead := e.Lead()
	rest := bytes.TrimLeft(e.rec.slice(e.End, e.rec.base+int64(len(e.rec.data))), " \t\r")
	switch {
	case len(lead) == 0: // on one line with others: the blanks in front
		lo = e.rec.blankBefore(lo)
	case len(rest) == 0 || rest[0] == '\n':
		lo -= int64(len(lead))
	}
	ed.replace(e.rec, lo, e.End, nil)
}

// Lead returns the white space in front of an element from the last line break
// on, the break included; empty when it does not start a line.
func (e *Element) Lead() []byte {
	front := e.rec.slice(e.rec.base, e.Start)
	blank := front[len(bytes.TrimRight(front, " \t\r\n")):]
	i := bytes.LastIndexByte(blank, '\n')
	if i < 0 {
		return nil
	}
	if i > 0 && blank[i-1] == '\r' {
		i--
	}
	return blank[i:]
}

// unit returns what one level of indentation is at the element.
func (e *Element) unit() []byte {
	lead := e.Lead()
	for _, c := range e.Children {
		if u, ok := bytes.CutPrefix(c.Lead(), lead); ok && len(u) > 0 && len(lead) > 0 {
			return u
		}
	}
	if e.Parent != nil {
		if u, ok := bytes.CutPrefix(lead, e.Parent.Lead()); ok && len(u) > 0 && !bytes.ContainsAny(u, "\n") {
			return u
		}
		if len(e.Parent.Lead()) == 0 {
			return bytes.TrimLeft(lead, "\r\n")
		}
	}
	if e.Parent == nil { // the root, or a child of it
		if u := bytes.TrimLeft(lead, "\r\n"); len(u) > 0 {
			return u
		}
	}
	return []byte("  ")
}

// An Insertion is a place for new elements and how they have to look there.
type Insertion struct {
	at     int64
	old    []byte
	before []byte // in front of the first new element
	lead   []byte // in front of each
	after  []byte // behind the last
	indent []byte
	cs     *charset
}

// Inside returns the place behind the last child of an element. It stays valid
// after the element does not.
func (e *Element) Inside() Insertion {
	in := Insertion{at: e.inside, indent: bytes.Clone(e.unit()), cs: e.rec.cs}
	if n := len(e.Children); n > 0 {
		last := e.Children[n-1]
		in.at, in.lead, in.indent = last.End, bytes.Clone(last.Lead()), bytes.Clone(last.unit())
		return in
	}
	lead := e.Lead()
	if len(lead) > 0 {
		in.lead = slices.Concat(lead, in.indent)
	}
	if e.inside == e.End {
		raw := e.Raw()
		head := bytes.TrimRight(raw[:len(raw)-2], " \t\r\n")
		in.at = e.Start + int64(len(head))
		in.old = bytes.Clone(raw[len(head):])
		in.before = []byte(">")
		in.after = slices.Concat(lead, []byte("</"), e.rec.rawName(e), []byte(">"))
		return in
	}
	if !bytes.Contains(e.rec.slice(e.inside, e.closing), []byte("\n")) {
		in.after = bytes.Clone(lead)
	}
	return in
}

// Insert adds elements at a place.
func (ed *Editor) Insert(in Insertion, trees ...Tree) {
	text := bytes.Clone(in.before)
	for _, t := range trees {
		text = append(text, in.lead...)
		text = append(text, t.render(in.lead, in.indent, in.cs)...)
	}
	ed.edits = append(ed.edits, source.Edit{Offset: in.at, Old: in.old, New: append(text, in.after...)})
}

// Add adds an edit that was made otherwise.
func (ed *Editor) Add(e source.Edit) { ed.edits = append(ed.edits, e) }
