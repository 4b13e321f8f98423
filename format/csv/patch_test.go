package csvtable

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
)

// apply reads the table, patches it, and returns the new bytes.
func apply(t testing.TB, file string, ds *dataset.Dataset, c Changes) (*Patch, []byte) {
	t.Helper()
	p, err := NewPatch(t.Context(), ds, c)
	if err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var after bytes.Buffer
	f := p.file()
	if err := f.Apply(t.Context(), &after, bytes.NewReader(before)); err != nil {
		t.Fatal(err)
	}
	return p, after.Bytes()
}

func TestPatch(t *testing.T) {
	const cat, dog, odd = 0, 1, 2
	classes := []string{"cat", "dog", `a "b", c`}
	for _, c := range []struct {
		name, text, want string
		options          source.Options
		relabel          map[int]int
		drop             map[int]bool
	}{
		{"nothing", "\xef\xbb\xbfpath,label\r\na.jpg, \"cat\"\r\n\r\n", "\xef\xbb\xbfpath,label\r\na.jpg, \"cat\"\r\n\r\n", source.Options{}, nil, nil},
		{"plain", "path,label\na.jpg,cat\nb.jpg,cat", "path,label\na.jpg,cat\nb.jpg,dog", source.Options{}, map[int]int{1: dog}, nil},
		{"quotes stay", "\"path\",\"label\"\r\n\"a.jpg\",\"cat\"\r\n", "\"path\",\"label\"\r\n\"a.jpg\",\"dog\"\r\n", source.Options{}, map[int]int{0: dog}, nil},
		{"quotes where needed", "path,label\na.jpg,cat\n", "path,label\na.jpg,\"a \"\"b\"\", c\"\n", source.Options{}, map[int]int{0: odd}, nil},
		{"blanks stay", "path,label,x\na.jpg,  cat\t,1\n", "path,label,x\na.jpg,  dog\t,1\n", source.Options{}, map[int]int{0: dog}, nil},
		{"drop", "path,label\r\na.jpg,cat\r\n\r\nb.jpg,\"cat\r\n\"\r\na.jpg,dog", "path,label\r\n\r\nb.jpg,\"cat\r\n\"\r\n", source.Options{Classes: append(classes, "cat\r\n")}, nil, map[int]bool{0: true}},
		{"drop wins", "path,label\na.jpg,cat\nb.jpg,cat\n", "path,label\nb.jpg,cat\n", source.Options{}, map[int]int{0: dog}, map[int]bool{0: true}},
		{"drop rows without annotation too", "path,label\na.jpg,cat\na.jpg,pig\na.jpg,\nb.jpg,cat\n", "path,label\nb.jpg,cat\n", source.Options{}, nil, map[int]bool{0: true}},
		{"repeated rows", "path,label\na.jpg,cat\nb.jpg,cat\n./a.jpg,\"cat\"\na.jpg,dog\n", "path,label\na.jpg,dog\nb.jpg,cat\n./a.jpg,\"dog\"\na.jpg,dog\n", source.Options{}, map[int]int{0: dog}, nil},
		{"one annotator", "path,label,worker\na.jpg,cat,1\na.jpg,cat,2\n", "path,label,worker\na.jpg,cat,1\na.jpg,dog,2\n", source.Options{}, map[int]int{1: dog}, nil},
		{"label column", "image,label,noisy\na.jpg,cat,cat\nb.jpg,cat,cat\n", "image,label,noisy\na.jpg,cat,cat\nb.jpg,cat,dog\n", source.Options{LabelColumn: "noisy"}, map[int]int{1: dog}, nil},
		{"second column of a name", "image,label,label\na.jpg,cat,cat\nb.jpg,cat,dog\n", "image,label,label\na.jpg,cat,dog\nb.jpg,cat,dog\n", source.Options{LabelColumn: "3"}, map[int]int{0: dog}, nil},
		{"no header", "1;a.jpg;cat\n2;b.jpg;cat\n", "1;a.jpg;cat\n2;b.jpg;dog\n", source.Options{LabelColumn: "3"}, map[int]int{1: dog}, nil},
		{"one split", "path,label,split\na.jpg,cat,train\nb.jpg,cat,val\n", "path,label,split\na.jpg,cat,train\nb.jpg,dog,val\n", source.Options{Split: "val"}, map[int]int{0: dog}, nil},
		{"blank as delimiter", "a.jpg cat\nb.jpg cat\n", "a.jpg cat\nb.jpg \"a \"\"b\"\", c\"\n", source.Options{}, map[int]int{1: odd}, nil},
		{"drop all", "path,label\na.jpg,cat\n", "path,label\n", source.Options{}, nil, map[int]bool{0: true}},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := plant(t, "l.csv", c.text, "a.jpg", "b.jpg")
			if c.options.Classes == nil {
				c.options.Classes = classes
			}
			ds, err := Read(t.Context(), file, c.options)
			if err != nil {
				t.Fatal(err)
			}
			p, got := apply(t, file, ds, Changes{Relabel: c.relabel, Drop: c.drop})
			if string(got) != c.want {
				t.Errorf("got\n%q\nwant\n%q", got, c.want)
			}
			if err := p.Verify(t.Context(), strings.NewReader(c.text), bytes.NewReader(got)); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestPatchRefusesAnotherTable(t *testing.T) {
	const text = "path,label\na.jpg,cat\nb.jpg,dog\n"
	file := plant(t, "l.csv", text, "a.jpg", "b.jpg")
	ds, err := Read(t.Context(), file, source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	relabel := Changes{Relabel: map[int]int{0: 1}}
	p, err := NewPatch(t.Context(), ds, relabel)
	if err != nil {
		t.Fatal(err)
	}
	for _, other := range []string{"", text[:15], text + "x", strings.Replace(text, "dog", "cow", 1), strings.Replace(text, "cat", "cow", 1)} {
		f := p.file()
		if err := f.Apply(t.Context(), &bytes.Buffer{}, strings.NewReader(other)); err == nil || !strings.Contains(err.Error(), "l.csv has changed") {
			t.Errorf("%q: got %v", other, err)
		}
	}
	for other, want := range map[string]string{
		"path,label\na.jpg,dog\nb.jpg,dog\n": `no row any more that labels a.jpg "cat"`,
		"path,label\nb.jpg,cat\n":            `no row any more that labels a.jpg "cat"`,
		"path,x,label\na.jpg,1,cat\n":        "columns of l.csv are not those it was read with",
		"":                                   "is empty",
	} {
		if err := os.WriteFile(file, []byte(other), 0o666); err != nil {
			t.Fatal(err)
		}
		if _, err := NewPatch(t.Context(), ds, relabel); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", other, err, want)
		}
	}
	if err := os.WriteFile(file, []byte("path,label\na.jpg,dog\na.jpg,cat\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := NewPatch(t.Context(), ds, Changes{Drop: map[int]bool{1: true}}); err == nil || !strings.Contains(err.Error(), "no row any more for b.jpg") {
		t.Errorf("got %v", err)
	}
}

// Removing or changing a row can close a quote that was open before; such a
// correction must not pass.
func TestVerifyRefusesMovedQuotes(t *testing.T) {
	const text = "path,label\na.jpg,\"cat\nb.jpg,x\"y\nc.jpg,\"d\"\n"
	file := plant(t, "l.csv", text, "a.jpg", "b.jpg", "c.jpg")
	ds, err := Read(t.Context(), file, source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(ds.Images) != 3 {
		t.Fatalf("read %q", describe(ds))
	}
	// Without the row of b.jpg, the quote on line 2 runs to the "d" of line 4.
	p, got := apply(t, file, ds, Changes{Drop: map[int]bool{1: true}})
	if err := p.Verify(t.Context(), strings.NewReader(text), bytes.NewReader(got)); err != nil {
		t.Errorf("the quote before d is followed by a letter, so nothing changes: %v", err)
	}
	const worse = "path,label\na.jpg,\"cat\nb.jpg,x\"y\nc.jpg,d\"\n"
	file = plant(t, "l.csv", worse, "a.jpg", "b.jpg", "c.jpg")
	if ds, err = Read(t.Context(), file, source.Options{}); err != nil {
		t.Fatal(err)
	}
	p, got = apply(t, file, ds, Changes{Drop: map[int]bool{1: true}})
	if err := p.Verify(t.Context(), strings.NewReader(worse), bytes.NewReader(got)); err == nil || !strings.Contains(err.Error(), "l.csv line 2: ") {
		t.Errorf("got %v", err)
	}
}

// randomTable writes a table in a random spelling and returns what its label
// cells say, so that the test knows without the reader.
func randomTable(r *rand.Rand, classes []string) string {
	var b strings.Builder
	delim := []string{",", ";", "\t", "|"}[r.IntN(4)]
	end := []string{"\n", "\r\n", "\r"}[r.IntN(3)]
	if r.IntN(3) == 0 {
		b.WriteString("\xef\xbb\xbf")
	}
	cell := func(s string) string {
		if r.IntN(3) == 0 || strings.ContainsAny(s, "\"\r\n ;,\t|") {
			s = `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
		}
		if r.IntN(4) == 0 {
			s = " " + s
		}
		if r.IntN(4) == 0 {
			s += " "
		}
		return s
	}
	columns := []string{"path", "label", "note"}
	r.Shuffle(3, func(i, j int) { columns[i], columns[j] = columns[j], columns[i] })
	b.WriteString(strings.Join(columns, delim) + end)
	notes := []string{"", "x", "a\nb", `"`, "ü"}
	rows := 2 + r.IntN(30)
	for n := range rows {
		if r.IntN(8) == 0 {
			b.WriteString(end)
		}
		for i, c := range columns {
			if i > 0 {
				b.WriteString(delim)
			}
			switch c {
			case "path":
				b.WriteString(cell(fmt.Sprintf("%d.jpg", r.IntN(12))))
			case "label":
				b.WriteString(cell(classes[r.IntN(len(classes))]))
			default:
				b.WriteString(cell(notes[r.IntN(len(notes))]))
			}
		}
		if n < rows-1 || r.IntN(2) == 0 {
			b.WriteString(end)
		}
	}
	return b.String()
}

// checkPatch patches a table with random changes and asserts that every byte
// outside of the edits is the same. With reread, the result must also read as
// intended, which holds when the table's header names its columns.
func checkPatch(t testing.TB, file, text string, r *rand.Rand, reread bool) {
	o := source.Options{LabelColumn: ""}
	ds, err := Read(t.Context(), file, o)
	if err != nil {
		return
	}
	c := Changes{Relabel: map[int]int{}, Drop: map[int]bool{}}
	for a := range ds.Annotations {
		if r.IntN(4) == 0 {
			c.Relabel[a] = r.IntN(len(ds.Classes))
		}
	}
	for i := range ds.Images {
		if r.IntN(8) == 0 {
			c.Drop[i] = true
		}
	}
	p, got := apply(t, file, ds, c)
	rebuilt, at := []byte(nil), int64(0)
	for _, e := range p.Edits {
		if e.Offset < at || string(e.Record) != text[e.Offset:e.Offset+int64(len(e.Record))] {
			t.Fatalf("edit at %d does not show the table", e.Offset)
		}
		rebuilt = append(rebuilt, text[at:e.Offset]...)
		rebuilt = append(rebuilt, slices.Concat(e.Record[:e.Start], e.New, e.Record[e.End:])...)
		at = e.Offset + int64(len(e.Record))
	}
	if rebuilt = append(rebuilt, text[at:]...); !bytes.Equal(rebuilt, got) {
		t.Fatalf("got\n%q\nwant\n%q", got, rebuilt)
	}
	verified := p.Verify(t.Context(), strings.NewReader(text), bytes.NewReader(got))
	if !reread {
		return
	}
	if verified != nil {
		t.Fatalf("%q became %q: %v", text, got, verified)
	}
	// What the corrected table must say: every row of the old one.
	want := labels(ds, c)
	if err := os.WriteFile(file, got, 0o666); err != nil {
		t.Fatal(err)
	}
	after, err := Read(t.Context(), file, o)
	if err != nil {
		if len(want) > 0 {
			t.Fatalf("the corrected table %q of %q cannot be read: %v", got, text, err)
		}
		return
	}
	if said := labels(after, Changes{}); !slices.Equal(said, want) {
		t.Fatalf("%q became %q, which says\n%q\nnot\n%q", text, got, said, want)
	}
}

// labels returns what the annotations say with the changes made, once each:
// path, class and annotator, in order.
func labels(ds *dataset.Dataset, c Changes) []string {
	var out []string
	for i, a := range ds.Annotations {
		class := a.Class
		if to, ok := c.Relabel[i]; ok {
			class = to
		}
		if !c.Drop[a.Image] {
			out = append(out, fmt.Sprintf("%q", []string{ds.Images[a.Image].Path, ds.Classes[class], a.Annotator}))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func TestPatchRandomTables(t *testing.T) {
	classes := []string{"cat", "dog", "a b", "x,y", `q"uote`, "line\nbreak", "tab\tbar|semi;", "\xff"}
	var files []string
	for i := range 12 {
		files = append(files, fmt.Sprintf("%d.jpg", i))
	}
	dir := filepath.Dir(plant(t, "l.csv", "", files...))
	file := filepath.Join(dir, "l.csv")
	r := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		text := randomTable(r, classes)
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		if _, err := Read(t.Context(), file, source.Options{}); err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		checkPatch(t, file, text, r, true)
	}
}

func FuzzPatch(f *testing.F) {
	dir := filepath.Dir(plant(f, "l.csv", "", "a.jpg", "b.jpg", "c.jpg"))
	for _, s := range []string{
		"path,label\na.jpg,cat\nb.jpg,dog\nc.jpg,cat\n",
		"\xef\xbb\xbfpath;label;note\r\n\"a.jpg\";cat;\"x\r\n\"\r\n\r\nb.jpg; \"d\"\"og\" ;\r\na.jpg;cat;",
		"cat\ta.jpg\rdog\tb.jpg\rcat\ta.jpg\r",
		"a.jpg,\"cat\nb.jpg,x\"y\nc.jpg,d\"\n",
		"a.jpg cat\nb.jpg dog\n",
	} {
		f.Add([]byte(s), uint64(1))
	}
	f.Fuzz(func(t *testing.T, in []byte, seed uint64) {
		file := filepath.Join(dir, fmt.Sprintf("%d.csv", os.Getpid()))
		if err := os.WriteFile(file, in, 0o666); err != nil {
			t.Fatal(err)
		}
		ds, err := Read(t.Context(), file, source.Options{})
		if err != nil {
			return
		}
		if _, got := apply(t, file, ds, Changes{}); !bytes.Equal(got, in) {
			t.Fatalf("without changes, %q became %q", in, got)
		}
		checkPatch(t, file, string(in), rand.New(rand.NewPCG(seed, 0)), false)
	})
}
