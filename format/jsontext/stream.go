package jsontext

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
)

// A Handler takes the parts of a streamed file in their order. Any of its
// functions may be nil, and an error of one of them ends the stream and is
// returned.
//
// Of a file that holds one object, the members are the parts: those that are
// arrays element by element between Begin and End, others by Value. A file that
// holds one array, or several values behind each other (JSON Lines), is an
// array with the key "".
type Handler struct {
	// Indent comes before Begin of an array that is a member starting its line,
	// with the indentation of that line, valid during the call, for
	// [ArrayEditor.Indent].
	Indent func(key string, indent []byte)
	// Begin starts an array. Offset is where its "[" lies, or -1 for JSON Lines.
	Begin func(key string, offset int64) error
	// Element is element i of the array, valid during the call only.
	Element func(key string, i int, n Node) error
	// Value is a member of the top-level object that is no array, valid during
	// the call only.
	Value func(key string, n Node) error
	// End ends an array. Offset is where its "]" lies, or where the last value
	// of JSON Lines ends.
	End func(key string, offset int64) error
	// Lines makes every top-level value an element, also where there is only
	// one: for files that are known to be JSON Lines.
	Lines bool
}

// window is how much of a file is in memory while records are smaller. A first
// value that ends in it is looked at for another one behind it.
const window = 512 << 10

type stream struct {
	ctx  context.Context
	in   io.Reader
	h    Handler
	doc  document
	p    parser
	buf  []byte // what is in memory
	pos  int    // where the next record starts in buf
	base int64  // where buf starts in the file
	end  bool   // in has ended
	// lines are before buf, and lineStart is where the one starts in which buf
	// does.
	lines     int64
	lineStart int64
}

// Stream reads a file part by part. Errors of JSON are [SyntaxError].
func Stream(ctx context.Context, r io.Reader, h Handler) error {
	s := &stream{ctx: ctx, in: r, h: h, buf: make([]byte, 0, window)}
	for len(s.buf) < len(bom) && !s.end {
		if err := s.more(); err != nil {
			return err
		}
	}
	if bytes.HasPrefix(s.buf, bom) {
		s.pos = len(bom)
	}
	first, several, err := s.survey()
	switch {
	case err != nil:
		return err
	case h.Lines || several || first != '{' && first != '[':
		return s.sequence()
	case first == '[':
		err = s.array("")
	default:
		err = s.object()
	}
	if err != nil {
		return err
	}
	return s.try(func(p *parser, i int) int {
		if i < len(p.data) {
			return p.fail(i, "the end of the file")
		}
		return i
	})
}

// survey returns the first byte that is no space, and whether more than one
// value is at the top level, as far as the window shows.
func (s *stream) survey() (first byte, several bool, err error) {
	for {
		s.p.reset(s.buf[s.pos:], s.end)
		i := s.p.space(0)
		if i < len(s.p.data) {
			first = s.p.data[i]
		}
		if end := s.p.value(i, 0); end >= 0 {
			end = s.p.space(end)
			if end < len(s.p.data) {
				// What can start a value is one; anything else is told as an error
				// by what reads it.
				c := s.p.data[end]
				return first, c == '{' || c == '[' || first != '{' && first != '[', nil
			}
			if s.end {
				return first, false, nil
			}
		} else if s.end || !s.p.short {
			return first, false, nil
		}
		if len(s.buf) >= window {
			return first, false, nil
		}
		if err := s.more(); err != nil {
			return 0, false, err
		}
	}
}

// more drops what is before pos and reads on.
func (s *stream) more() error {
	if err := s.ctx.Err(); err != nil {
		return err
	}
	gone := s.buf[:s.pos]
	if n := bytes.Count(gone, []byte{'\n'}); n > 0 {
		s.lines += int64(n)
		s.lineStart = s.base + int64(bytes.LastIndexByte(gone, '\n')) + 1
	}
	s.base += int64(s.pos)
	n := copy(s.buf, s.buf[s.pos:])
	s.buf, s.pos = s.buf[:n], 0
	if n >= maxRecord {
		return fmt.Errorf("line %d: a record is larger than %d MiB", s.lines+1, maxRecord>>20)
	}
	if n > cap(s.buf)/2 {
		s.buf = append(make([]byte, 0, min(2*cap(s.buf), maxRecord+window)), s.buf...)
	}
	for range 100 {
		m, err := s.in.Read(s.buf[n:cap(s.buf)])
		s.buf = s.buf[:n+m]
		s.end = errors.Is(err, io.EOF)
		if err != nil && !s.end {
			return err
		}
		if m > 0 || s.end {
			return nil
		}
	}
	return io.ErrNoProgress
}

// try calls f with where the next byte is that is no space, again with more in
// memory as long as that is too little, and moves on to where f says.
func (s *stream) try(f func(p *parser, i int) int) error {
	for {
		s.p.reset(s.buf[s.pos:], s.end)
		i := s.p.space(0)
		if i < len(s.p.data) || s.end {
			if i = f(&s.p, i); i >= 0 {
				s.pos += i
				return nil
			}
			if !s.p.short {
				return s.syntax()
			}
		}
		if err := s.more(); err != nil {
			return err
		}
	}
}

