package jsontext

import (
	"bytes"
	"iter"
)

// Kind is the kind of a value.
type Kind uint8

// The kinds of values; Invalid is that of a value which is not there.
const (
	Invalid Kind = iota
	Object
	Array
	String
	Number
	Bool
	Null
)

func (k Kind) String() string {
	return [...]string{"nothing", "an object", "a list", "a text", "a number", "true or false", "null"}[k]
}

// entry is a value in the flat list of a document: containers come before what
// they hold, keys before their values.
type entry struct {
	start, end uint32 // in document.data
	next       int32  // the entry after it and all that it holds
	kind       Kind
	escaped    bool // a string with backslashes
}

// document is the bytes and values of one record.
type document struct {
	// data may start before the record, with what parts it from the last one.
	data    []byte
	base    int64 // where data starts in the file
	entries []entry
	// lasting tells that data and entries are not used again for another record.
	lasting bool
}

// Node is a value in a parsed record. The zero Node is a value that is not
// there: it has the kind Invalid, no members, and no text.
type Node struct {
	doc *document
	i   int32
}

func (n Node) entry() *entry { return &n.doc.entries[n.i] }

// Kind returns its kind.
func (n Node) Kind() Kind {
	if n.doc == nil {
		return Invalid
	}
	return n.entry().kind
}

// Raw returns its bytes in the file. They must not be changed.
func (n Node) Raw() []byte {
	if n.doc == nil {
		return nil
	}
	e := n.entry()
	return n.doc.data[e.start:e.end:e.end]
}

// Start returns the offset of its first byte in the file.
func (n Node) Start() int64 {
	if n.doc == nil {
		return 0
	}
	return n.doc.base + int64(n.entry().start)
}

// End returns the offset behind its last byte in the file.
func (n Node) End() int64 {
	if n.doc == nil {
		return 0
	}
	return n.doc.base + int64(n.entry().end)
}

// Fields calls yield with key and value of every member of an object. A key is
// valid during the call only and must not be changed.
func (n Node) Fields() iter.Seq2[[]byte, Node] {
	return func(yield func([]byte, Node) bool) {
		if n.Kind() != Object {
			return
		}
		for k := n.i + 1; k < n.entry().next; k = n.doc.entries[k+1].next {
			if !yield(n.key(k), Node{n.doc, k + 1}) {
				return
			}
		}
	}
}

// key returns the text of the key at entry k.
func (n Node) key(k int32) []byte {
	e := &n.doc.entries[k]
	raw := n.doc.data[e.start+1 : e.end-1]
	if e.escaped {
		return unescape(raw)
	}
	return raw
}

// Members is Fields with keys that last.
func (n Node) Members() iter.Seq2[string, Node] {
	return func(yield func(string, Node) bool) {
		for k, v := range n.Fields() {
			if !yield(string(k), v) {
				return
			}
		}
	}
}

// Elements calls yield with number and value of every element of an array.
func (n Node) Elements() iter.Seq2[int, Node] {
	return func(yield func(int, Node) bool) {
		if n.Kind() != Array {
			return
		}
		at := 0
		for k := n.i + 1; k < n.entry().next; k = n.doc.entries[k].next {
			if !yield(at, Node{n.doc, k}) {
				return
			}
			at++
		}
	}
}

// At returns element i of an array.
func (n Node) At(i int) Node {
	for at, v := range n.Elements() {
		if at == i {
			return v
		}
	}
	return Node{}
}

// Get returns the member of an object that has the key, the last one when
// there are several.
func (n Node) Get(key string) Node {
	var out Node
	if n.Kind() != Object {
		return out
	}
	entries := n.doc.entries
	for k := n.i + 1; k < entries[n.i].next; k = entries[k+1].next {
		if e := &entries[k]; !e.escaped && int(e.end-e.start) != len(key)+2 {
			continue
		}
		if string(n.key(k)) == key {
			out = Node{n.doc, k + 1}
		}
	}
	return out
}

// Len counts the elements of an array or the members of an object.
func (n Node) Len() int {
	count := 0
	switch n.Kind() {
	case Array:
		for range n.Elements() {
			count++
		}
	case Object:
		for range n.Fields() {
			count++
		}
	}
	return count
}

// Text returns what a string says.
func (n Node) Text() (string, bool) {
	if n.Kind() != String {
		return "", false
	}
	return string(n.key(n.i)), true
}

// Bool returns what true or false says.
func (n Node) Bool() (value, ok bool) {
	if n.Kind() != Bool {
		return false, false
	}
	return n.Raw()[0] == 't', true
}

// Float returns the value of a number. One that is too large is infinite.
func (n Node) Float() (float64, bool) {
	if n.Kind() != Number {
		return 0, false
	}
	return parseFloat(n.Raw()), true
}

// Int returns the value of a number that is whole, however it is spelled.
func (n Node) Int() (int64, bool) {
	if n.Kind() != Number {
		return 0, false
	}
	return parseInt(n.Raw())
}

// String returns the text of a string, and any other value as it is spelled.
func (n Node) String() string {
	if s, ok := n.Text(); ok {
		return s
	}
	return string(n.Raw())
}

// last returns a copy that does not change when the next record is read.
func (d *document) last() *document {
	if d.lasting {
		return d
	}
	return &document{data: bytes.Clone(d.data), base: d.base, entries: append([]entry(nil), d.entries...), lasting: true}
}
