package fix

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format"
)

const png = "\x89PNG\r\n\x1a\n"

// plant makes a tree below a new folder "set" and returns its path. Names that
// end in "/" are folders, "link -> target" are symbolic links, "name: text"
// files with that text, all others pictures that differ from each other.
func plant(t testing.TB, names ...string) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	root := filepath.Join(dir, "set")
	if err := os.Mkdir(root, 0o777); err != nil {
		t.Fatal(err)
	}
	add(t, root, names...)
	return root
}

func add(t testing.TB, root string, names ...string) {
	t.Helper()
	for _, n := range names {
		name, target, isLink := strings.Cut(n, " -> ")
		name, text, isText := strings.Cut(name, ": ")
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
		case isText:
			err = os.WriteFile(full, []byte(text), 0o666)
		default:
			err = os.WriteFile(full, []byte(png+name), 0o666)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// snapshot lists everything below root: folders, links with their targets, and
// files with their content.
func snapshot(t testing.TB, root string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, path)
		if err != nil || rel == "." {
			return err
		}
		switch {
		case d.IsDir():
			out[rel] = "folder"
		case d.Type()&fs.ModeSymlink != 0:
			target, err := os.Readlink(path)
			out[rel] = "-> " + target
			return err
		default:
			data, err := os.ReadFile(path)
			out[rel] = strings.TrimPrefix(string(data), png)
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func same(t testing.TB, got, want map[string]string) {
	t.Helper()
	if maps.Equal(got, want) {
		return
	}
	for _, k := range slices.Sorted(maps.Keys(got)) {
		if w, ok := want[k]; !ok {
			t.Errorf("%q is there with %q and should not be", k, got[k])
		} else if w != got[k] {
			t.Errorf("%q holds %q, want %q", k, got[k], w)
		}
	}
	for _, k := range slices.Sorted(maps.Keys(want)) {
		if _, ok := got[k]; !ok {
			t.Errorf("%q is missing", k)
		}
	}
}

// read opens a dataset and turns lines into changes of it: "path = class",
// "path#ordinal = class", or "path drop".
func read(t testing.TB, path string, o format.Options, lines ...string) (*dataset.Dataset, *dataset.Index, []dataset.Change) {
	t.Helper()
	ds, err := format.Open(t.Context(), path, "", o)
	if err != nil {
		t.Fatal(err)
	}
	ix := dataset.NewIndex(ds)
	var changes []dataset.Change
	for _, line := range lines {
		if name, ok := strings.CutSuffix(line, " drop"); ok {
			image, ok := ix.Image(name)
			if !ok {
				t.Fatalf("there is no %q", name)
			}
			changes = append(changes, dataset.Change{Action: dataset.DropImage, Annotation: dataset.None, Image: image, From: dataset.None, To: dataset.None})
			continue
		}
		name, class, _ := strings.Cut(line, " = ")
		key := dataset.Key{Image: name}
		if i := strings.LastIndexByte(name, '#'); i >= 0 {
			key.Image = name[:i]
			fmt.Sscan(name[i+1:], &key.Ordinal)
		}
		a, ok := ix.Annotation(key)
		if !ok {
			t.Fatalf("there is no %v", key)
		}
		an := ds.Annotations[a]
		changes = append(changes, dataset.Change{Action: dataset.SetClass, Annotation: a, Image: an.Image, From: an.Class, To: slices.Index(ds.Classes, class)})
	}
	return ds, ix, changes
}

// plan makes the plan for such lines.
func plan(t testing.TB, path string, o format.Options, lines ...string) *Plan {
	t.Helper()
	ds, ix, changes := read(t, path, o, lines...)
	p, err := Make(t.Context(), ds, ix, changes)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// refused asserts that an error has the words in it.
func refused(t testing.TB, err error, words ...string) {
	t.Helper()
	for _, w := range words {
		if err == nil || !strings.Contains(err.Error(), w) {
			t.Errorf("got %v, want %q in it", err, w)
		}
	}
}

func TestMakeRefuses(t *testing.T) {
	root := plant(t, "cat/1.png", "dog/2.png", "stray.png")
	ds, ix, _ := read(t, root, format.Options{})
	set := func(annotation, image, from, to int) dataset.Change {
		return dataset.Change{Action: dataset.SetClass, Annotation: annotation, Image: image, From: from, To: to}
	}
	drop := func(image int) dataset.Change {
		return dataset.Change{Action: dataset.DropImage, Image: image}
	}
	for _, c := range []struct {
		changes []dataset.Change
		want    string
	}{
		{[]dataset.Change{set(2, 2, 0, 1)}, "annotation 2 of 2"},
		{[]dataset.Change{set(-1, 0, 0, 1)}, "annotation -1 of 2"},
		{[]dataset.Change{set(0, 0, 0, 2)}, "class 2 of 2"},
		{[]dataset.Change{set(0, 0, 1, 0)}, "cat/1.png does not fit: its class is \"cat\""},
		{[]dataset.Change{set(0, 1, 0, 1)}, "another image"},
		{[]dataset.Change{drop(3)}, "image 3 of 3"},
		{[]dataset.Change{drop(-1)}, "image -1 of 3"},
		{[]dataset.Change{set(0, 0, 0, 1), set(0, 0, 0, 0)}, "cat/1.png different classes"},
		{[]dataset.Change{{Action: "explode"}}, `no action "explode"`},
	} {
		_, err := Make(t.Context(), ds, ix, c.changes)
		refused(t, err, c.want)
	}
	p, err := Make(t.Context(), ds, ix, []dataset.Change{set(0, 0, 0, 0), set(1, 1, 1, 0), set(1, 1, 1, 0), drop(1), drop(2)})
	if err != nil {
		t.Fatal(err)
	}
	if n := p.Count(); n != (Count{Dropped: 2}) {
		t.Errorf("got %+v", n)
	}
	ds.Format = "video"
	_, err = Make(t.Context(), ds, ix, nil)
	refused(t, err, `the format "video"`)
}

func TestClassesThatAreNoFolders(t *testing.T) {
	classes := []string{"cat", "a/b", "..", ".hidden", "nul\x00"}
	ds, ix, _ := read(t, plant(t, "cat/1.png"), format.Options{Classes: classes})
	for to := 1; to < len(classes); to++ {
		_, err := Make(t.Context(), ds, ix, []dataset.Change{{Action: dataset.SetClass, Annotation: 0, Image: 0, From: 0, To: to}})
		refused(t, err, "cat/1.png cannot get the class")
	}
}

func TestOptionsNeedAStamp(t *testing.T) {
	p := plan(t, plant(t, "cat/1.png", "dog/2.png"), format.Options{}, "cat/1.png = dog")
	_, err := p.InPlace(t.Context(), Options{})
	refused(t, err, "needs a stamp")
	_, err = p.InPlace(t.Context(), Options{Stamp: "../x"})
	refused(t, err, "may hold letters, digits")
	_, err = p.Write(t.Context(), t.TempDir(), Options{Force: true})
	refused(t, err, "needs a stamp")
}
