package xmltext

import (
	"bytes"
	"strings"
	"testing"
)

// all lists an element and what is in it, in the order of the file.
func all(e *Element) []*Element {
	out := []*Element{e}
	for _, c := range e.Children {
		out = append(out, all(c)...)
	}
	return out
}

// FuzzRead reads arbitrary bytes as a whole and as a stream, and changes one
// element of those that are XML: the file must then say what was asked for, and
// everything else as before.
func FuzzRead(f *testing.F) {
	f.Add([]byte("<a><b k='1'>x</b>\n<b/></a>"), uint8(1), "new & <text>")
	f.Add([]byte("\xef\xbb\xbf<?xml version='1.0' encoding='latin1'?>\r\n<a>\r\n\t<b>\xe9</b>\r\n</a>"), uint8(2), "λ")
	f.Add([]byte("<a><![CDATA[x]]><!-- c --> y<?pi?></a>"), uint8(0), "z")
	f.Fuzz(func(t *testing.T, data []byte, pick uint8, text string) {
		root, err := Parse(data)
		var streamed []string
		streamErr := Stream(t.Context(), bytes.NewReader(data), func(_, e *Element) error {
			streamed = append(streamed, string(e.Raw()))
			return nil
		})
		if err != nil {
			return
		}
		if streamErr != nil {
			t.Fatalf("read whole, but not as a stream: %v", streamErr)
		}
		if len(streamed) != len(root.Children) {
			t.Fatalf("%d records in the stream, %d children", len(streamed), len(root.Children))
		}
		for i, c := range root.Children {
			if streamed[i] != string(c.Raw()) {
				t.Fatalf("record %d is %q and %q", i, streamed[i], c.Raw())
			}
		}
		elements := all(root)
		n := int(pick) % len(elements)
		text = strings.TrimSpace(strings.ToValidUTF8(strings.ReplaceAll(text, "\r", ""), ""))
		if !CanHold(text) {
			return
		}

		var ed Editor
		ed.SetText(elements[n], text)
		changed := reparse(t, data, &ed)
		if len(changed) != len(elements) {
			t.Fatalf("with another text there are %d elements, not %d", len(changed), len(elements))
		}
		for i, e := range changed {
			want := elements[i].Text()
			if i == n {
				want = text
			}
			if got := e.Text(); got != want && (i != n || len(e.Children) == 0) {
				t.Fatalf("element %d says %q, not %q", i, got, want)
			}
		}

		ed = Editor{}
		ed.SetAttr(elements[n], "errata", text)
		if got, _ := reparse(t, data, &ed)[n].Attr("errata"); got != text {
			t.Fatalf("the attribute is %q, not %q", got, text)
		}

		ed = Editor{}
		ed.Insert(elements[n].Inside(), Tree{Name: "errata", Children: []Tree{Leaf("t", text)}})
		if got := len(reparse(t, data, &ed)); got != len(elements)+2 {
			t.Fatalf("with two more there are %d elements, not %d", got, len(elements)+2)
		}

		if n > 0 {
			ed = Editor{}
			ed.Remove(elements[n])
			if got, want := len(reparse(t, data, &ed)), len(elements)-len(all(elements[n])); got != want {
				t.Fatalf("without element %d there are %d elements, not %d", n, got, want)
			}
		}
	})
}

func reparse(t *testing.T, data []byte, ed *Editor) []*Element {
	t.Helper()
	out := applyInMemory(t, data, ed)
	root, err := Parse(out)
	if err != nil {
		t.Fatalf("%q became %q: %v", data, out, err)
	}
	return all(root)
}

func applyInMemory(t *testing.T, data []byte, ed *Editor) []byte {
	t.Helper()
	var out []byte
	at := int64(0)
	for _, e := range ed.Edits() { // in order: one place each, texts from front to back
		if e.Offset < at || !bytes.HasPrefix(data[e.Offset:], e.Old) {
			t.Fatalf("edit at %d of %q does not fit", e.Offset, e.Old)
		}
		out = append(append(out, data[at:e.Offset]...), e.New...)
		at = e.Offset + int64(len(e.Old))
	}
	return append(out, data[at:]...)
}
