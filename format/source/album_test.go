package source

import (
	"bytes"
	"image"
	"image/jpeg"
	"os"
	"path/filepath"
	"testing"
)

// turned is a JPEG of 8×4 pixels with an EXIF orientation.
func turned(t *testing.T, orientation byte) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 8, 4)), nil); err != nil {
		t.Fatal(err)
	}
	exif := append([]byte("Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00"), orientation, 0, 0, 0, 0, 0, 0)
	segment := append([]byte{0xff, 0xe1, 0, byte(len(exif) + 2)}, exif...)
	return append(append(bytes.Clone(b.Bytes()[:2]), segment...), b.Bytes()[2:]...)
}

func TestSizes(t *testing.T) {
	for orientation, want := range map[byte][2]int{1: {8, 4}, 3: {8, 4}, 6: {4, 8}, 8: {4, 8}} {
		data := turned(t, orientation)
		file := filepath.Join(t.TempDir(), "a.jpg")
		if err := os.WriteFile(file, data, 0o666); err != nil {
			t.Fatal(err)
		}
		w, h, err := SizeOf(file)
		if err != nil || w != want[0] || h != want[1] {
			t.Errorf("orientation %d: %d×%d, %v", orientation, w, h, err)
		}
		if w, h, err := SizeOfBytes(data); err != nil || w != want[0] || h != want[1] {
			t.Errorf("orientation %d in memory: %d×%d, %v", orientation, w, h, err)
		}
		w, h, o, err := StoredSize(file)
		if err != nil || w != 8 || h != 4 || o != int(orientation) {
			t.Errorf("orientation %d as stored: %d×%d, %d, %v", orientation, w, h, o, err)
		}
	}
	if _, _, err := SizeOf(filepath.Join(t.TempDir(), "gone.jpg")); err == nil {
		t.Error("a missing picture has a size")
	}
	if _, _, err := SizeOfBytes([]byte("no picture")); err == nil {
		t.Error("a text has a size")
	}
}

func TestAlbumFind(t *testing.T) {
	root := t.TempDir()
	for _, name := range []string{"train/a.jpg", "val/a.jpg", "train/b.png", "c.JPG", "deep/er/d.e.jpg", "deep/one/f.jpg", "deep/two/f.jpg"} {
		full := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(full), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, nil, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	a := OpenAlbum(root)
	for name, want := range map[string]string{
		"train/a.jpg": "train/a.jpg", `val\a.jpg`: "val/a.jpg", "/data/set/val/a.jpg": "val/a.jpg", `C:\set\train\b.png`: "train/b.png",
		"b": "train/b.png", "b.bmp": "train/b.png", "c.jpg": "c.JPG", "d.e": "deep/er/d.e.jpg", "s3://bucket/x/b.png?v=1": "train/b.png",
		"two/f.jpg": "deep/two/f.jpg", "/data/one/f.jpg": "deep/one/f.jpg",
	} {
		if got, ok := a.Find(name); got != want || !ok {
			t.Errorf("Find(%q) = %q, %v", name, got, ok)
		}
	}
	for name, want := range map[string]string{"a.jpg": "a.jpg", "../../etc/passwd": "etc/passwd", "none/x.jpg": "none/x.jpg", "three/f.jpg": "three/f.jpg", "": "unnamed", "..": "unnamed"} {
		if got, ok := a.Find(name); got != want || ok {
			t.Errorf("Find(%q) = %q, %v", name, got, ok)
		}
	}
	if got, ok := a.Beside("train", "b"); got != "train/b.png" || !ok {
		t.Errorf("Beside gives %q", got)
	}
}
