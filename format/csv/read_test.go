package csvtable

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
	"github.com/errata-cv/errata/internal/formattest"
)

// plant writes a table and empty files beside it, and returns the table's path.
func plant(t testing.TB, table, text string, files ...string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "set")
	write := func(name, text string) {
		full := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(full), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range files {
		write(f, "")
	}
	write(table, text)
	return filepath.Join(dir, table)
}

// describe spells a dataset as lines: split|path|metadata|class@line(annotator),
// then problems.
func describe(ds *dataset.Dataset) []string {
	var out []string
	ix := dataset.NewIndex(ds)
	for i, im := range ds.Images {
		line := im.Split + "|" + im.Path + "|" + strings.Join(im.Metadata, ",")
		for _, a := range ix.Annotations(i) {
			an := ds.Annotations[a]
			line += "|" + ds.Classes[an.Class] + "@" + an.ID
			if an.Annotator != "" {
				line += "(" + an.Annotator + ")"
			}
		}
		out = append(out, line)
	}
	for _, p := range ds.Problems {
		out = append(out, fmt.Sprintf("! %s %s %s: %s", p.Kind, p.Image, p.Place, p.Message))
	}
	return out
}

func TestRead(t *testing.T) {
	ab := []string{"a.jpg", "b.jpg"}
	for _, c := range []struct {
		name, table, text string
		files             []string
		options           source.Options
		root              string // relative to the table's folder
		classes           []string
		want              []string
	}{
		{
			"plain", "l.csv", "path,label\na.jpg,cat\nb.jpg,dog\n", ab, source.Options{}, ".",
			[]string{"cat", "dog"}, []string{"|a.jpg||cat@2", "|b.jpg||dog@3"},
		},
		{
			"all columns", "l.csv", "Split,Image Path,width,Class,Labeler\ntrain,a.jpg,10,cat,eve\nval,b.jpg,20,dog,bob\n", ab, source.Options{}, ".",
			[]string{"cat", "dog"}, []string{"train|a.jpg|10|cat@2(eve)", "val|b.jpg|20|dog@3(bob)"},
		},
		{
			"no header", "l.csv", "a.jpg,cat\nb.jpg,dog\n", ab, source.Options{}, ".",
			[]string{"cat", "dog"}, []string{"|a.jpg||cat@1", "|b.jpg||dog@2"},
		},
		{
			"no header, label first, tab", "l.tsv", "cat\ta.jpg\ndog\tb.jpg\n", ab, source.Options{}, ".",
			[]string{"cat", "dog"}, []string{"|a.jpg||cat@1", "|b.jpg||dog@2"},
		},
		{
			"no header, label by number", "l.csv", "1,a.jpg,cat\n2,b.jpg,dog\n", ab, source.Options{LabelColumn: "3"}, ".",
			[]string{"cat", "dog"}, []string{"|a.jpg|1|cat@1", "|b.jpg|2|dog@2"},
		},
		{
			"byte order mark, CRLF, quotes, blank lines, blanks", "l.csv",
			"\xef\xbb\xbf\"file\",\"category\"\r\n\"a.jpg\",\"cat, black\nand white\"\r\n\r\n b.jpg , dog \r\n,,\r\n\r\n", ab, source.Options{}, ".",
			[]string{"cat, black\nand white", "dog"}, []string{"|a.jpg||cat, black\nand white@2", "|b.jpg||dog@5"},
		},
		{
			"semicolon with decimal commas", "l.csv", "Filename;Weight;ClassId\na.jpg;1,5;10\nb.jpg;2,5;9\n", ab, source.Options{}, ".",
			[]string{"9", "10"}, []string{"|a.jpg|1,5|10@2", "|b.jpg|2,5|9@3"},
		},
		{
			"bar", "l.txt", "a.jpg|cat\nb.jpg|dog\n", ab, source.Options{}, ".",
			[]string{"cat", "dog"}, []string{"|a.jpg||cat@1", "|b.jpg||dog@2"},
		},
		{
			"blank as delimiter", "l.txt", "a.jpg 1\nb.jpg 0\n", ab, source.Options{}, ".",
			[]string{"0", "1"}, []string{"|a.jpg||1@1", "|b.jpg||0@2"},
		},
		{
			"label column", "l.csv", "image,true,noisy\na.jpg,cat,dog\nb.jpg,cat,cat\n", ab, source.Options{LabelColumn: "Noisy"}, ".",
			[]string{"cat", "dog"}, []string{"|a.jpg|cat|dog@2", "|b.jpg|cat|cat@3"},
		},
		{
			"unknown names, one column left", "l.csv", "photo_no,breed,split\na.jpg,cat,x\nb.jpg,dog,y\n", ab, source.Options{}, ".",
			[]string{"cat", "dog"}, []string{"x|a.jpg||cat@2", "y|b.jpg||dog@3"},
		},
		{
			"one split", "l.csv", "path,label,split\na.jpg,cat,train\nb.jpg,dog,val\n", ab, source.Options{Split: "val"}, ".",
			[]string{"cat", "dog"}, []string{"val|b.jpg||dog@3"},
		},
		{
			"fixed classes", "l.csv", "path,label\na.jpg,cat\nb.jpg,dig\nb.jpg,\n", ab, source.Options{Classes: []string{"dog", "cat"}}, ".",
			[]string{"dog", "cat"},
			[]string{"|a.jpg||cat@2", "|b.jpg|", `! undefined-class b.jpg l.csv line 3: The label "dig" is not in the list of classes.`, "! undefined-class b.jpg l.csv line 4: The label is empty."},
		},
		{
			"repeated and contradicting rows", "l.csv", "path,label\na.jpg,cat\n./a.jpg,cat\na.jpg,dog\nb.jpg,dog\na.jpg,dog\n", ab, source.Options{}, ".",
			[]string{"cat", "dog"},
			[]string{
				"|a.jpg||cat@2|dog@4", "|b.jpg||dog@5",
				"! exact-duplicate a.jpg l.csv line 3: The row repeats the picture and label of l.csv line 2.",
				`! inconsistent-component a.jpg l.csv line 4: The row labels the picture "dog", l.csv line 2 labels it "cat".`,
				"! exact-duplicate a.jpg l.csv line 6: The row repeats the picture and label of l.csv line 4.",
			},
		},
		{
			"several annotators", "l.csv", "path,label,worker_id\na.jpg,cat,1\na.jpg,cat,2\na.jpg,dog,3\na.jpg,dog,3\n", ab, source.Options{}, ".",
			[]string{"cat", "dog"},
			[]string{"|a.jpg||cat@2(1)|cat@3(2)|dog@4(3)", "! exact-duplicate a.jpg l.csv line 5: The row repeats the picture and label of l.csv line 4."},
		},
		{
			"two splits for one picture", "l.csv", "path,label,split\na.jpg,cat,train\na.jpg,cat,val\n", ab, source.Options{}, ".",
			[]string{"cat"},
			[]string{
				"train|a.jpg||cat@2", `! split-leak a.jpg l.csv line 3: The row puts the picture into split "val", l.csv line 2 put it into "train".`,
				"! exact-duplicate a.jpg l.csv line 3: The row repeats the picture and label of l.csv line 2.",
			},
		},
		{
			"missing and forbidden files", "l.csv", "path,label\na.jpg,cat\ngone.jpg,dog\n../b.jpg,dog\n/etc/passwd,dog\n,dog\nhttp://x/y.jpg,dog\n", ab, source.Options{}, ".",
			[]string{"cat", "dog"},
			[]string{
				"|a.jpg||cat@2", "|gone.jpg||dog@3", "|http:/x/y.jpg||dog@7",
				"! unreadable gone.jpg l.csv line 3: The picture gone.jpg does not exist.",
				"! unreadable  l.csv line 4: The row at l.csv line 4 was skipped: the path ../b.jpg names no file inside DIR.",
				"! unreadable  l.csv line 5: The row at l.csv line 5 was skipped: the path /etc/passwd is absolute and lies outside of DIR.",
				"! unreadable  l.csv line 6: The row at l.csv line 6 was skipped: the path is empty.",
				"! unreadable http:/x/y.jpg l.csv line 7: The picture http://x/y.jpg is an address, not a file; download it and name the file.",
			},
		},
		{
			"rows of other lengths", "l.csv", "path,label\na.jpg,cat,x,y\nb.jpg\n", ab, source.Options{}, ".",
			[]string{"cat"},
			[]string{
				"|a.jpg||cat@2", "|b.jpg|",
				"!   l.csv line 2: The row has 4 cells, the table 2 columns; the last cells were not read.",
				"! undefined-class b.jpg l.csv line 3: The row ends before the label.",
			},
		},
		{
			"odd quotes", "l.csv", "path,label\na.jpg,\"cat\nb.jpg,dog\n", ab, source.Options{}, ".",
			[]string{`"cat`, "dog"},
			[]string{"|a.jpg||\"cat@2", "|b.jpg||dog@3", "!   l.csv line 2: A quote opens a cell and is not closed before the next delimiter or line end; it was read as an ordinary character."},
		},
		{
			"names without extension", "l.csv", "id,label\n1,cat\n2,dog\n3,dog\n", []string{"1.jpg", "2.PNG", "3.jpg", "3.png"}, source.Options{}, ".",
			[]string{"cat", "dog"}, []string{"|1.jpg||cat@2", "|2.PNG||dog@3", "|3||dog@4", "! unreadable 3 l.csv line 4: The picture 3 does not exist."},
		},
		{
			"backslashes", "l.csv", "path,label\nx\\a.jpg,cat\n", []string{"x/a.jpg"}, source.Options{}, ".",
			[]string{"cat"}, []string{"|x/a.jpg||cat@2"},
		},
		{
			"pictures in a folder beside the table", "l.csv", "file,label\na.jpg,cat\nb.jpg,dog\n", []string{"other/a.jpg", "pictures/a.jpg", "pictures/b.jpg"}, source.Options{}, "pictures",
			[]string{"cat", "dog"}, []string{"|a.jpg||cat@2", "|b.jpg||dog@3"},
		},
		{
			"folder of pictures given", "meta/l.csv", "file,label\nx/a.jpg,cat\n../images/x/b.jpg,dog\n../meta/l.csv,dog\n", []string{"images/x/a.jpg", "images/x/b.jpg"}, source.Options{Images: "DIR/images"}, "images",
			[]string{"cat", "dog"},
			[]string{"|x/a.jpg||cat@2", "|x/b.jpg||dog@3", "! unreadable  l.csv line 4: The row at l.csv line 4 was skipped: the path ../meta/l.csv names no file inside DIR/images."},
		},
		{
			"paths relative to the table though a folder is given", "l.csv", "file,label\nimages/a.jpg,cat\n", []string{"images/a.jpg"}, source.Options{Images: "DIR/images"}, "images",
			[]string{"cat"}, []string{"|a.jpg||cat@2"},
		},
		{
			"absolute paths", "l.csv", "file,label\nDIR/a.jpg,cat\nDIR/../set/x/b.jpg,dog\n", []string{"a.jpg", "x/b.jpg"}, source.Options{}, ".",
			[]string{"cat", "dog"}, []string{"|a.jpg||cat@2", "|x/b.jpg||dog@3"},
		},
		{
			"odd names", "l.csv", "file,label\n\" a\nb.jpg\",c\xff\n\xff.jpg,\xc3\xbc\n", []string{" a\nb.jpg", "\xff.jpg"}, source.Options{}, ".",
			[]string{"c\xff", "ü"}, []string{"| a\nb.jpg||c\xff@2", "|\xff.jpg||ü@4"},
		},
		{
			"numbers sort by value", "l.csv", "path,label\na.jpg,10\nb.jpg,9\na.jpg,-1\na.jpg,9.5\na.jpg,09\n", ab, source.Options{}, ".",
			[]string{"-1", "09", "9", "9.5", "10"}, nil,
		},
		{
			"a number and a word sort by bytes", "l.csv", "path,label\na.jpg,10\nb.jpg,9\na.jpg,x\n", ab, source.Options{}, ".",
			[]string{"10", "9", "x"}, nil,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := plant(t, c.table, "", c.files...)
			dir := strings.TrimSuffix(file, "/"+c.table)
			if err := os.WriteFile(file, []byte(strings.ReplaceAll(c.text, "DIR", dir)), 0o666); err != nil {
				t.Fatal(err)
			}
			c.options.Images = strings.Replace(c.options.Images, "DIR", dir, 1)
			ds, err := Read(t.Context(), file, c.options)
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(ds.Classes, c.classes) {
				t.Errorf("classes are %q, want %q", ds.Classes, c.classes)
			}
			got := describe(ds)
			for i := range got {
				got[i] = strings.ReplaceAll(got[i], dir, "DIR")
			}
			if c.want != nil && !reflect.DeepEqual(got, c.want) {
				t.Errorf("got\n%q\nwant\n%q", got, c.want)
			}
			if ds.Root != filepath.Join(dir, c.root) || ds.Source != file || ds.Name != filepath.Base(file) || ds.Format != "csv" {
				t.Errorf("root %q, source %q, name %q, format %q", ds.Root, ds.Source, ds.Name, ds.Format)
			}
		})
	}
}

