package folder

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
	"github.com/errata-cv/errata/internal/shared"
)

const png = "\x89PNG\r\n\x1a\n"

// plant makes a tree: names that end in "/" are folders, "link -> target" are
// symbolic links, all others files that hold the first bytes of a PNG, except
// for ".txt" files.
func plant(t testing.TB, names ...string) string {
	t.Helper()
	root := filepath.Join(t.TempDir(), "flowers")
	if err := os.Mkdir(root, 0o777); err != nil {
		t.Fatal(err)
	}
	for _, n := range names {
		name, target, isLink := strings.Cut(n, " -> ")
		full := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(full), 0o777); err != nil {
			t.Fatal(err)
		}
		var err error
		switch {
		case isLink:
			err = os.Symlink(strings.ReplaceAll(target, "ROOT", root), full)
		case strings.HasSuffix(name, "/"):
			err = os.MkdirAll(full, 0o777)
		case strings.HasSuffix(name, ".txt"):
			err = os.WriteFile(full, []byte("text"), 0o666)
		default:
			err = os.WriteFile(full, []byte(png), 0o666)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return root
}

// describe spells a dataset as lines: split|path|class, then problems.
func describe(ds *dataset.Dataset) []string {
	var out []string
	ix := dataset.NewIndex(ds)
	for i, im := range ds.Images {
		line := im.Split + "|" + im.Path
		for _, a := range ix.Annotations(i) {
			line += "|" + ds.Classes[ds.Annotations[a].Class]
		}
		out = append(out, line)
	}
	for _, p := range ds.Problems {
		out = append(out, fmt.Sprintf("! %s %s: %s", p.Kind, p.Place, p.Message))
	}
	return out
}

func TestRead(t *testing.T) {
	for _, c := range []struct {
		name    string
		plant   []string
		options source.Options
		classes []string
		want    []string
	}{
		{
			"classes", []string{"rose/2.png", "daisy/1.jpg", "daisy/10.jpg"}, source.Options{},
			[]string{"daisy", "rose"},
			[]string{"|daisy/1.jpg|daisy", "|daisy/10.jpg|daisy", "|rose/2.png|rose"},
		},
		{
			"splits with different classes", []string{"train/a/1.png", "train/b/2.png", "Validation/b/3.png", "test/c/4.png"}, source.Options{},
			[]string{"a", "b", "c"},
			[]string{"Validation|Validation/b/3.png|b", "test|test/c/4.png|c", "train|train/a/1.png|a", "train|train/b/2.png|b"},
		},
		{
			"one split of several", []string{"train/a/1.png", "val/b/2.png"}, source.Options{Split: "val"},
			[]string{"a", "b"}, []string{"val|val/b/2.png|b"},
		},
		{
			"only one split", []string{"train/a/1.png", "train/b/2.png", "embeddings/x.txt"}, source.Options{},
			[]string{"a", "b"}, []string{"train|train/a/1.png|a", "train|train/b/2.png|b", "!  embeddings/x.txt: Skipped 1 file that is no picture: embeddings/x.txt."},
		},
		{
			"a class named like a split", []string{"train/1.png", "bus/2.png"}, source.Options{},
			[]string{"bus", "train"}, []string{"|bus/2.png|bus", "|train/1.png|train"},
		},
		{
			"folders in a class", []string{"a/near/x/1.png", "a/2.png", "b/far/3.png"}, source.Options{},
			[]string{"a", "b"}, []string{"|a/2.png|a", "|a/near/x/1.png|a", "|b/far/3.png|b"},
		},
		{"one class", []string{"cats/1.png"}, source.Options{}, []string{"cats"}, []string{"|cats/1.png|cats"}},
		{
			"one class with folders", []string{"cats/day/1.png", "cats/night/2.png"}, source.Options{},
			[]string{"cats"}, []string{"|cats/day/1.png|cats", "|cats/night/2.png|cats"},
		},
		{
			"an empty class, and a folder that is none", []string{"a/1.png", "b/", "notes/x.txt", "d/e/"}, source.Options{},
			[]string{"a", "b", "d"}, []string{"|a/1.png|a", "!  notes/x.txt: Skipped 1 file that is no picture: notes/x.txt."},
		},
		{
			"left behind and hidden", []string{"a/1.png", "a/.2.png", "a/Thumbs.db", ".DS_Store", ".errata/thumbs/3.png", "__MACOSX/a/4.png"}, source.Options{},
			[]string{"a"}, []string{"|a/1.png|a"},
		},
		{
			"by content", []string{"a/1.dat", "a/2", "a/3.txt", "b/4.PNG", "b/5.txt", "b/6.txt", "b/7.txt", "b/8.txt"}, source.Options{},
			[]string{"a", "b"},
			[]string{"|a/1.dat|a", "|a/2|a", "|b/4.PNG|b", "!  a/3.txt: Skipped 5 files that are no picture: a/3.txt, b/5.txt, b/6.txt, and 2 more."},
		},
		{
			"beside the classes", []string{"train/a/1.png", "test/2.png", "3.png"}, source.Options{},
			[]string{"a"},
			[]string{"|3.png", "test|test/2.png", "train|train/a/1.png|a", "!  3.png: No label for 2 pictures that lie beside the class folders: 3.png, test/2.png."},
		},
		{
			"fixed classes", []string{"a/1.png", "b/2.png"}, source.Options{Classes: []string{"z", "b"}},
			[]string{"z", "b"}, []string{"|a/1.png", "|b/2.png|b", `! undefined-class a/1.png: The class folder "a" is not in the list of classes.`},
		},
		{
			"odd names", []string{"a b/x y.png", "a b/new\nline.png", "a b/\xff.png", "-x/'q\".png"}, source.Options{},
			[]string{"-x", "a b"},
			[]string{"|-x/'q\".png|-x", "|a b/new\nline.png|a b", "|a b/x y.png|a b", "|a b/\xff.png|a b"},
		},
		{
			"order is that of bytes", []string{"a/1.png", "a-b/1.png", "B/1.png", "10/1.png", "9/1.png"}, source.Options{},
			[]string{"10", "9", "B", "a", "a-b"},
			[]string{"|10/1.png|10", "|9/1.png|9", "|B/1.png|B", "|a-b/1.png|a-b", "|a/1.png|a"},
		},
		{
			"links to files", []string{"a/1.png", "b/in.png -> ../a/1.png", "b/gone.png -> nowhere", "b/gone.txt -> nowhere"}, source.Options{},
			[]string{"a", "b"},
			[]string{"|a/1.png|a", "|b/gone.png|b", "|b/in.png|b", "!  b/gone.txt: Skipped: the symbolic link leads nowhere"},
		},
		{
			"links to folders inside", []string{"a/1.png", "b/2.png", "c -> a", "b/self -> .", "a/up -> ..", "a/top -> /"}, source.Options{},
			[]string{"a", "b"},
			[]string{"|a/1.png|a", "|b/2.png|b",
				"!  a/top: Skipped: the symbolic link leads to /, which contains folders that are read already; it is not followed.",
				"!  a/up: Skipped: the symbolic link leads to ROOT, which is read at its own place; it is not followed.",
				"!  b/self: Skipped: the symbolic link leads to ROOT/b, which is read at its own place; it is not followed.",
				"!  c: Skipped: the symbolic link leads to ROOT/a, which is read at its own place; it is not followed."},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			root := plant(t, c.plant...)
			ds, err := Read(t.Context(), root, c.options)
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(ds.Classes, c.classes) {
				t.Errorf("classes are %q, want %q", ds.Classes, c.classes)
			}
			got := describe(ds)
			for i := range got {
				got[i] = strings.ReplaceAll(got[i], root, "ROOT")
				if j := strings.Index(got[i], "leads nowhere: "); j >= 0 {
					got[i] = got[i][:j+len("leads nowhere")]
				}
			}
			if !reflect.DeepEqual(got, c.want) {
				t.Errorf("got\n%q\nwant\n%q", got, c.want)
			}
			if ds.Root != root || ds.Source != root || ds.Name != "flowers" || ds.Format != "folder" {
				t.Errorf("root %q, source %q, name %q, format %q", ds.Root, ds.Source, ds.Name, ds.Format)
			}
		})
	}
}

