package source

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestFiles(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"b.tar", "a/c.tar", "a/b/d.tar", "a/b/c/e.tar", ".hidden/f.tar", "a/.g.tar", "a/h.txt"} {
		full := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(full), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, nil, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	match := func(full string) bool { return strings.HasSuffix(full, ".tar") }
	for levels, want := range []string{"b.tar", "a/c.tar b.tar", "a/b/d.tar a/c.tar b.tar"} {
		folder, names, err := Files(dir, levels, match)
		if err != nil || folder != dir || strings.Join(names, " ") != want {
			t.Errorf("%d levels: %q in %s, %v", levels, names, folder, err)
		}
	}
	folder, names, err := Files(filepath.Join(dir, "a", "h.txt"), 2, match)
	if err != nil || folder != filepath.Join(dir, "a") || strings.Join(names, " ") != "h.txt" {
		t.Errorf("of a file: %q in %s, %v", names, folder, err)
	}
	if _, _, err := Files(filepath.Join(dir, "gone"), 2, match); err == nil {
		t.Error("a folder that is not there is listed")
	}
}
