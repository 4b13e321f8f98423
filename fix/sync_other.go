//go:build !linux

package fix

import (
	"io/fs"
	"os"
	"path/filepath"
)

// syncTree makes a folder and all in it durable.
func syncTree(dir string) error {
	return filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir():
			return syncDir(path)
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