func TestReadRefuses(t *testing.T) {
	for _, c := range []struct {
		name    string
		plant   []string
		options source.Options
		want    string
	}{
		{"empty", nil, source.Options{}, "is empty; expected one folder for each class"},
		{"no pictures", []string{"a/x.txt"}, source.Options{}, "holds no pictures; expected one folder for each class"},
		{"flat", []string{"1.png", "2.png"}, source.Options{}, "holds 2 pictures and no labels"},
		{"flat splits", []string{"train/1.png", "val/2.png"}, source.Options{}, "holds 2 pictures and no labels"},
		{"flat in one folder", []string{"images/1.png"}, source.Options{}, "holds 1 picture and no labels"},
		{"dataset in a folder", []string{"images/a/1.png", "images/b/1.png"}, source.Options{}, "give that path: "},
		{"splits in a folder", []string{"flowers/train/a/1.png"}, source.Options{}, "give that path: "},
		{"unknown split", []string{"train/a/1.png", "val/a/1.png"}, source.Options{Split: "test"}, `no split "test"; its splits are train, val`},
		{"no splits", []string{"a/1.png"}, source.Options{Split: "test"}, "has no splits"},
		{"label column", []string{"a/1.png"}, source.Options{LabelColumn: "x"}, "give the path of the table"},
		{"other classes", []string{"a/1.png"}, source.Options{Classes: []string{"b"}}, "no class folder (a) is in the list of classes (b)"},
		{"classes twice", []string{"a/1.png"}, source.Options{Classes: []string{"b", "b"}}, `names "b" twice`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Read(t.Context(), plant(t, c.plant...), c.options)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q in it", err, c.want)
			}
		})
	}
	if _, err := Read(t.Context(), filepath.Join(t.TempDir(), "gone"), source.Options{}); err == nil || !strings.Contains(err.Error(), "no such file") {
		t.Errorf("a missing folder gives %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Read(ctx, plant(t, "a/1.png"), source.Options{}); err == nil {
		t.Error("a cancelled read went on")
	}
}

