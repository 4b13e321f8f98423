package jsontext

import (
	"bytes"
	"cmp"
	"slices"

	"github.com/errata-cv/errata/format/source"
)

// An Editor collects the edits of one file, which may come in any order. New
// values that are lists or objects and stand on one line are laid out like what
// they replace or stand beside: with its line breaks and white space. An edit
// inside of what another one removes or replaces is dropped.
type Editor struct {
	edits      []source.Edit
	containers map[int64]*container
	order      []int64
	held       map[int64]*document
}

// NewEditor returns an editor without edits.
func NewEditor() *Editor {
	return &Editor{containers: map[int64]*container{}, held: map[int64]*document{}}
}

// container is an object or array whose members or elements go or come.
type container struct {
	node    Node
	removed map[int]bool
	added   [][]byte
}

func (e *Editor) container(n Node) *container {
	c, ok := e.containers[n.Start()]
	if !ok {
		d, ok := e.held[n.doc.base]
		if !ok || n.doc.lasting {
			d = n.doc.last()
			e.held[n.doc.base] = d
		}
		c = &container{node: Node{d, n.i}, removed: map[int]bool{}}
		e.containers[n.Start()] = c
		e.order = append(e.order, n.Start())
	}
	return c
}

// Replace puts text in the place of a value.
func (e *Editor) Replace(n Node, text []byte) {
	if n.doc == nil {
		return
	}
	e.edits = append(e.edits, source.Edit{Offset: n.Start(), Old: bytes.Clone(n.Raw()), New: layout(text, n, Node{})})
}

// SetMember replaces the value of the member of an object, or adds the member
// behind the others, in their style.
func (e *Editor) SetMember(obj Node, key string, text []byte) {
	if obj.Kind() != Object {
		return
	}
	if v := obj.Get(key); v.doc != nil {
		e.Replace(v, text)
		return
	}
	member := append(Quote(key, true), obj.doc.style(obj.i).colon...)
	e.container(obj).add(append(member, layout(text, Node{}, obj)...))
}

// RemoveMember removes every member with the key.
func (e *Editor) RemoveMember(obj Node, key string) {
	i := 0
	for k := range obj.Fields() {
		if string(k) == key {
			e.container(obj).removed[i] = true
		}
		i++
	}
}

// Remove removes element i of an array.
func (e *Editor) Remove(parent Node, i int) {
	if parent.Kind() == Array && i >= 0 && i < parent.Len() {
		e.container(parent).removed[i] = true
	}
}

// Append adds an element behind the others of an array, in the style of the
// last one.
func (e *Editor) Append(parent Node, text []byte) {
	if parent.Kind() == Array {
		e.container(parent).add(layout(text, parent.At(parent.Len()-1), parent))
	}
}

func (c *container) add(text []byte) { c.added = append(c.added, bytes.Clone(text)) }

// Edits returns the edits in the order of the file. They do not overlap.
func (e *Editor) Edits() []source.Edit {
	var out []source.Edit
	for _, start := range e.order {
		out = append(out, e.containers[start].edits()...)
	}
	out = append(out, e.edits...)
	slices.SortStableFunc(out, func(a, b source.Edit) int {
		// What is longest at a place goes first, what only removes before what
		// replaces; insertions in front of it stay there.
		if a.Offset == b.Offset && (len(a.Old) == 0) != (len(b.Old) == 0) {
			return cmp.Compare(len(a.Old), len(b.Old))
		}
		if c := cmp.Or(cmp.Compare(a.Offset, b.Offset), cmp.Compare(len(b.Old), len(a.Old))); c != 0 || len(a.Old) == 0 {
			return c
		}
		return cmp.Compare(min(len(a.New), 1), min(len(b.New), 1))
	})
	merged := out[:0]
	end := int64(-1)
	for _, x := range out {
		switch n := len(merged); {
		case n > 0 && x.Offset < end:
			// Inside of what goes.
		case n > 0 && x.Offset == end && (len(x.New) == 0 || len(x.Old) == 0 || len(merged[n-1].New) == 0):
			last := &merged[n-1]
			last.Old, last.New = slices.Concat(last.Old, x.Old), slices.Concat(last.New, x.New)
			end = last.Offset + int64(len(last.Old))
		default:
			merged = append(merged, x)
			end = x.Offset + int64(len(x.Old))
		}
	}
	return slices.DeleteFunc(merged, func(x source.Edit) bool { return bytes.Equal(x.Old, x.New) })
}

// span is a member or element in the data of its document.
type span struct{ start, end uint32 }

func spans(n Node) []span {
	var out []span
	for k := n.i + 1; k < n.entry().next; {
		v := k
		if n.Kind() == Object {
			v++
		}
		e := &n.doc.entries[v]
		out = append(out, span{n.doc.entries[k].start, e.end})
		k = e.next
	}
	return out
}

func (c *container) edits() []source.Edit {
	d, self := c.node.doc, c.node.entry()
	var out []source.Edit
	put := func(start, end uint32, text []byte) {
		out = append(out, source.Edit{Offset: d.base + int64(start), Old: bytes.Clone(d.data[start:end]), New: text})
	}
	all := spans(c.node)
	st := d.style(c.node.i)
	added := bytes.Join(c.added, st.between)
	if len(all) == len(c.removed) {
		switch {
		case len(all) > 0 && len(c.added) > 0:
			put(all[0].start, all[len(all)-1].end, added)
		case len(c.added) > 0:
			put(self.start+1, self.end-1, slices.Concat(st.open, added, st.close))
		default:
			put(self.start+1, self.end-1, nil)
		}
		return out
	}
	kept := false
	for i, s := range all {
		switch {
		case !c.removed[i]:
			kept = true
		case kept:
			put(all[i-1].end, s.end, nil)
		default:
			put(s.start, all[i+1].start, nil)
		}
	}
	if len(c.added) > 0 {
		end := all[len(all)-1].end
		put(end, end, slices.Concat(st.between, added))
	}
	return out
}
