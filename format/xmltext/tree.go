package xmltext

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// A Tree is an element to write.
type Tree struct {
	Name  string
	Attrs []Pair
	Text  string
	// Inline writes the children on one line.
	Inline   bool
	Children []Tree
	// Open writes an element without content as <a></a>, and Spread with a line
	// break in between, rather than as <a/>.
	Open, Spread bool
}

// A Pair is an attribute to write.
type Pair struct{ Name, Value string }

// Leaf is an element with a text.
func Leaf(name, text string) Tree { return Tree{Name: name, Text: text} }

// Tree returns what it takes to write an element like this one, without its
// comments.
func (e *Element) Tree() Tree {
	t := Tree{Name: e.Name, Text: e.Text(), Inline: true}
	for _, a := range e.Attrs {
		t.Attrs = append(t.Attrs, Pair{a.Name, a.Value()})
	}
	for _, c := range e.Children {
		t.Children = append(t.Children, c.Tree())
		if len(c.Lead()) > 0 {
			t.Inline = false
		}
	}
	if e.inside != e.End {
		t.Open = true
		t.Spread = len(e.Children) == 0 && t.Text == "" && bytes.IndexByte(e.rec.slice(e.inside, e.closing), '\n') >= 0
	}
	return t
}

// Child returns the first child of that name, or nil.
func (t *Tree) Child(name string) *Tree {
	for i := range t.Children {
		if t.Children[i].Name == name {
			return &t.Children[i]
		}
	}
	return nil
}

// SetAttr gives an attribute a value, behind the others when it is new.
func (t *Tree) SetAttr(name, value string) {
	for i := range t.Attrs {
		if t.Attrs[i].Name == name {
			t.Attrs[i].Value = value
			return
		}
	}
	t.Attrs = append(t.Attrs, Pair{name, value})
}

// render writes the element; lead is the line break and indentation in front of
// it, empty to write all on one line.
func (t Tree) render(lead, unit []byte, cs *charset) []byte {
	var out bytes.Buffer
	name := cs.escape(t.Name, 0)
	out.WriteByte('<')
	out.Write(name)
	for _, a := range t.Attrs {
		fmt.Fprintf(&out, ` %s="%s"`, cs.escape(a.Name, '"'), cs.escape(a.Value, '"'))
	}
	if t.Text == "" && len(t.Children) == 0 && !t.Open {
		out.WriteString("/>")
		return out.Bytes()
	}
	out.WriteByte('>')
	out.Write(cs.escape(t.Text, 0))
	inner := lead
	if len(lead) > 0 {
		inner = slices.Concat(lead, unit)
	}
	if t.Inline {
		inner = nil
	}
	for _, c := range t.Children {
		out.Write(inner)
		out.Write(c.render(inner, unit, cs))
	}
	if len(t.Children) > 0 && !t.Inline || t.Spread {
		out.Write(lead)
	}
	out.WriteString("</")
	out.Write(name)
	out.WriteByte('>')
	return out.Bytes()
}

// String writes the element as the root of a new UTF-8 file with an indentation
// of unit, without declaration and with a line end.
func (t Tree) String(unit string) string {
	return strings.TrimPrefix(string(t.render([]byte("\n"), []byte(unit), utf8Charset)), "\n") + "\n"
}

// Indented writes the element as a part of a new UTF-8 file, depth levels deep,
// with its indentation and a line end.
func (t Tree) Indented(unit string, depth int) string {
	lead := "\n" + strings.Repeat(unit, depth)
	return lead[1:] + string(t.render([]byte(lead), []byte(unit), utf8Charset)) + "\n"
}

// Number writes a number as the sample is written: with as many decimals where
// that loses nothing, else in the shortest way that reads back, up to a
// billionth.
func Number(v float64, sample string) string {
	if math.Abs(v) < 1e6 {
		v = math.Round(v*1e9) / 1e9
	}
	if v == 0 {
		v = 0 // not minus zero
	}
	if _, decimals, ok := strings.Cut(sample, "."); ok && !strings.ContainsAny(decimals, "eE") && len(decimals) <= 9 {
		s := strconv.FormatFloat(v, 'f', len(decimals), 64)
		if back, err := strconv.ParseFloat(s, 64); err == nil && back == v {
			return s
		}
	}
	if math.Abs(v) >= 1e21 {
		return strconv.FormatFloat(v, 'g', -1, 64)
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}
