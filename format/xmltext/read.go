package xmltext

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
)

// Parse reads a whole file. The elements refer to data, which must not change.
// Errors say the line.
func Parse(data []byte) (root *Element, err error) {
	s, err := newScanner(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	s.keep = 0
	b := &builder{s: s, names: map[string]string{}}
	t, err := b.prolog()
	if err != nil {
		return nil, err
	}
	rec := &record{data: data, cs: s.cs}
	if root, err = b.element(t, rec, 1); err != nil {
		return nil, err
	}
	return root, b.epilog()
}

// Root returns the start tag of the root element in the first bytes of a file.
func Root(head []byte) (root *Element, ok bool) {
	s, err := newScanner(bytes.NewReader(head))
	if err != nil {
		return nil, false
	}
	s.keep = 0
	b := &builder{s: s, names: map[string]string{}}
	t, err := b.prolog()
	if err != nil {
		return nil, false
	}
	root, err = b.tag(t, &record{data: head, cs: s.cs})
	return root, err == nil
}

// Stream reads a file and calls visit with each child of the root element, whole.
// The root itself is given with its start tag only. An error of visit ends it
// and is returned.
func Stream(ctx context.Context, r io.Reader, visit func(root, e *Element) error) error {
	s, err := newScanner(r)
	if err != nil {
		return err
	}
	b := &builder{s: s, names: map[string]string{}}
	t, err := b.prolog()
	if err != nil {
		return err
	}
	root, err := b.tag(t, nil)
	if err != nil {
		return err
	}
	root.rec = &record{data: bytes.Clone(s.bytes(t.lo, t.hi)), base: t.lo, cs: s.cs}
	for i := range root.Attrs {
		root.Attrs[i].rec = root.rec
	}
	if t.kind == emptyToken {
		return b.epilog()
	}
	lead := int64(-1) // where the white space in front of the next element starts
	for n := 0; ; n++ {
		if n%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		t, err := s.next()
		if err != nil {
			return b.ended(err, root)
		}
		switch t.kind {
		case textToken:
			s.keep, lead = t.lo, t.lo
			continue
		case endToken:
			if name := b.endName(t); name != root.Name {
				return fmt.Errorf("line %d: </%s> closes <%s>", t.line, name, root.Name)
			}
			s.keep = -1
			return b.epilog()
		case startToken, emptyToken:
			if lead < 0 {
				lead = t.lo
			}
			s.keep = lead
			b.nodes = 0
			rec := &record{cs: s.cs}
			e, err := b.element(t, rec, 2)
			if err != nil {
				return err
			}
			if err := s.want(64); err != nil { // to see whether the line ends here
				return err
			}
			rec.base = lead
			rec.data = s.buf[lead-s.base : min(len(s.buf), s.pos+64)]
			if err := visit(root, e); err != nil {
				return err
			}
		}
		s.keep, lead = -1, -1
	}
}

// prolog returns the start tag of the root element.
func (b *builder) prolog() (token, error) {
	for {
		t, err := b.s.next()
		switch {
		case errors.Is(err, io.EOF):
			return t, errors.New("the file holds no element; expected XML")
		case err != nil:
			return t, err
		case t.kind == startToken, t.kind == emptyToken:
			return t, nil
		case t.kind == otherToken, t.kind == textToken && isBlank(b.s.bytes(t.lo, t.hi)):
		default:
			return t, fmt.Errorf("line %d: text in front of the first element; expected XML", t.line)
		}
	}
}

// epilog makes sure that nothing but comments follows the root element.
func (b *builder) epilog() error {
	for {
		t, err := b.s.next()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case t.kind == otherToken, t.kind == textToken && isBlank(bytes.Trim(b.s.bytes(t.lo, t.hi), "\x00\x1a")):
		default:
			return fmt.Errorf("line %d: something follows the end of the root element; two files may have been joined", t.line)
		}
	}
}

func (b *builder) ended(err error, e *Element) error {
	if errors.Is(err, io.EOF) {
		return fmt.Errorf("line %d: <%s> of line %d is not closed; the file ends too early", b.s.line, e.Name, e.Line)
	}
	return err
}

// element reads an element whose start tag is t; depth is its own.
func (b *builder) element(t token, rec *record, depth int) (*Element, error) {
	top, err := b.tag(t, rec)
	if err != nil || t.kind == emptyToken {
		return top, err
	}
	e := top
	for {
		t, err := b.s.next()
		if err != nil {
			return nil, b.ended(err, e)
		}
		switch t.kind {
		case textToken, cdataToken:
			e.runs = append(e.runs, span{t.lo, t.hi, t.kind == cdataToken})
			if len(e.runs) > 1 { // the first comes with its element
				if b.nodes++; b.nodes > maxNodes {
					return nil, b.tooMany(t.line)
				}
			}
		case startToken, emptyToken:
			c, err := b.tag(t, rec)
			if err != nil {
				return nil, err
			}
			c.Parent = e
			e.Children = append(e.Children, c)
			if t.kind == startToken {
				if depth++; depth > maxDepth {
					return nil, fmt.Errorf("line %d: elements are nested more than %d deep", t.line, maxDepth)
				}
				e = c
			}
		case endToken:
			if name := b.endName(t); name != e.Name {
				return nil, fmt.Errorf("line %d: </%s> closes <%s> of line %d; expected </%s>", t.line, name, e.Name, e.Line, e.Name)
			}
			e.closing, e.End = t.lo, t.hi
			if e == top {
				return top, nil
			}
			e = e.Parent
			depth--
		}
	}
}
