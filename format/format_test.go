package format

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/errata-cv/errata/internal/shared"
)

const png = "\x89PNG\r\n\x1a\n"

// plant writes files: tables from "name: text", all others as pictures.
func plant(t testing.TB, files ...string) string {
	t.Helper()
	root := filepath.Join(t.TempDir(), "set")
	if err := os.Mkdir(root, 0o777); err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		name, text, isTable := strings.Cut(f, ": ")
		if !isTable {
			text = png
		}
		full := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(full), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func TestOpen(t *testing.T) {
	const table = "labels.csv: path,label\nimages/1.png,cat\nimages/2.png,dog\n"
	for _, c := range []struct {
		name, path, format string
		files              []string
		options            Options
		want               string // format and source, or the error
	}{
		{"class folders", "", "", []string{"a/1.png", "b/2.png"}, Options{}, "folder "},
		{"class folders with a table beside", "", "", []string{"a/1.png", "b/2.png", "x.csv: path,label\na/1.png,b\n"}, Options{}, "folder "},
		{"splits with a table beside", "", "", []string{"train/a/1.png", "x.csv: path,label\ntrain/a/1.png,b\n"}, Options{}, "folder "},
		{"one class folder", "", "", []string{"cats/1.png"}, Options{}, "folder "},
		{"one class folder with a table", "", "", []string{"cats/1.png", "x.csv: path,label\ncats/1.png,b\n"}, Options{}, "csv x.csv"},
		{"table and a folder of pictures", "", "", []string{"images/1.png", "images/2.png", table, "notes.txt: some notes\n"}, Options{}, "csv labels.csv"},
		{"table and flat pictures", "", "", []string{"1.png", "x.csv: 1.png,cat\n"}, Options{}, "csv x.csv"},
		{"flat splits and a table", "", "", []string{"train/1.png", "test/2.png", "train.csv: id,label\n1,cat\n"}, Options{}, "csv train.csv"},
		{"the table itself", "labels.csv", "", []string{"images/1.png", "images/2.png", table}, Options{}, "csv labels.csv"},
		{"a table of another extension", "labels", "", []string{"1.png", "labels: path,label\n1.png,cat\n"}, Options{}, "csv labels"},
		{"format named", "", "csv", []string{"a/1.png", "b/2.png", "x.csv: path,label\na/1.png,b\n"}, Options{}, "csv x.csv"},
		{"missing", "gone", "", nil, Options{}, "does not exist; check the spelling"},
		{"empty", "", "", nil, Options{}, "is empty; expected one folder for each class (cats/1.jpg, dogs/2.jpg)"},
		{"flat pictures", "", "", []string{"1.png", "2.png"}, Options{}, "set: no labels were found: its pictures lie in no class folder, and no table (.csv, .tsv, .txt) in it names pictures; expected one folder for each class"},
		{"a folder of pictures", "", "", []string{"images/1.png"}, Options{}, "no labels were found: its folders with pictures (images) name no classes"},
		{"several tables", "", "", []string{"images/1.png", "images/2.png", table, "more.csv: path,label\nimages/1.png,cat\n"}, Options{}, "several tables in it name pictures (labels.csv, more.csv): give the path of one"},
		{"a picture", "1.png", "", []string{"1.png"}, Options{}, "is one picture, not a dataset"},
		{"text", "notes.md", "", []string{"notes.md: Some notes, not more.\n"}, Options{}, "no labels were found: it is a file, not a folder, and "},
		{"table of one column", "x.csv", "", []string{"x.csv: a\nb\n"}, Options{}, "has one column only"},
		{"unknown format", "", "nonesuch", []string{"a/1.png"}, Options{}, `there is no format "nonesuch"; the formats are folder, csv`},
		{"no such images", "labels.csv", "", []string{"images/1.png", table}, Options{Images: "gone"}, "the folder of pictures gone does not exist"},
		{"label column for folders", "", "", []string{"a/1.png", "b/1.png"}, Options{LabelColumn: "x"}, "give the path of the table instead"},
		{"no pictures at all", "", "", []string{"a/x.csv: 1"}, Options{}, "no folder in it holds pictures"},
	} {
		t.Run(c.name, func(t *testing.T) {
			root := plant(t, c.files...)
			ds, err := Open(t.Context(), filepath.Join(root, c.path), c.format, c.options)
			if err != nil {
				if !strings.Contains(err.Error(), c.want) {
					t.Errorf("got %v, want %q in it", err, c.want)
				}
				return
			}
			if got := ds.Format + " " + strings.TrimPrefix(strings.TrimPrefix(ds.Source, root), "/"); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestOpenShared(t *testing.T) {
	for _, c := range []struct {
		path, format    string
		options         Options
		images, classes int
	}{
		{"data/gtsrb-speed/Images", "folder", Options{}, 0, 9},
		{"data/gtsrb-speed/Images/00000/GT-00000.csv", "csv", Options{}, 0, 1},
		{"data/hymenoptera", "folder", Options{}, 245, 2},
		{"data/roman-numerals/second_annotator.csv", "csv", Options{LabelColumn: "given_label"}, 0, 10},
	} {
		ds, err := Open(t.Context(), shared.Dir(t, c.path), "", c.options)
		if err != nil {
			t.Error(err)
			continue
		}
		if ds.Format != c.format || len(ds.Classes) != c.classes || c.images > 0 && len(ds.Images) != c.images {
			t.Errorf("%s: %s with %d images of %d classes", c.path, ds.Format, len(ds.Images), len(ds.Classes))
		}
		for _, p := range ds.Problems {
			t.Logf("%s: %s %s: %s", c.path, p.Kind, p.Place, p.Message)
		}
	}
}
