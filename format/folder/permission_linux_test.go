package folder

import (
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/errata-cv/errata/format/source"
)

// unprivileged runs f with the file rights of nobody, so that permissions count
// also where the tests run as root.
func unprivileged(t *testing.T, f func()) {
	if os.Geteuid() == 0 {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		unix.Setfsuid(65534)
		defer unix.Setfsuid(0)
	}
	f()
}

func TestFoldersWithoutPermission(t *testing.T) {
	root := plant(t, "a/1.png", "b/secret/2.png", "b/3.png", "c/4.png")
	for d := root; d != filepath.Dir(os.TempDir()) && d != "/"; d = filepath.Dir(d) {
		if info, err := os.Stat(d); err == nil && info.Mode().Perm()&0o5 != 0o5 {
			if err := os.Chmod(d, 0o755); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, d := range []string{"b/secret", "c"} {
		if err := os.Chmod(filepath.Join(root, d), 0); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { os.Chmod(filepath.Join(root, d), 0o755) })
	}
	unprivileged(t, func() {
		ds, err := Read(t.Context(), root, source.Options{})
		if err != nil {
			t.Error(err)
			return
		}
		want := []string{
			"|a/1.png|a", "|b/3.png|b",
			"! unreadable b/secret: The folder b/secret cannot be read, so what is in it is left out: permission denied.",
			"! unreadable c: The folder c cannot be read, so what is in it is left out: permission denied.",
		}
		if got := describe(ds); !reflect.DeepEqual(got, want) {
			t.Errorf("got\n%q\nwant\n%q", got, want)
		}
		if !reflect.DeepEqual(ds.Classes, []string{"a", "b", "c"}) {
			t.Errorf("classes are %q", ds.Classes)
		}
	})
}

func TestSpecialFilesAreSkipped(t *testing.T) {
	root := plant(t, "a/1.png")
	if err := unix.Mkfifo(filepath.Join(root, "a", "pipe.jpg"), 0o666); err != nil {
		t.Skip("cannot make a pipe: ", err)
	}
	ds, err := Read(t.Context(), root, source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"|a/1.png|a", "!  a/pipe.jpg: Skipped: it is no regular file."}
	if got := describe(ds); !reflect.DeepEqual(got, want) {
		t.Errorf("got %q", got)
	}
}
