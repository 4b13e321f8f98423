// Package shared finds the real datasets and reference outputs that some tests
// measure themselves against. They are not part of the project; a test that
// needs them skips where they are absent.
package shared

import (
	"os"
	"path/filepath"
	"testing"
)

// Dir returns the path of a file or folder below the shared material, for
// example Dir(t, "golden", "classification.json"). It looks where the
// environment variable ERRATA_SHARED says, else in ../shared beside the
// project, and skips the test when there is none.
func Dir(t testing.TB, elem ...string) string {
	t.Helper()
	root, ok := find()
	if !ok {
		t.Skip("the shared test material is not here: set ERRATA_SHARED to its folder to run this test")
	}
	path := filepath.Join(append([]string{root}, elem...)...)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("the shared test material has no %s", filepath.Join(elem...))
	}
	return path
}

func find() (string, bool) {
	if dir := os.Getenv("ERRATA_SHARED"); dir != "" {
		return dir, true
	}
	dir, err := os.Getwd()
	if err != nil {
		return "", false
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			candidate := filepath.Join(filepath.Dir(dir), "shared")
			_, err := os.Stat(candidate)
			return candidate, err == nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", false
		}
		dir = parent
	}
}
