//go:build unix

package source

import (
	"os"
	"unsafe"

	"golang.org/x/sys/unix"
)

// newChunk returns room for n numbers in a file that has no name any more.
func newChunk(n int) ([]float64, error) {
	f, err := os.CreateTemp("", "errata-*")
	if err != nil {
		return nil, err
	}
	defer f.Close() // the mapping keeps the file
	if err := os.Remove(f.Name()); err != nil {
		return nil, err
	}
	// Blocks are taken now: a full disk must not show when they are written to.
	if err := allocate(f, int64(n)*8); err != nil {
		return nil, err
	}
	data, err := unix.Mmap(int(f.Fd()), 0, n*8, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
	if err != nil {
		return nil, err
	}
	return unsafe.Slice((*float64)(unsafe.Pointer(&data[0])), n), nil
}

// release lets the system take the memory of a chunk back until it is read.
func release(chunk []float64) {
	_ = unix.Madvise(unsafe.Slice((*byte)(unsafe.Pointer(&chunk[0])), len(chunk)*8), unix.MADV_DONTNEED) // only advice
}
