package workspace

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/errata-cv/errata/dataset"
	"golang.org/x/sys/unix"
)

// asNobody runs a child without the rights of root, whom no folder is closed to.
func asNobody(t *testing.T, name string, args ...string) (string, error) {
	t.Helper()
	cmd := child(name, args...)
	if os.Geteuid() == 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
		// The test binary lies in a folder of root alone: read it by descriptor.
		self, err := os.Open(os.Args[0])
		if err != nil {
			t.Fatal(err)
		}
		defer self.Close()
		cmd.Path, cmd.ExtraFiles = "/proc/self/fd/3", []*os.File{self}
	}
	out, err := cmd.CombinedOutput()
	// Under -cover, the lines after the first complain that nobody may write.
	line, _, _ := strings.Cut(string(out), "\n")
	return line, err
}

// openFolder returns a new folder that everybody can reach.
func openFolder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "errata-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestFolderThatCannotBeWritten(t *testing.T) {
	root := openFolder(t)
	if err := os.Chmod(root, 0o555); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(root, ".errata")
	out, err := asNobody(t, "open", dir)
	if err == nil {
		t.Fatal("a workspace was made in a folder that cannot be written")
	}
	wantError(t, errors.New(out), dir, "cannot be written", "--workspace DIR", "permission denied")

	// A workspace that is there can be read, and not written.
	if err := os.Chmod(root, 0o755); err != nil {
		t.Fatal(err)
	}
	w := open(t, dir, Options{})
	put(t, w, measured("a.png", "one"))
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	for path, mode := range map[string]os.FileMode{"": 0o555, "lock": 0o444, "errata.db": 0o444, "packs": 0o555} {
		if err := os.Chmod(filepath.Join(dir, path), mode); err != nil {
			t.Fatal(err)
		}
	}
	defer os.Chmod(dir, 0o755)
	out, err = asNobody(t, "open", dir)
	if err == nil {
		t.Error("a workspace that cannot be written was opened for writing")
	}
	wantError(t, errors.New(out), dir, "cannot be written", "--workspace DIR")
	if out, err := asNobody(t, "open", dir, "for reading"); err != nil {
		t.Errorf("a workspace that cannot be written cannot be read either: %s", out)
	}
}

func init() { children["tiny"] = tinyDiskChild }

// tinyDiskChild mounts a small disk for itself alone and fills it.
func tinyDiskChild(args []string) error {
	dir := args[0]
	if err := unix.Mount("none", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("skip: %w", err)
	}
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, "size=2m"); err != nil {
		return fmt.Errorf("skip: %w", err)
	}
	filler := filepath.Join(dir, "filler")
	if err := os.WriteFile(filler, make([]byte, 1<<19), 0o644); err != nil {
		return err
	}
	w, err := Open(ctx, dir, Options{})
	if err != nil {
		return err
	}
	entries := 0
	for ; entries < 5; entries++ {
		if _, err := w.Append(ctx, decide(fmt.Sprint(entries), dataset.Key{Image: "a.png"})); err != nil {
			return err
		}
	}
	batches := 0
	for {
		var batch []MeasuredFile
		for i := range 20 {
			name := fmt.Sprintf("%d/%d", batches, i)
			m := measured(name, name)
			m.Measured.Thumb = append(m.Measured.Thumb, make([]byte, 1000)...)
			batch = append(batch, m)
		}
		if err = w.PutMeasured(ctx, testParams, batch); err != nil {
			break
		}
		batches++
	}
	if err := wantFull(err, dir); err != nil {
		return err
	}
	for {
		if _, err = w.Append(ctx, decide(fmt.Sprint(entries), dataset.Key{Image: strings.Repeat("a", 2000)})); err != nil {
			break
		}
		entries++
	}
	if err := wantFull(err, dir); err != nil {
		return err
	}
	// With some room it goes on.
	if err := os.Remove(filler); err != nil {
		return err
	}
	if _, err := w.Append(ctx, decide("more", dataset.Key{Image: "a.png"})); err != nil {
		return err
	}
	entries++
	// All that was acknowledged is there, now and after a restart.
	for range 2 {
		files, err := w.Files(ctx, testParams)
		if err != nil || len(files) != 20*batches {
			return fmt.Errorf("%d files of %d batches: %w", len(files), batches, err)
		}
		journal, err := w.Entries(ctx, 0)
		if err != nil || len(journal) != entries {
			return fmt.Errorf("%d entries of %d: %w", len(journal), entries, err)
		}
		if err := w.Close(); err != nil {
			return err
		}
		if w, err = Open(ctx, dir, Options{ReadOnly: true}); err != nil {
			return err
		}
	}
	fmt.Printf("%d batches and %d entries\n", batches, entries)
	return w.Close()
}

func wantFull(err error, dir string) error {
	if !IsFull(err) || !strings.Contains(err.Error(), dir) || !strings.Contains(err.Error(), "free some space") {
		return fmt.Errorf("on a full disk the error is %w", err)
	}
	return nil
}

func TestFullDiskLosesNothingAcknowledged(t *testing.T) {
	cmd := child("tiny", t.TempDir())
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
	}
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	switch {
	case err != nil && !errors.As(err, &exit), strings.HasPrefix(string(out), "skip:"):
		t.Skipf("this system lets nobody mount a disk of his own: %v %s", err, out)
	case err != nil:
		t.Errorf("%s", out)
	}
	t.Logf("%s", out)
}
