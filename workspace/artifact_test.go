package workspace

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestArtifacts(t *testing.T) {
	dir := t.TempDir()
	w := open(t, dir, Options{})
	if _, ok := w.Artifact("embed", "k0.npy"); ok {
		t.Error("there is what nobody put")
	}
	text := func(s string) func(string) error {
		return func(path string) error { return os.WriteFile(path, []byte(s), 0o644) }
	}
	for i, key := range []string{"k0.npy", "k1.npy", "k2.npy", "k0.npy", "k3.npy"} {
		path, err := w.PutArtifact("embed", key, text(key+itoa(i)))
		if err != nil {
			t.Fatal(err)
		}
		// Times of files may be coarse.
		at := time.Unix(int64(1000+i), 0)
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
		if b, err := os.ReadFile(path); err != nil || string(b) != key+itoa(i) {
			t.Errorf("%s holds %q, %v", path, b, err)
		}
	}
	for key, want := range map[string]bool{"k0.npy": true, "k1.npy": false, "k2.npy": true, "k3.npy": true} {
		if _, ok := w.Artifact("embed", key); ok != want {
			t.Errorf("%s is there: %v", key, ok)
		}
	}
	failure := errors.New("no more numbers")
	_, err := w.PutArtifact("embed", "k3.npy", func(path string) error {
		if err := os.WriteFile(path, []byte("half"), 0o644); err != nil {
			return err
		}
		return failure
	})
	if !errors.Is(err, failure) {
		t.Errorf("the error is %v", err)
	}
	path, _ := w.Artifact("embed", "k3.npy")
	if b, err := os.ReadFile(path); err != nil || string(b) != "k3.npy4" {
		t.Errorf("after a failure %s holds %q, %v", path, b, err)
	}
	for _, name := range []string{"", "..", "../x", "a/b", "A", ".hidden"} {
		if _, err := w.PutArtifact("embed", name, text("")); err == nil {
			t.Errorf("%q was taken as a key", name)
		}
		if _, ok := w.Artifact(name, "k3.npy"); ok {
			t.Errorf("%q was taken as a step", name)
		}
	}
	w.Close()

	// What a killed process left is swept out.
	left := filepath.Join(dir, "temporary", "1", "k9.npy")
	if err := os.MkdirAll(filepath.Dir(left), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(left, []byte("half"), 0o644); err != nil {
		t.Fatal(err)
	}
	open(t, dir, Options{}).Close()
	if _, err := os.Stat(left); err == nil {
		t.Error("half an artifact is still there")
	}
	r := open(t, dir, Options{ReadOnly: true})
	if _, ok := r.Artifact("embed", "k3.npy"); !ok {
		t.Error("a reader does not see an artifact")
	}
	if _, err := r.PutArtifact("embed", "k4.npy", text("")); err == nil {
		t.Error("a reader put an artifact")
	}
}