func (s *stream) syntax() error {
	for !s.end && len(s.buf)-s.pos < s.p.at+maxFound {
		if err := s.more(); err != nil {
			return err
		}
	}
	at := s.pos + s.p.at
	before := s.buf[:min(at, len(s.buf))]
	e := &SyntaxError{Offset: s.base + int64(at), Line: s.lines + 1, Expected: s.p.expected, Found: found(s.buf, at)}
	start := s.lineStart
	if n := bytes.Count(before, []byte{'\n'}); n > 0 {
		e.Line += int64(n)
		start = s.base + int64(bytes.LastIndexByte(before, '\n')) + 1
	}
	e.Column = e.Offset - start + 1
	return e
}

// node makes the parsed record, which starts at the first entry, a node.
func (s *stream) node() Node {
	s.doc.data, s.doc.entries, s.doc.base = s.p.data, s.p.entries, s.base+int64(s.pos)
	return Node{&s.doc, 0}
}

// object reads the top-level object.
func (s *stream) object() error {
	if err := s.try(func(_ *parser, i int) int { return i + 1 }); err != nil { // {
		return err
	}
	for n := 0; ; n++ {
		done, list, key := false, false, ""
		var value Node
		err := s.try(func(p *parser, i int) int {
			var c byte
			if i < len(p.data) {
				c = p.data[i]
			}
			if done = c == '}'; done {
				return i + 1
			}
			expected := "a key in double quotes"
			switch {
			case n > 0 && c != ',':
				return p.fail(i, "a comma or }")
			case n > 0:
				i = p.space(i + 1)
			default:
				expected += " or }"
			}
			if i >= len(p.data) || p.data[i] != '"' {
				return p.fail(i, expected)
			}
			if i = p.text(i); i < 0 {
				return -1
			}
			key = string(Node{&document{data: p.data, entries: p.entries}, 0}.key(0))
			if i = p.space(i); i >= len(p.data) || p.data[i] != ':' {
				return p.fail(i, "a colon behind the key")
			}
			i = p.space(i + 1)
			if list = i < len(p.data) && p.data[i] == '['; list {
				return i
			}
			p.entries = p.entries[:0]
			if i = p.value(i, 1); i >= 0 {
				value = s.node()
			}
			return i
		})
		switch {
		case err != nil:
			return err
		case done:
			return nil
		case list:
			err = s.array(key)
		case s.h.Value != nil:
			err = s.h.Value(key, value)
		}
		if err != nil {
			return err
		}
	}
}

// array reads an array that starts at pos.
func (s *stream) array(key string) error {
	depth := 1
	if key != "" {
		depth = 2
		d := document{data: s.buf}
		if indent, ok := d.lineIndent(uint32(s.pos)); ok && s.h.Indent != nil {
			s.h.Indent(key, indent)
		}
	}
	if err := s.try(func(_ *parser, i int) int { return i + 1 }); err != nil { // [
		return err
	}
	if s.h.Begin != nil {
		if err := s.h.Begin(key, s.base+int64(s.pos)-1); err != nil {
			return err
		}
	}
	n, done := 0, false
	var value Node
	element := func(p *parser, i int) int {
		var c byte
		if i < len(p.data) {
			c = p.data[i]
		}
		if done = c == ']'; done {
			return i + 1
		}
		if n > 0 {
			if c != ',' {
				return p.fail(i, "a comma or ]")
			}
			if i = p.behindComma(i + 1); i < 0 {
				return -1
			}
		}
		if i = p.value(i, depth); i >= 0 {
			value = s.node()
		}
		return i
	}
	for ; ; n++ {
		if err := s.try(element); err != nil {
			return err
		}
		if done {
			break
		}
		if s.h.Element != nil {
			if err := s.h.Element(key, n, value); err != nil {
				return err
			}
		}
	}
	if s.h.End != nil {
		return s.h.End(key, s.base+int64(s.pos)-1)
	}
	return nil
}

// sequence reads values behind each other.
func (s *stream) sequence() error {
	done := false
	var value Node
	for n := 0; ; n++ {
		err := s.try(func(p *parser, i int) int {
			if done = i >= len(p.data) && n > 0; done {
				return 0
			}
			if i = p.value(i, 0); i >= 0 {
				value = s.node()
			}
			return i
		})
		if err != nil {
			return err
		}
		if done {
			break
		}
		if n == 0 && s.h.Begin != nil {
			if err := s.h.Begin("", -1); err != nil {
				return err
			}
		}
		if s.h.Element != nil {
			if err := s.h.Element("", n, value); err != nil {
				return err
			}
		}
	}
	if s.h.End != nil {
		return s.h.End("", s.base+int64(s.pos))
	}
	return nil
}
