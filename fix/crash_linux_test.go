package fix

import (
	"fmt"
	"github.com/errata-cv/errata/stage"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/errata-cv/errata/format"
)

// These tests run themselves again as another process, which is then killed or
// kept from writing.
const (
	crashStep = "ERRATA_TEST_CRASH_STEP"
	crashRoot = "ERRATA_TEST_CRASH_ROOT"
	crashOut  = "ERRATA_TEST_CRASH_OUT"
)

var crashChanges = []string{"cat/1.png = dog", "cat/2.png = dog", "cat/3.png drop", "dog/1.png = cat"}

// again runs the named test in another process and returns its output.
func again(t *testing.T, test string, env ...string) (string, error) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^"+test+"$", "-test.v")
	cmd.Env = append(os.Environ(), env...)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// TestCrashing is the other process: it corrects and kills itself after a step.
func TestCrashing(t *testing.T) {
	step, err := strconv.Atoi(os.Getenv(crashStep))
	if err != nil {
		t.Skip("run by TestKilledInPlace and TestKilledWriting")
	}
	o := Options{Stamp: "1", Progress: func(done, _ int) {
		if done == step {
			syscall.Kill(os.Getpid(), syscall.SIGKILL)
		}
	}}
	p := plan(t, os.Getenv(crashRoot), format.Options{}, crashChanges...)
	if out := os.Getenv(crashOut); out != "" {
		_, err = p.Write(t.Context(), out, o)
	} else {
		_, err = p.InPlace(t.Context(), o)
	}
	t.Fatalf("was not killed: %v", err)
}

func TestKilledInPlace(t *testing.T) {
	for step := 1; step <= len(crashChanges); step++ {
		root := plant(t, "cat/1.png", "cat/2.png", "cat/3.png", "dog/1.png", "dog/notes.txt: n")
		before := snapshot(t, filepath.Dir(root))
		if out, err := again(t, "TestCrashing", crashStep+"="+strconv.Itoa(step), crashRoot+"="+root); err == nil || !strings.Contains(err.Error(), "killed") {
			t.Fatalf("%v: %s", err, out)
		}
		manifest, ok := Interrupted(root)
		if !ok {
			t.Fatalf("after step %d nothing says that the correction was interrupted", step)
		}
		_, err := plan(t, root, format.Options{}).InPlace(t.Context(), Options{Stamp: "2"})
		if err != nil {
			t.Error("a correction without changes is refused: ", err)
		}
		if _, err := Undo(t.Context(), manifest); err != nil {
			t.Error(err)
		}
		same(t, snapshot(t, filepath.Dir(root)), before)
	}
}

func TestKilledWriting(t *testing.T) {
	root := plant(t, "cat/1.png", "cat/2.png", "cat/3.png", "dog/1.png", "dog/notes.txt: n")
	before := snapshot(t, root)
	dir := t.TempDir()
	out := filepath.Join(dir, "out")
	for step := 1; step <= 7; step++ {
		if text, err := again(t, "TestCrashing", crashStep+"="+strconv.Itoa(step), crashRoot+"="+root, crashOut+"="+out); err == nil || !strings.Contains(err.Error(), "killed") {
			t.Fatalf("%v: %s", err, text)
		}
		if stage.Exists(out) || stage.Exists(out+".dropped") {
			t.Fatalf("after step %d there is an unfinished folder under the final name", step)
		}
		same(t, snapshot(t, root), before)
	}
	if _, err := plan(t, root, format.Options{}, crashChanges...).Write(t.Context(), out, Options{}); err != nil {
		t.Fatal(err)
	}
	if got := snapshot(t, dir); len(got) != 10 || got["out/dog/1-2.png"] != "cat/1.png" || got["out.dropped/cat/3.png"] != "cat/3.png" {
		t.Errorf("got %q", got)
	}
}

// TestWritingWithoutSpace is the other process: no file may grow beyond 4 KiB.
func TestWritingWithoutSpace(t *testing.T) {
	root, out := os.Getenv(crashRoot), os.Getenv(crashOut)
	if root == "" {
		t.Skip("run by TestNoSpace")
	}
	path := root
	if stage.Exists(filepath.Join(root, "labels.csv")) {
		path = filepath.Join(root, "labels.csv")
	}
	p := plan(t, path, format.Options{}, "cat/1.png = dog")
	signal.Ignore(syscall.SIGXFSZ)
	if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &unix.Rlimit{Cur: 4 << 10, Max: 4 << 10}); err != nil {
		t.Fatal(err)
	}
	_, err := p.Write(t.Context(), out, Options{Copy: true})
	fmt.Println("write:", err)
	_, err = p.InPlace(t.Context(), Options{Stamp: strings.Repeat("1", 100)})
	fmt.Println("in place:", err)
}

func TestNoSpace(t *testing.T) {
	long := strings.Repeat("x", 8<<10)
	table := "path,label,note\ncat/1.png,cat," + long + "\ndog/2.png,dog,\n"
	for name, c := range map[string]struct {
		files []string
		want  []string
	}{
		"folder": {
			[]string{"cat/1.png", "dog/2.png", "dog/3.png: " + long},
			[]string{"write: cannot write ", "after 4 of 5 files, the file would be larger than files may be here; what was written has been removed, and nothing was changed\n"},
		},
		"table": {
			[]string{"cat/1.png", "dog/2.png", "labels.csv: " + table},
			[]string{"write: cannot write ", "the file would be larger than files may be here; nothing was changed\nin place: cannot write "},
		},
	} {
		t.Run(name, func(t *testing.T) {
			root := plant(t, c.files...)
			before := snapshot(t, filepath.Dir(root))
			dir := t.TempDir()
			text, err := again(t, "TestWritingWithoutSpace", crashRoot+"="+root, crashOut+"="+filepath.Join(dir, "out"))
			if err != nil {
				t.Fatalf("%v: %s", err, text)
			}
			for _, w := range c.want {
				if !strings.Contains(text, w) {
					t.Errorf("got %s, want %q in it", text, w)
				}
			}
			same(t, snapshot(t, dir), map[string]string{})
			if name == "table" {
				same(t, snapshot(t, filepath.Dir(root)), before)
			}
		})
	}
}

