//go:build unix

package matrix

import (
	"fmt"
	"math"
	"os"

	"golang.org/x/sys/unix"
)

// mapFile maps a whole file, copy-on-write so that nobody can write to it
// through the mapping by accident. Empty files cannot be mapped.
func mapFile(f *os.File, size int64) (data []byte, mapped bool, err error) {
	if size == 0 {
		return nil, false, nil
	}
	if size > math.MaxInt {
		return nil, false, fmt.Errorf("the file is too large for this platform")
	}
	data, err = unix.Mmap(int(f.Fd()), 0, int(size), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE)
	if err != nil { // some network file systems
		data, err = readAll(f, size)
		return data, false, err
	}
	return data, true, nil
}

func unmapFile(data []byte) error { return unix.Munmap(data) }
