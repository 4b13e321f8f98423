//go:build unix && !linux

package source

import "os"

// allocate gives a file its size and its blocks.
func allocate(f *os.File, size int64) error { return fill(f, size) }
