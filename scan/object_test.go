package scan

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format"
	"github.com/errata-cv/errata/workspace"
)

// Objects are checked by themselves, with the sizes that were measured, and no
// class is judged by the picture it is in.
func TestObjects(t *testing.T) {
	dir, ws := fruit(t, 6), t.TempDir()
	ds, err := format.Open(t.Context(), dir, "", format.Options{})
	if err != nil {
		t.Fatal(err)
	}
	text := `{"images": [`
	for i, im := range ds.Images[:4] {
		if i > 0 {
			text += ", "
		}
		text += `{"id": ` + string(rune('1'+i)) + `, "file_name": "` + im.Path + `", "width": 999, "height": 999}`
	}
	text += `], "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": [1, 1, 0, 4]}, {"id": 2, "image_id": 2, "category_id": 1, "bbox": [1, 1, 9, 9]},
		{"id": 3, "image_id": 2, "category_id": 2, "bbox": [1, 1, 9, 9]}, {"id": 3, "image_id": 3, "category_id": 9, "bbox": [1, 1, 9, 8]}, {"id": 5, "image_id": 77, "category_id": 1, "bbox": [1, 1, 9, 8]}],
		"categories": [{"id": 1, "name": "apple"}, {"id": 2, "name": "pear"}]}`
	file := filepath.Join(dir, "instances.json")
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	if ds, err = format.Open(t.Context(), file, "", format.Options{}); err != nil {
		t.Fatal(err)
	}
	w, err := workspace.Open(t.Context(), ws, workspace.Options{Root: ds.Root})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	res, err := Run(t.Context(), ds, w, Options{})
	if err != nil {
		t.Fatal(err)
	}
	found := map[dataset.Kind]int{}
	ids := map[string]bool{}
	for _, f := range res.Findings {
		found[f.Kind]++
		id := f.ID(ds, res.Index)
		if ids[id] {
			t.Errorf("two findings have the id %s, one of them %s", id, f.Kind)
		}
		ids[id] = true
	}
	for kind, want := range map[dataset.Kind]int{dataset.Artifact: 1, dataset.DuplicateID: 1, dataset.UndefinedClass: 1, dataset.OrphanAnnotation: 1, dataset.WrongClass: 0} {
		if found[kind] != want {
			t.Errorf("%d findings of %s, want %d (all: %v)", found[kind], kind, want, found)
		}
	}
	if res.Task != dataset.Objects || len(res.Notes) == 0 || res.Estimate != nil {
		t.Errorf("task %s, notes %q, estimate %v", res.Task, res.Notes, res.Estimate)
	}
	for _, s := range res.Suppressed {
		if s.Kind == dataset.SizeMismatch {
			return
		}
	}
	if found[dataset.SizeMismatch] != 4 {
		t.Errorf("%d pictures have another size than stated; all: %v", found[dataset.SizeMismatch], found)
	}
}
