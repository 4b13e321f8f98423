package yolo

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
	"github.com/errata-cv/errata/internal/formattest"
)

// FuzzRead reads arbitrary label files and descriptions. What is read must be
// patched to nothing without changes, and when its first object is deleted, be
// read again without it.
func FuzzRead(f *testing.F) {
	for _, files := range []map[string]string{ultralytics, segments, rotated} {
		for name, text := range files {
			if strings.HasSuffix(name, "a.txt") {
				for config, yaml := range files {
					if strings.HasSuffix(config, ".yaml") {
						f.Add(text, yaml)
					}
				}
			}
		}
	}
	f.Add("0 .5 .5 .1 .1 .5 .5 2 .6 .6 1\n", "train: images\nkpt_shape: [2, 3]\nnames: {0: a}\n")
	f.Add("-3 nan inf 1e999 0x1p4\n\r\n0", "train: ../../..\nnames: [a]\n")
	f.Fuzz(func(t *testing.T, text, yaml string) {
		root := formattest.Plant(t, map[string]string{"data.yaml": yaml, "images/a.png": photo, "images/b.png": photo, "labels/a.txt": text})
		ds, err := Format.Read(t.Context(), root, source.Options{})
		if err != nil {
			return
		}
		formattest.PatchNothing(t, Format, ds)
		if len(ds.Annotations) == 0 {
			return
		}
		change := dataset.Change{Action: dataset.DeleteObject, Annotation: 0, Image: ds.Annotations[0].Image, From: -1, To: -1}
		p, err := Format.(source.Patcher).Patch(t.Context(), ds, []dataset.Change{change})
		if err != nil {
			return // a class that is defined twice
		}
		formattest.Apply(t, p)
		again, err := Format.Read(t.Context(), root, source.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if len(again.Annotations) != len(ds.Annotations)-1 {
			t.Errorf("%d annotations, %d when one was deleted", len(ds.Annotations), len(again.Annotations))
		}
	})
}

// FuzzList reads arbitrary Darknet files and lists.
func FuzzList(f *testing.F) {
	f.Add("train = data/train.txt\nnames = obj.names\n", "data/a.png\n../b.png\n/etc/passwd\n", "wren\n\nrobin")
	f.Add("train=\nvalid=x\nnames=../../y", "a", "")
	f.Fuzz(func(t *testing.T, data, list, names string) {
		root := formattest.Plant(t, map[string]string{"obj.data": data, "train.txt": list, "obj.names": names, "a.png": photo, "a.txt": "0 1 1 1 1"})
		ds, err := Format.Read(t.Context(), root, source.Options{})
		if err != nil {
			return
		}
		for _, im := range ds.Images {
			if im.Path != "" && !filepath.IsLocal(filepath.FromSlash(im.Path)) {
				t.Errorf("the picture %q lies outside", im.Path)
			}
		}
		if _, err := os.Stat(ds.Root); err != nil {
			t.Error(err)
		}
	})
}
