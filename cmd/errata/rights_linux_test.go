package main

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// unprivileged is a copy of the program that runs without the rights of root,
// to whom no folder is read-only. What it is to read must be open to all.
type unprivileged struct{ path string }

func newUnprivileged(t *testing.T, dir string) unprivileged {
	t.Helper()
	u := unprivileged{filepath.Join(dir, "errata")} // by this name the test binary is the program
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	in, err := os.Open(self)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	out, err := os.OpenFile(u.path, os.O_CREATE|os.O_WRONLY, 0o755)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(out, in); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Dir(dir), 0o755); err != nil {
		t.Fatal(err)
	}
	return u
}

func (u unprivileged) run(t *testing.T, args ...string) (string, error) {
	t.Helper()
	cmd := exec.Command(u.path, args...)
	cmd.Dir = "/"
	if os.Geteuid() == 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	}
	out, err := cmd.CombinedOutput()
	if err != nil && len(out) == 0 {
		t.Skip("the program cannot be run as somebody else here: ", err)
	}
	return string(out), err
}

func TestReadOnlyDataset(t *testing.T) {
	dir := t.TempDir()
	u := newUnprivileged(t, dir)
	data, elsewhere := filepath.Join(dir, "pets"), filepath.Join(dir, "elsewhere")
	for i := range 6 {
		for _, class := range []string{"cat", "dog"} {
			if err := picture(filepath.Join(data, class, strconv.Itoa(i)+".png"), class+strconv.Itoa(i)); err != nil {
				t.Fatal(err)
			}
		}
	}
	secret := filepath.Join(data, "cat", "0.png")
	chmod := func(path string, mode os.FileMode) {
		t.Helper()
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
	}
	chmod(data, 0o555)
	t.Cleanup(func() { os.Chmod(data, 0o755) })
	if err := os.Mkdir(elsewhere, 0o777); err != nil {
		t.Fatal(err)
	}
	chmod(elsewhere, 0o777)

	out, err := u.run(t, "check", data, "-q")
	if err == nil || !strings.Contains(out, "cannot be written: name a folder that can be with --workspace DIR") {
		t.Errorf("a check of a read-only folder said %s", out)
	}
	kept := []string{"check", data, "-q", "--format", "json", "--workspace", filepath.Join(elsewhere, "w")}
	chmod(secret, 0)
	const finding = `"kind": "unreadable", "image": "cat/0.png"`
	out, err = u.run(t, kept...)
	if err != nil || !strings.Contains(out, finding) || !strings.Contains(out, "permission denied") {
		t.Errorf("with a workspace elsewhere and a picture that may not be read, it said %s", out)
	}
	// The same file, with the same size and time, may be read now.
	chmod(secret, 0o644)
	if out, err := u.run(t, kept...); err != nil || strings.Contains(out, finding) {
		t.Errorf("a picture that may be read now is still reported: %s", out)
	}
	chmod(filepath.Join(data, "dog"), 0)
	t.Cleanup(func() { os.Chmod(filepath.Join(data, "dog"), 0o755) })
	if out, err := u.run(t, kept...); err != nil || !strings.Contains(out, "The folder dog cannot be read") {
		t.Errorf("with a class folder that may not be read, it said %s", out)
	}
	chmod(data, 0)
	if out, err := u.run(t, kept...); err == nil || !strings.Contains(out, "permission denied") || strings.Contains(out, "goroutine") {
		t.Errorf("with a folder that may not be read, it said %s", out)
	}
}
