package formattest

import (
	"bytes"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"testing"
)

// Put writes files below a folder and returns the folder.
func Put[T string | []byte](t testing.TB, dir string, files map[string]T) string {
	t.Helper()
	for name, content := range files {
		full := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(full), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// Plant writes files into a new folder called "source" and returns it. It lies so
// deep that nothing outside of the test is taken for a part of it.
func Plant[T string | []byte](t testing.TB, files map[string]T) string {
	t.Helper()
	return Put(t, filepath.Join(t.TempDir(), "1", "2", "source"), files)
}

// Picture returns a black PNG.
func Picture(width, height int) []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, width, height))); err != nil {
		panic(err) // a side of 0
	}
	return b.Bytes()
}
