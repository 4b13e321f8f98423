//go:build !unix

package matrix

import "os"

func mapFile(f *os.File, size int64) (data []byte, mapped bool, err error) {
	data, err = readAll(f, size)
	return data, false, err
}

func unmapFile([]byte) error { return nil }
