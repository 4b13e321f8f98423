package fix

import (
	"os"

	"golang.org/x/sys/unix"
)

// syncTree makes a folder and all in it durable.
func syncTree(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer f.Close()
	return unix.Syncfs(int(f.Fd()))
}
