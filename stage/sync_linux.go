package stage

import (
	"os"

	"golang.org/x/sys/unix"
)

// SyncTree makes a folder and all in it durable.
func SyncTree(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer f.Close()
	return unix.Syncfs(int(f.Fd()))
}
