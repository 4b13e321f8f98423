package xmltext

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/errata-cv/errata/format/source"
)

// apply makes the edits in memory, as source.FilePatch does on disk.
func apply(t testing.TB, data []byte, edits []source.Edit) []byte {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "f"), data, 0o666); err != nil {
		t.Fatal(err)
	}
	p, err := source.EditFile(context.Background(), dir, "f", edits, true)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := p.Apply(context.Background(), &out, bytes.NewReader(data)); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func parse(t testing.TB, data string) *Element {
	t.Helper()
	e, err := Parse([]byte(data))
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestParse(t *testing.T) {
	root := parse(t, "\ufeff<?xml version='1.0'?><!DOCTYPE a>\n<!-- <x> -->\n<a k = 'v&amp;\"' l=\"2>1\">t1<b/>\r\nt2<![CDATA[<&]]><c>&#x41;&#66; &unknown; &lt;\r\n</c></a>\n<!-- end -->\n")
	if v, ok := root.Attr("k"); !ok || v != `v&"` {
		t.Errorf("attribute k is %q", v)
	}
	if v, _ := root.Attr("l"); v != "2>1" {
		t.Errorf("attribute l is %q", v)
	}
	if got := root.Text(); got != "t1\nt2<&" {
		t.Errorf("text is %q", got)
	}
	if got := root.Child("c").Text(); got != "AB &unknown; <" {
		t.Errorf("text of c is %q", got)
	}
	if root.Line != 3 || root.Child("c").Line != 4 {
		t.Errorf("lines are %d and %d", root.Line, root.Child("c").Line)
	}
}

func TestParseErrors(t *testing.T) {
	for data, want := range map[string]string{
		"":                   "no element",
		"  \n":               "no element",
		"text":               "text in front",
		"<a>":                "<a> of line 1 is not closed",
		"<a><b></a>":         "</a> closes <b>",
		"<a>\n</b>":          "line 2: </b> closes <a>",
		"<a/><b/>":           "follows the end",
		"<a b></a>":          "attribute",
		"<a b=c></a>":        "attribute",
		"<a b='c></a>":       "quote",
		"<a":                 "tag is not closed",
		"<":                  "tag is not closed",
		"<>x</>":             "tag without a proper name",
		"<!-- a":             "comment",
		"<a><![CDATA[ x</a>": "CDATA",
		"\xff\xfe<\x00a\x00": "UTF-16",
		"<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>": "square brackets",
		"<!DOCTYPE a [": "not closed",
		"<?xml version=\"1.0\" encoding=\"shift_jis\"?><a/>": "shift_jis",
		strings.Repeat("<a>", 200):                           "nested more than 100",
	} {
		_, err := Parse([]byte(data))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60q: error %v, expected one with %q", data, err, want)
		}
	}
}

