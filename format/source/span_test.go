package source

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/errata-cv/errata/dataset"
)

func TestSpans(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "all.bin"), []byte("headPICTUREtail"), 0o666); err != nil {
		t.Fatal(err)
	}
	s := &Spans{Root: dir, Of: map[string]Span{"a": {"all.bin", 4, 7}, "b": {"all.bin", 4, 700}, "c": {"all.bin", 0, 1 << 40}}}
	if data, err := s.Read(&dataset.Image{Path: "a"}); err != nil || string(data) != "PICTURE" {
		t.Errorf("got %q: %v", data, err)
	}
	if data, err := s.Read(&dataset.Image{Path: "all.bin"}); err != nil || len(data) != 15 {
		t.Errorf("a file of its own: %q: %v", data, err)
	}
	if n, _, err := s.Stat(&dataset.Image{Path: "a"}); err != nil || n != 7 {
		t.Errorf("Stat says %d: %v", n, err)
	}
	for _, path := range []string{"b", "c", "d"} {
		if _, err := s.Read(&dataset.Image{Path: path}); err == nil {
			t.Errorf("%s is read", path)
		}
	}
}

func TestSplitOf(t *testing.T) {
	for name, want := range map[string]string{
		"train.tfrecord": "train", "x/val.tar": "val", "valid/x.tar": "valid", "instances_train2017.json": "train2017",
		"train-00000-of-00010": "train", "t10k-labels-idx1-ubyte": "test", "default.tfrecord": "", "training_notes of us/x.tar": "",
		"train/val.tar": "val", "contrast.tar": "", "x.record-00000-of-00002": "",
	} {
		if got := SplitOf(name); got != want {
			t.Errorf("%s is of the split %q, not %q", name, got, want)
		}
	}
}
