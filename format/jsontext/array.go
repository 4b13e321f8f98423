package jsontext

import (
	"bytes"
	"slices"

	"github.com/errata-cv/errata/format/source"
)

// ArrayEditor collects the edits of an array that is streamed: it has to be
// told of every element in order, then of the end.
type ArrayEditor struct {
	e     *Editor
	begin int64
	lines bool
	// elements and kept count, first is where the first element starts, end
	// where the last one ends.
	elements, kept int
	first, end     int64
	// open is the white space before the first element, between what parts the
	// last two.
	open, between []byte
	// indent is that of the line where the array starts, nil when not known.
	indent []byte
	// like is an element to imitate.
	like  []byte
	added [][]byte
}

// maxLike bounds the element that is copied to be imitated.
const maxLike = 64 << 10

// Array starts the edits of a streamed array whose "[" lies at begin, or of
// JSON Lines when it is -1: the offset that [Handler.Begin] gets.
func (e *Editor) Array(begin int64) *ArrayEditor {
	return &ArrayEditor{e: e, begin: begin, lines: begin < 0}
}

// Indent says how the line of the array is indented, which is how elements are
// laid out that are added to an empty one: each on a line of its own, indented
// twice as much.
func (a *ArrayEditor) Indent(indent []byte) { a.indent = bytes.Clone(indent) }

// next notes an element and returns what stands between it and the one before.
func (a *ArrayEditor) next(n Node) (gap []byte) {
	gap = n.doc.data[:n.entry().start]
	if a.elements++; a.elements == 1 {
		a.open, a.first = bytes.Clone(gap), n.Start()
	} else {
		a.between = append(a.between[:0], gap...)
	}
	a.end = n.End()
	if raw := n.Raw(); a.like == nil || len(raw) <= maxLike {
		a.like = append(a.like[:0], raw[:min(len(raw), maxLike)]...)
	}
	return gap
}

// Keep tells of an element that stays, whatever else is edited in it.
func (a *ArrayEditor) Keep(n Node) {
	gap := a.next(n)
	if a.kept++; a.kept == 1 && a.elements > 1 {
		a.cut(n.Start()-int64(len(gap)), gap)
	}
}

// Remove tells of an element that goes.
func (a *ArrayEditor) Remove(n Node) {
	gap := a.next(n)
	if a.elements > 1 {
		a.cut(n.Start()-int64(len(gap)), gap)
	}
	a.cut(n.Start(), n.Raw())
}

func (a *ArrayEditor) cut(offset int64, old []byte) {
	a.e.edits = append(a.e.edits, source.Edit{Offset: offset, Old: bytes.Clone(old)})
}

// Append adds an element behind the others, in the style of the last one.
func (a *ArrayEditor) Append(text []byte) { a.added = append(a.added, bytes.Clone(text)) }

// End ends the array: the offset is that of its "]", or what [Handler.End] gets
// for JSON Lines.
func (a *ArrayEditor) End(offset int64) {
	insert := func(at int64, text []byte) {
		a.e.edits = append(a.e.edits, source.Edit{Offset: at, New: text})
	}
	if len(a.added) == 0 {
		if a.elements > 0 && a.kept == 0 && len(a.open) > 0 && !a.lines {
			// The white space behind "[" goes as well.
			a.cut(a.first-int64(len(a.open)), a.open)
		}
		return
	}
	var like Node
	if a.like != nil {
		like, _ = Parse(a.like) // of an element that is too long to be copied whole, nothing is imitated
	}
	between := a.between
	var before, behind []byte
	switch {
	case between != nil:
	case a.elements == 0 && len(a.indent) > 0 && offset == a.begin+1:
		behind = append([]byte{'\n'}, a.indent...)
		before = append(bytes.Clone(behind), a.indent...)
		between = append([]byte{','}, before...)
	case a.lines:
		between = []byte{'\n'}
	case bytes.IndexByte(a.open, '\n') >= 0:
		between = append([]byte{','}, a.open...)
	case like.doc != nil && !like.doc.style(like.i).spaced:
		between = []byte{','}
	default:
		between = []byte(", ")
	}
	var added []byte
	for i, text := range a.added {
		if i > 0 {
			added = append(added, between...)
		}
		if like.doc == nil && !a.lines {
			added = append(added, spaceOut(text)...)
		} else {
			added = append(added, layout(text, like, Node{})...)
		}
	}
	switch {
	case a.elements == 0:
		insert(offset, slices.Concat(before, added, behind))
	case a.kept == 0:
		insert(a.end, added)
	default:
		insert(a.end, append(bytes.Clone(between), added...))
	}
}