func TestReadRefuses(t *testing.T) {
	for _, c := range []struct {
		name, text string
		options    source.Options
		want       string
	}{
		{"empty", "", source.Options{}, "l.csv is empty; expected a table"},
		{"blank", "\n\n", source.Options{}, "l.csv holds no rows"},
		{"one column", "a.jpg\nb.jpg\n", source.Options{}, "has one column only"},
		{"header only", "path,label\n", source.Options{}, "has a header and no rows"},
		{"no label column", "image,true,random\na.jpg,x,y\n", source.Options{}, "(its columns: image, true, random); name it with --label-column"},
		{"wrong label column", "image,true,random\na.jpg,x,y\n", source.Options{LabelColumn: "aggregate"}, `has no column "aggregate"; its columns are image, true, random`},
		{"two label columns", "image,Aa,aA\na.jpg,x,y\n", source.Options{LabelColumn: "AA"}, "spell it exactly"},
		{"no path column", "width,height,depth\n1,2,3\n", source.Options{LabelColumn: "depth"}, "is named like a path"},
		{"no picture", "path,label\nx/y.jpg,cat\n", source.Options{}, "none of its 1 pictures exists (the first would be "},
		{"all paths lead out", "path,label\n../y.jpg,cat\n", source.Options{}, "say where the pictures are with --images"},
		{"no label", "path,label\na.jpg,\n", source.Options{}, `every label in column "label" is empty`},
		{"no known label", "path,label\na.jpg,cat\n", source.Options{Classes: []string{"dog"}}, "no label is in the list of classes (dog)"},
		{"classes twice", "path,label\na.jpg,cat\n", source.Options{Classes: []string{"dog", "dog"}}, `names "dog" twice`},
		{"no split column", "path,label\na.jpg,cat\n", source.Options{Split: "train"}, "has no column for the split"},
		{"no such split", "path,label,split\na.jpg,cat,val\n", source.Options{Split: "train"}, `no split "train"; its splits are val`},
		{"UTF-16", "\xff\xfep\x00", source.Options{}, "save it as UTF-8"},
		{"spreadsheet", "PK\x03\x04", source.Options{}, "export it as CSV"},
		{"compressed", "\x1f\x8b\x08", source.Options{}, "unpack it first"},
		{"Parquet", "PAR1", source.Options{}, "export it as CSV"},
		{"binary", "path,label\na.jpg,\x00\n", source.Options{}, "is a binary file"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Read(t.Context(), plant(t, "l.csv", c.text, "a.jpg"), c.options)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q in it", err, c.want)
			}
		})
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Read(ctx, plant(t, "l.csv", "a.jpg,cat\n", "a.jpg"), source.Options{}); err == nil {
		t.Error("a cancelled read went on")
	}
}

