//go:build !linux

package stage

import (
	"io/fs"
	"os"
	"path/filepath"
)

// SyncTree makes a folder and all in it durable.
func SyncTree(dir string) error {
	return filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir():
			return SyncDir(path)
		case !d.Type().IsRegular():
			return nil
		}
		f, err := os.OpenFile(path, os.O_RDWR, 0)
		if err != nil {
			return nil // a read-only file; its bytes are in the source too
		}
		defer f.Close()
		return f.Sync()
	})
}
