package source

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/errata-cv/errata/dataset"
)

func TestPatchEdits(t *testing.T) {
	p := &Patch{Root: t.TempDir()}
	for _, name := range []string{"a", "b", "c"} {
		if err := os.WriteFile(filepath.Join(p.Root, name), []byte("one two"), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	err := p.EditAll(t.Context(), map[string][]Edit{
		"c": {{Offset: 4, Old: []byte("two"), New: []byte("2")}}, "b": {{Old: []byte("one"), New: []byte("one")}},
		"a": {{Old: []byte("one"), New: []byte("1")}}, "gone": nil,
	}, true)
	if err != nil || len(p.Files) != 2 || p.Files[0].Name != "a" || p.Files[1].Name != "c" {
		t.Errorf("the files are %+v, %v", p.Files, err)
	}
	if err := p.Edit(t.Context(), "a", []Edit{{Old: []byte("two"), New: []byte("1")}}, true); err == nil || len(p.Files) != 2 {
		t.Errorf("a file that holds something else is edited: %v", err)
	}
	p.DropPicture(p.Root, "a", "", "b", "gone")
	p.DropPicture(filepath.Dir(p.Root), "elsewhere.png", "c")
	var names []string
	for _, m := range p.Moves {
		if !m.Drop || m.From != m.To {
			t.Errorf("%+v is no drop", m)
		}
		names = append(names, m.From)
	}
	if got := strings.Join(names, " "); got != "a b c" {
		t.Errorf("dropped are %s", got)
	}
}

func TestChangedImages(t *testing.T) {
	ds := &dataset.Dataset{
		Classes: []string{"x"}, Images: []dataset.Image{{Path: "d"}, {Path: "c"}, {Path: "b"}, {Path: "a"}},
		Annotations: []dataset.Annotation{{Image: 0}, {Image: 2}},
	}
	none := dataset.None
	k := KeyChanges(ds, []dataset.Change{
		{Action: dataset.DeleteObject, Annotation: 0, Image: 0, From: none, To: none},
		{Action: dataset.DeleteObject, Annotation: 1, Image: 2, From: none, To: none},
		{Action: dataset.DropImage, Annotation: none, Image: 2, From: none, To: none},
		{Action: dataset.AddObject, Annotation: none, Image: 3, From: none},
	})
	if got := k.Images(); !slices.Equal(got, []string{"a", "d"}) {
		t.Errorf("the images are %q", got)
	}
}

func TestWalk(t *testing.T) {
	root := t.TempDir()
	for _, name := range []string{"a/1.png", "a/b/2.png", "closed/3.png", ".hidden/4.png", "5.txt"} {
		full := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(full), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, nil, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want := "5.txt a/ a/1.png a/b/ a/b/2.png closed/"
	if err := os.Symlink(root, filepath.Join(root, "z")); err == nil {
		want += " z/" // it is the root again
	}
	var got []string
	Walk(root, func(name string, folder bool) bool {
		if folder {
			name += "/"
		}
		got = append(got, name)
		return name != "closed/"
	})
	if s := strings.Join(got, " "); s != want {
		t.Errorf("walked %s, want %s", s, want)
	}
	if got := ByStem(root, "a", ".PNG"); len(got) != 1 || got["1"] != "a/1.png" {
		t.Errorf("by stem there are %v", got)
	}
}