// Links that lead out of the root are followed, but never so that a place is
// read twice or without end.
func TestLinksOutside(t *testing.T) {
	store := plant(t, "cats/1.png", "dogs/2.png", "dogs/back -> ROOT", "dogs/cats -> ROOT/cats")
	root := plant(t, "cat -> "+store+"/cats", "dog -> "+store+"/dogs", "pup -> "+store+"/dogs", "all -> "+store)
	ds, err := Read(t.Context(), root, source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	// "all" comes first in the order of names and takes everything.
	if got := describe(ds)[:2]; !reflect.DeepEqual(got, []string{"|all/cats/1.png|all", "|all/dogs/2.png|all"}) || len(ds.Images) != 2 {
		t.Errorf("got %q", got)
	}
	if len(ds.Problems) != 5 {
		t.Errorf("got %d problems: %q", len(ds.Problems), describe(ds))
	}
	if err := os.Remove(filepath.Join(root, "all")); err != nil {
		t.Fatal(err)
	}
	if ds, err = Read(t.Context(), root, source.Options{}); err != nil {
		t.Fatal(err)
	}
	if got := describe(ds)[:2]; !reflect.DeepEqual(got, []string{"|cat/1.png|cat", "|dog/2.png|dog"}) || len(ds.Images) != 2 {
		t.Errorf("got %q", got)
	}
}

func TestManyClasses(t *testing.T) {
	var names []string
	for i := range 2000 {
		names = append(names, fmt.Sprintf("class %05d/1.png", i))
	}
	root := plant(t, names...)
	ds, err := Read(t.Context(), root, source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(ds.Classes) != 2000 || len(ds.Annotations) != 2000 || ds.Classes[1999] != "class 01999" || ds.Annotations[1999].Class != 1999 {
		t.Errorf("got %d classes and %d annotations", len(ds.Classes), len(ds.Annotations))
	}
}

func TestDetect(t *testing.T) {
	for _, c := range []struct {
		plant []string
		want  source.Confidence
	}{
		{[]string{"a/1.png", "b/1.png"}, source.Likely},
		{[]string{"train/a/1.png"}, source.Likely},
		{[]string{"test/1.png", "train/a/1.png"}, source.Likely},
		{[]string{"train/1.png", "bus/2.png"}, source.Likely},
		{[]string{"a/deep/er/1"}, source.Possible},
		{[]string{"a/1.txt", "b/"}, source.No},
		{[]string{"images/1.png"}, source.No},
		{[]string{"train_images/1.png", "test-images/1.png"}, source.No},
		{[]string{"1.png"}, source.No},
		{nil, source.No},
	} {
		if m := formattest.Detect(t, Format, plant(t, c.plant...)); m.Confidence != c.want {
			t.Errorf("%q: got %+v", c.plant, m)
		}
	}
}

func TestSharedFolders(t *testing.T) {
	for _, c := range []struct {
		name            string
		images, classes int
	}{
		{"hymenoptera", 245, 2},
		{"roman-numerals", 2067, 10},
		{"cifar10-test", 3000, 10},
	} {
		ds, err := Read(t.Context(), shared.Dir(t, "data", c.name), source.Options{})
		if err != nil {
			t.Error(err)
			continue
		}
		if len(ds.Images) != c.images || len(ds.Classes) != c.classes || len(ds.Annotations) != c.images {
			t.Errorf("%s: %d images, %d classes, %d annotations", c.name, len(ds.Images), len(ds.Classes), len(ds.Annotations))
		}
	}
}

func BenchmarkReadManyClasses(b *testing.B) {
	var names []string
	for i := range 10000 {
		names = append(names, fmt.Sprintf("class %05d/1.png", i))
	}
	root := plant(b, names...)
	for b.Loop() {
		if _, err := Read(b.Context(), root, source.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