func TestReadFolder(t *testing.T) {
	file := plant(t, "labels.csv", "path,label\nimages/a.jpg,cat\n", "images/a.jpg", "notes.txt", "other.csv")
	ds, err := Read(t.Context(), filepath.Dir(file), source.Options{})
	if err != nil || ds.Source != file {
		t.Fatalf("got %v, %v", ds, err)
	}
	if err := os.WriteFile(filepath.Join(filepath.Dir(file), "more.tsv"), []byte("images/a.jpg\tdog\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err = Read(t.Context(), filepath.Dir(file), source.Options{}); err == nil || !strings.Contains(err.Error(), "holds 2 tables (labels.csv, more.tsv); name the one to read") {
		t.Errorf("got %v", err)
	}
	if _, err = Read(t.Context(), filepath.Join(filepath.Dir(file), "images"), source.Options{}); err == nil || !strings.Contains(err.Error(), "holds no table") {
		t.Errorf("got %v", err)
	}
}

func TestDetect(t *testing.T) {
	for _, c := range []struct {
		table, text string
		want        source.Confidence
	}{
		{"l.csv", "path,label\na.jpg,cat\n", source.Likely},
		{"l.list", "a.jpg cat\n", source.Likely},
		{"l.csv", "id,label\na,cat\n", source.Likely},
		{"l.csv", "image,true,random\na.jpg,x,y\n", source.Likely},
		{"l.csv", "name,age\nbob,3\n", source.Possible},
		{"l.csv", "", source.Possible},
		{"README.md", "# Pictures\n\nOf cats, and dogs.\n", source.No},
		{"l.bin", "\x00\x01", source.No},
	} {
		if m := formattest.Detect(t, Format, plant(t, c.table, c.text, "a.jpg")); m.Confidence != c.want {
			t.Errorf("%s %q: got %+v", c.table, c.text, m)
		}
	}
}

func BenchmarkRead(b *testing.B) {
	const rows = 1_000_000
	file := plant(b, "labels.csv", "", "images/x.jpg")
	f, err := os.Create(file)
	if err != nil {
		b.Fatal(err)
	}
	fmt.Fprintln(f, "image,label,annotator,split")
	var text strings.Builder
	fmt.Fprintln(&text, "images/x.jpg,class 0,eve,train")
	for i := 1; i < rows; i++ {
		fmt.Fprintf(&text, "images/%07d.jpg,class %d,eve,train\n", i, i%1000)
	}
	f.WriteString(text.String())
	if err := f.Close(); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		ds, err := Read(b.Context(), file, source.Options{})
		if err != nil || len(ds.Annotations) != rows {
			b.Fatal(err)
		}
	}
}
