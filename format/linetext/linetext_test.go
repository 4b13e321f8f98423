package linetext

import (
	"math"
	"strings"
	"testing"

	"github.com/errata-cv/errata/format/source"
)

func apply(t testing.TB, data string, edits []source.Edit) string {
	t.Helper()
	var b strings.Builder
	at := int64(0)
	for _, e := range edits {
		if e.Offset < at {
			t.Fatalf("edits overlap at %d", e.Offset)
		}
		b.WriteString(data[at:e.Offset])
		at = e.Offset + int64(len(e.Old))
		if data[e.Offset:at] != string(e.Old) {
			t.Fatalf("edit at %d expects %q, the file has %q", e.Offset, e.Old, data[e.Offset:at])
		}
		b.Write(e.New)
	}
	return b.String() + data[at:]
}

func TestEdits(t *testing.T) {
	for _, c := range []struct {
		name, data string
		edit       func(f *File, e *Editor)
		want       string
	}{
		{"replace keeps blanks", "\xef\xbb\xbf 1\t2  3 \r\n4 5 6", func(f *File, e *Editor) {
			e.Replace(f.Lines[0].Fields()[1], "22")
			e.Replace(f.Lines[0].Fields()[0], "11")
		}, "\xef\xbb\xbf 11\t22  3 \r\n4 5 6"},
		{"replace a span", "1 2 3\t4\n", func(f *File, e *Editor) {
			l := f.Lines[0].Fields()
			e.ReplaceFrom(l[1], l[2], "x")
		}, "1 x\t4\n"},
		{"remove a line", "a\r\nb\r\nc\r\n", func(f *File, e *Editor) { e.Remove(f.Lines[1]) }, "a\r\nc\r\n"},
		{"remove the last of an open file", "a\r\nb", func(f *File, e *Editor) { e.Remove(f.Lines[1]) }, "a"},
		{"remove the last two of an open file", "a\nb\nc", func(f *File, e *Editor) { e.Remove(f.Lines[2]); e.Remove(f.Lines[1]) }, "a"},
		{"remove all of an open file", "a\nb", func(f *File, e *Editor) { e.Remove(f.Lines[0]); e.Remove(f.Lines[1]) }, ""},
		{"append", "a\r\n", func(_ *File, e *Editor) { e.Append("b"); e.Append("c") }, "a\r\nb\r\nc\r\n"},
		{"append to an open file", "a\nb", func(_ *File, e *Editor) { e.Append("c"); e.Append("d") }, "a\nb\nc\nd"},
		{"append before blank lines", "a\n\n  \n", func(_ *File, e *Editor) { e.Append("b") }, "a\nb\n\n  \n"},
		{"append to nothing", "", func(_ *File, e *Editor) { e.Append("b") }, "b\n"},
		{"append behind a mark", "\xef\xbb\xbf", func(_ *File, e *Editor) { e.Append("b") }, "\xef\xbb\xbfb\n"},
		{"append to blank lines", "\n", func(_ *File, e *Editor) { e.Append("b") }, "b\n\n"},
		{"exchange the last of an open file", "a\nb", func(f *File, e *Editor) { e.Remove(f.Lines[1]); e.Append("c"); e.Append("d") }, "a\nc\nd"},
		{"exchange the only line", "a", func(f *File, e *Editor) { e.Remove(f.Lines[0]); e.Append("c") }, "c"},
		{"insert and remove the open end", "a\nb", func(f *File, e *Editor) { e.Insert(f.Lines[0], "x"); e.Remove(f.Lines[1]) }, "a\nx"},
		{"insert between", "a\nb\n", func(f *File, e *Editor) { e.Insert(f.Lines[0], "x"); e.Replace(f.Lines[1].Trimmed(), "y") }, "a\nx\ny\n"},
		{"mixed ends", "a\rb\nc\r", func(f *File, e *Editor) { e.Remove(f.Lines[1]); e.Append("d") }, "a\rc\rd\r"},
		{"old ends", "a\rb\r", func(f *File, e *Editor) { e.Remove(f.Lines[0]); e.Append("c") }, "b\rc\r"},
		{"nothing", "a\n b \n", func(*File, *Editor) {}, "a\n b \n"},
		{"the same text", "a\n", func(f *File, e *Editor) { e.Replace(f.Lines[0].Trimmed(), "a") }, "a\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := Parse([]byte(c.data))
			e := NewEditor(f)
			c.edit(f, e)
			if got := apply(t, c.data, e.Edits()); got != c.want {
				t.Errorf("%q became %q, expected %q", c.data, got, c.want)
			}
			if e.Empty() != (c.data == c.want) {
				t.Errorf("Empty is %v", e.Empty())
			}
		})
	}
}

