package workspace

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// keptArtifacts is how many artifacts of a step are kept: the newest ones.
const keptArtifacts = 3

func (w *Workspace) temporary() string { return filepath.Join(w.dir, "temporary") }

// Artifact returns the path of what a step made under key, and whether it is
// there. Step and key are names of lower-case letters, digits, ".", "_" and "-";
// the key says everything that the artifact depends on (a hash of parameters
// and inputs) and ends in its file extension, for example "3fa9c1.npy".
func (w *Workspace) Artifact(step, key string) (path string, ok bool) {
	if !isName(step) || !isName(key) {
		return "", false
	}
	path = filepath.Join(w.dir, "artifacts", step, key)
	if _, err := os.Stat(path); err != nil {
		return path, false
	}
	if !w.ReadOnly() {
		// Being used keeps it among the newest; an old time does no harm.
		now := time.Now()
		_ = os.Chtimes(path, now, now)
	}
	return path, true
}

// PutArtifact stores what write puts in the file it is given, and returns where
// it is from then on. The file appears whole or not at all. Only the newest few
// artifacts of a step are kept.
func (w *Workspace) PutArtifact(step, key string, write func(path string) error) (string, error) {
	if w.ReadOnly() {
		return "", fmt.Errorf("the workspace %s was opened for reading only", w.dir)
	}
	if !isName(step) || !isName(key) {
		return "", fmt.Errorf("%q of step %q is no name of an artifact: lower-case letters, digits, \".\", \"_\" and \"-\" are", key, step)
	}
	path, err := w.putArtifact(filepath.Join(w.dir, "artifacts", step), key, write)
	if err != nil {
		return "", w.explain("cannot store the "+step+" in", err)
	}
	return path, nil
}

func (w *Workspace) putArtifact(dir, key string, write func(path string) error) (string, error) {
	if err := os.MkdirAll(w.temporary(), 0o755); err != nil {
		return "", err
	}
	scratch, err := os.MkdirTemp(w.temporary(), "")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(scratch)
	part := filepath.Join(scratch, key)
	if err := write(part); err != nil {
		return "", err
	}
	if err := syncFile(part); err != nil {
		return "", err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	path := filepath.Join(dir, key)
	if err := os.Rename(part, path); err != nil {
		return "", err
	}
	if err := syncDir(dir); err != nil {
		return "", err
	}
	return path, prune(dir, key)
}

func syncFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// prune keeps the newest artifacts of a folder, among them the one named.
func prune(dir, keep string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	type aged struct {
		name string
		time time.Time
	}
	var old []aged
	for _, e := range entries {
		info, err := e.Info()
		if err != nil {
			return err
		}
		if e.Name() != keep {
			old = append(old, aged{e.Name(), info.ModTime()})
		}
	}
	slices.SortFunc(old, func(a, b aged) int {
		return cmp.Or(b.time.Compare(a.time), cmp.Compare(a.name, b.name))
	})
	for i := keptArtifacts - 1; i < len(old); i++ {
		// One that is still mapped cannot be removed on Windows; it goes later.
		_ = os.RemoveAll(filepath.Join(dir, old[i].name))
	}
	return nil
}

// isName tells whether s is a plain file name on every system.
func isName(s string) bool {
	for i := range len(s) {
		c := s[i]
		if !(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || i > 0 && (c == '.' || c == '_' || c == '-')) {
			return false
		}
	}
	return s != "" && len(s) <= 200
}