// unprivileged runs f with the file rights of nobody, so that permissions count
// also where the tests run as root. Nobody can read the folders.
func unprivileged(t *testing.T, f func(), folders ...string) {
	for _, d := range folders {
		for ; d != filepath.Dir(d); d = filepath.Dir(d) {
			if info, err := os.Stat(d); err == nil && info.Mode().Perm()&0o5 != 0o5 {
				if err := os.Chmod(d, 0o755); err != nil {
					t.Skip("cannot open the folder of the test to others: ", err)
				}
			}
		}
	}
	if os.Geteuid() == 0 {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		unix.Setfsuid(65534)
		defer unix.Setfsuid(0)
	}
	f()
}

func TestReadOnlyFolder(t *testing.T) {
	root := plant(t, "cat/1.png", "dog/2.png", "labels.csv: path,label\ncat/1.png,cat\ndog/2.png,dog\n")
	out := t.TempDir()
	if err := os.Chmod(out, 0o777); err != nil {
		t.Fatal(err)
	}
	before := snapshot(t, filepath.Dir(root))
	for _, d := range []string{"", "cat", "dog"} {
		if err := os.Chmod(filepath.Join(root, d), 0o555); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { os.Chmod(filepath.Join(root, d), 0o755) })
	}
	unprivileged(t, func() {
		p := plan(t, root, format.Options{}, "cat/1.png = dog")
		_, err := p.InPlace(t.Context(), Options{Stamp: "1"})
		refused(t, err, "cannot write in ", "permission denied; nothing was changed; write a corrected copy elsewhere with -o")
		table := plan(t, filepath.Join(root, "labels.csv"), format.Options{}, "cat/1.png = dog")
		_, err = table.InPlace(t.Context(), Options{Stamp: "1"})
		refused(t, err, "cannot write in ", "permission denied; nothing was changed")
		if _, err := p.Write(t.Context(), filepath.Join(out, "new"), Options{}); err != nil {
			t.Error("a copy of a read-only folder: ", err)
		}
	}, root, out)
	same(t, snapshot(t, filepath.Dir(root)), before)
	if !stage.Exists(filepath.Join(out, "new", "dog", "1.png")) {
		t.Error("the corrected copy is not complete")
	}
}

func TestUnreadableFolderIsNotLost(t *testing.T) {
	root := plant(t, "cat/1.png", "dog/2.png", "dog/secret/3.png")
	secret := filepath.Join(root, "dog", "secret")
	if err := os.Chmod(secret, 0); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Chmod(secret, 0o755) })
	out := t.TempDir()
	if err := os.Chmod(out, 0o777); err != nil {
		t.Fatal(err)
	}
	unprivileged(t, func() {
		_, err := plan(t, root, format.Options{}, "cat/1.png = dog").Write(t.Context(), filepath.Join(out, "new"), Options{})
		refused(t, err, "its files cannot be carried over", "dog/secret: permission denied")
	}, root, out)
	same(t, snapshot(t, out), map[string]string{})
}

// Moving to another file system copies; here memory is one, where there is one.
func TestAnotherFileSystem(t *testing.T) {
	far, err := os.MkdirTemp("/dev/shm", "errata-test-")
	if err != nil {
		t.Skip("there is no second file system to test with: ", err)
	}
	t.Cleanup(func() { os.RemoveAll(far) })
	root := plant(t, "cat/1.png", "cat/2.png", "cat/link.png -> 1.png", "dog/2.png")
	if os.Link(filepath.Join(root, "cat/1.png"), filepath.Join(far, "x")) == nil {
		t.Skip("the second file system is the first one")
	}
	before := snapshot(t, filepath.Dir(root))
	lines := []string{"cat/1.png drop", "cat/link.png drop", "cat/2.png = dog"}
	r, err := plan(t, root, format.Options{}, lines...).InPlace(t.Context(), Options{Stamp: "1", Quarantine: filepath.Join(far, "dropped")})
	if err != nil {
		t.Fatal(err)
	}
	same(t, snapshot(t, far), map[string]string{"dropped": "folder", "dropped/cat": "folder", "dropped/cat/1.png": "cat/1.png", "dropped/cat/link.png": "-> 1.png"})
	if stage.Exists(filepath.Join(root, "cat/1.png")) {
		t.Error("the picture is in both places")
	}
	if _, err := Undo(t.Context(), r.Manifest); err != nil {
		t.Fatal(err)
	}
	same(t, snapshot(t, filepath.Dir(root)), before)
	r, err = plan(t, root, format.Options{}, lines...).Write(t.Context(), filepath.Join(far, "out"), Options{Quarantine: root + ".dropped"})
	if err != nil {
		t.Fatal(err)
	}
	if r.Linked != 2 || r.Copied != 2 {
		t.Errorf("linked %d, copied %d", r.Linked, r.Copied)
	}
	same(t, snapshot(t, filepath.Join(far, "out")), map[string]string{"cat": "folder", "dog": "folder", "dog/2-2.png": "cat/2.png", "dog/2.png": "dog/2.png"})
}