func TestCharsets(t *testing.T) {
	data := "<?xml version='1.0' encoding='windows-1252'?><a>\x80 caf\xe9</a>"
	root := parse(t, data)
	if got := root.Text(); got != "€ café" {
		t.Fatalf("text is %q", got)
	}
	var ed Editor
	ed.SetText(root, "ü€λ<")
	got := apply(t, []byte(data), ed.Edits())
	if want := strings.Replace(data, "\x80 caf\xe9", "\xfc\x80&#955;&lt;", 1); string(got) != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestEdits makes one edit in a file with every line end and indentation.
func TestEdits(t *testing.T) {
	const data = "<?xml version=\"1.0\"?>\n<r>\n\t<!-- one -->\n\t<o a='1' b=\"2\">\n\t\t<n> cat <!-- c --></n>\n\t\t<e/>\n\t</o>\n\t<p><q/> <s/></p>\n\t<o />\n</r>\n"
	for name, c := range map[string]struct {
		edit func(ed *Editor, r *Element)
		want string
	}{
		"text":                       {func(ed *Editor, r *Element) { ed.SetText(r.Children[0].Child("n"), "a<b") }, strings.Replace(data, "cat", "a&lt;b", 1)},
		"text in empty":              {func(ed *Editor, r *Element) { ed.SetText(r.Children[0].Child("e"), "x") }, strings.Replace(data, "<e/>", "<e>x</e>", 1)},
		"attribute":                  {func(ed *Editor, r *Element) { ed.SetAttr(r.Children[0], "a", `'"`) }, strings.Replace(data, "a='1'", `a='&apos;"'`, 1)},
		"new attribute":              {func(ed *Editor, r *Element) { ed.SetAttr(r.Children[0], "c", "3") }, strings.Replace(data, `b="2"`, `b="2" c="3"`, 1)},
		"first attribute":            {func(ed *Editor, r *Element) { ed.SetAttr(r.Children[2], "c", "3") }, strings.Replace(data, `<o />`, `<o c="3" />`, 1)},
		"remove attribute":           {func(ed *Editor, r *Element) { ed.RemoveAttr(r.Children[0], "b") }, strings.Replace(data, ` b="2"`, ``, 1)},
		"remove":                     {func(ed *Editor, r *Element) { ed.Remove(r.Children[0]) }, strings.Replace(data, "\t<o a='1' b=\"2\">\n\t\t<n> cat <!-- c --></n>\n\t\t<e/>\n\t</o>\n", "", 1)},
		"remove two":                 {func(ed *Editor, r *Element) { ed.Remove(r.Children[1]); ed.Remove(r.Children[2]) }, strings.Replace(data, "\t<p><q/> <s/></p>\n\t<o />\n", "", 1)},
		"remove on a line":           {func(ed *Editor, r *Element) { ed.Remove(r.Children[1].Child("s")) }, strings.Replace(data, " <s/>", "", 1)},
		"remove the first on a line": {func(ed *Editor, r *Element) { ed.Remove(r.Children[1].Child("q")) }, strings.Replace(data, "<q/>", "", 1)},
		"insert":                     {func(ed *Editor, r *Element) { ed.Insert(r.Inside(), Tree{Name: "o", Children: []Tree{Leaf("n", "&")}}) }, strings.Replace(data, "\t<o />\n", "\t<o />\n\t<o>\n\t\t<n>&amp;</n>\n\t</o>\n", 1)},
		"insert a copy":              {func(ed *Editor, r *Element) { ed.Insert(r.Inside(), r.Children[0].Tree()) }, strings.Replace(data, "\t<o />\n", "\t<o />\n\t<o a=\"1\" b=\"2\">\n\t\t<n>cat</n>\n\t\t<e/>\n\t</o>\n", 1)},
		"insert in an empty one":     {func(ed *Editor, r *Element) { ed.Insert(r.Children[2].Inside(), Leaf("n", "x"), Leaf("m", "")) }, strings.Replace(data, "<o />", "<o>\n\t\t<n>x</n>\n\t\t<m/>\n\t</o>", 1)},
		"insert on a line":           {func(ed *Editor, r *Element) { ed.Insert(r.Children[1].Inside(), Leaf("n", "x")) }, strings.Replace(data, "<s/>", "<s/><n>x</n>", 1)},
		"rename":                     {func(ed *Editor, r *Element) { ed.Rename(r.Children[0], "zz") }, strings.NewReplacer("<o a=", "<zz a=", "\t</o>", "\t</zz>").Replace(data)},
		"rename an empty one":        {func(ed *Editor, r *Element) { ed.Rename(r.Children[2], "zz") }, strings.Replace(data, "<o />", "<zz />", 1)},
		"replace attributes": {func(ed *Editor, r *Element) {
			ed.ReplaceAttrs(r.Children[0], []string{"b", "a"}, Pair{"x", "'"}, Pair{"y", "2"})
		}, strings.Replace(data, `a='1' b="2"`, `x='&apos;' y='2'`, 1)},
	} {
		t.Run(name, func(t *testing.T) {
			for _, crlf := range []bool{false, true} {
				d, want := data, c.want
				if crlf {
					d, want = strings.ReplaceAll(d, "\n", "\r\n"), strings.ReplaceAll(want, "\n", "\r\n")
				}
				var ed Editor
				c.edit(&ed, parse(t, d))
				if got := string(apply(t, []byte(d), ed.Edits())); got != want {
					t.Errorf("got\n%q, want\n%q", got, want)
				}
			}
		})
	}
}

func TestStream(t *testing.T) {
	data := "<?xml version='1.0'?>\n<r v='1'>\n  <i n='1'/>\n  <i n='2'>\n    <b/>\n  </i>\n  text\n</r>"
	var seen []string
	var ed Editor
	err := Stream(t.Context(), iotest.OneByteReader(strings.NewReader(data)), func(root, e *Element) error {
		v, _ := root.Attr("v")
		n, _ := e.Attr("n")
		seen = append(seen, v+n)
		if n == "1" {
			ed.Insert(e.Inside(), Leaf("b", ""))
		} else {
			ed.Remove(e)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(seen, []string{"11", "12"}) {
		t.Errorf("seen %q", seen)
	}
	want := "<?xml version='1.0'?>\n<r v='1'>\n  <i n='1'>\n    <b/>\n  </i>\n  text\n</r>"
	if got := string(apply(t, []byte(data), ed.Edits())); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestTree(t *testing.T) {
	tree := Tree{Name: "a", Attrs: []Pair{{"k", `"<`}}, Children: []Tree{Leaf("b", "x&y"), {Name: "c", Inline: true, Children: []Tree{Leaf("d", "1")}}, {Name: "e", Spread: true, Open: true}}}
	want := "<a k=\"&quot;&lt;\">\n  <b>x&amp;y</b>\n  <c><d>1</d></c>\n  <e>\n  </e>\n</a>\n"
	if got := tree.String("  "); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	back := parse(t, want).Tree()
	if got := back.String("  "); got != want {
		t.Errorf("read and written again: %q", got)
	}
}

func TestRoot(t *testing.T) {
	for data, want := range map[string]string{
		"<?xml version='1.0'?>\n<!-- c --><annotation verified='no'><fold": "annotation",
		"<annotations/>": "annotations", "{}": "", "": "", "<a": "", "<!DOCTYPE x [": "",
	} {
		name := ""
		if e, ok := Root([]byte(data)); ok {
			name = e.Name
		}
		if name != want {
			t.Errorf("%q: root %q, want %q", data, name, want)
		}
	}
}
