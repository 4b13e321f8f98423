package workspace

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestOneWriterAtATime(t *testing.T) {
	dir := t.TempDir()
	cmd := child("hold", dir)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	lines := start(t, cmd)
	if !lines.Scan() {
		t.Fatal("the child did not open the workspace")
	}
	_, err = Open(ctx, dir, Options{})
	var locked *LockedError
	if !errors.As(err, &locked) {
		t.Fatalf("a second writer got %v", err)
	}
	host, _ := os.Hostname()
	if h := locked.Holder; h.PID != cmd.Process.Pid || h.Command != "errata review flowers" || h.Host != host || h.Since.IsZero() {
		t.Errorf("the holder is %+v", h)
	}
	for _, part := range []string{dir, `"errata review flowers"`, "process " + itoa(cmd.Process.Pid), host} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q does not name %s", err, part)
		}
	}
	r := open(t, dir, Options{ReadOnly: true})
	if _, err := r.Files(ctx, testParams); err != nil {
		t.Errorf("beside a writer, a reader got %v", err)
	}
	in.Close()
	if err := cmd.Wait(); err != nil {
		t.Fatal(err)
	}
	open(t, dir, Options{}).Close()
	if b, err := os.ReadFile(filepath.Join(dir, "lock")); err != nil || len(b) != 0 {
		t.Errorf("after closing, the lock names %s, %v", b, err)
	}
}

func TestDeadHolderDoesNotBlock(t *testing.T) {
	dir := t.TempDir()
	cmd := child("hold", dir)
	if _, err := cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if !start(t, cmd).Scan() {
		t.Fatal("the child did not open the workspace")
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // it was killed
	if b, err := os.ReadFile(filepath.Join(dir, "lock")); err != nil || len(b) == 0 {
		t.Fatalf("the dead holder left %q, %v", b, err)
	}
	w := open(t, dir, Options{Command: "errata check"})
	if _, err := Open(ctx, dir, Options{}); err == nil || !strings.Contains(err.Error(), `"errata check"`) {
		t.Errorf("a second writer in this process got %v", err)
	}
	w.Close()
}

func TestLockWithoutName(t *testing.T) {
	dir := t.TempDir()
	w := open(t, dir, Options{})
	if err := os.Truncate(filepath.Join(dir, "lock"), 0); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(ctx, dir, Options{}); err == nil || !strings.Contains(err.Error(), "another process") {
		t.Errorf("the error is %v", err)
	}
	w.Close()
}