func TestFieldsBy(t *testing.T) {
	f := Parse([]byte("x\n 1 , 2,,  b c ,"))
	var got []string
	for _, v := range f.Lines[1].FieldsBy(',') {
		got = append(got, v.Text)
		if string(f.data[v.Offset:v.End()]) != v.Text {
			t.Errorf("field %q does not lie at %d", v.Text, v.Offset)
		}
	}
	if s := strings.Join(got, "|"); s != "1|2||b c|" {
		t.Errorf("fields are %s", s)
	}
}

func TestNumber(t *testing.T) {
	for _, c := range []struct {
		style []string
		v     float64
		width float64
		want  string
	}{
		{[]string{"0.250000", "0.500000"}, 0.25, 640, "0.250000"},
		{[]string{"0.25", "0.5"}, 0.75, 640, "0.75"},
		{[]string{"1.00", "7.25"}, 12, 1, "12.00"},
		{nil, 1.0 / 3, 3, "0.3333333333"},
		{[]string{"0.333"}, math.Copysign(0, -1), 100, "0.000"},
		{nil, -1e-13, 100, "0"},
	} {
		exact := func(b float64) bool { return Round(b*c.width) == Round(c.v*c.width) }
		if got := StyleOf(c.style...).Number(c.v, exact); got != c.want {
			t.Errorf("%v in the style of %q is %s, expected %s", c.v, c.style, got, c.want)
		}
	}
}

func FuzzEdits(f *testing.F) {
	f.Add("a b\nc d", uint16(1), uint16(0))
	f.Add("\xef\xbb\xbf1 2\r\n\r\n3", uint16(4), uint16(1))
	f.Fuzz(func(t *testing.T, data string, remove, insert uint16) {
		if strings.LastIndex(data, "\ufeff") > 0 {
			return // a mark that is a character becomes one at the start
		}
		// Where "\r" and "\n" meet when the line between goes, an empty line does too.
		lone := strings.Contains(strings.ReplaceAll(data, "\r\n", ""), "\r")
		file := Parse([]byte(data))
		var joined, want strings.Builder
		e := NewEditor(file)
		var kept []string
		for i, l := range file.Lines {
			joined.WriteString(l.Text + l.End)
			if remove>>(i%16)&1 == 1 {
				e.Remove(l)
			} else {
				kept = append(kept, l.Text)
			}
			if insert>>(i%16)&1 == 1 {
				e.Insert(l, "new")
				kept = append(kept, "new")
			}
		}
		if strings.TrimPrefix(data, "\xef\xbb\xbf") != joined.String() {
			t.Fatal("the lines are not the file")
		}
		got := Parse([]byte(apply(t, data, e.Edits())))
		for _, s := range kept {
			if s != "" || !lone {
				want.WriteString(s + "\n")
			}
		}
		var lines strings.Builder
		for _, l := range got.Lines {
			if l.Text != "" || !lone {
				lines.WriteString(l.Text + "\n")
			}
		}
		// An empty last line without end is no line.
		if strings.TrimRight(lines.String(), "\n") != strings.TrimRight(want.String(), "\n") {
			t.Errorf("lines are %q, expected %q", lines.String(), want.String())
		}
	})
}
