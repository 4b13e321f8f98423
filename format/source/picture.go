package source

import (
	"io"
	"os"

	"github.com/errata-cv/errata/pixel"
)

// IsPicture reports whether the regular file at path is a picture by its
// extension or, failing that, by its first bytes.
func IsPicture(path string) bool {
	if pixel.HasImageExtension(path) {
		return true
	}
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	head := make([]byte, pixel.SniffLen)
	n, _ := io.ReadFull(f, head)
	_, ok := pixel.Sniff(head[:n])
	return ok
}
