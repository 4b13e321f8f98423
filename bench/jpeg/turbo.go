package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/ebitengine/purego"
)

// turboJPEG is the part of the TurboJPEG library that the benchmark calls.
type turboJPEG struct {
	handle     uintptr
	header     func(handle uintptr, data *byte, size uint64, width, height, sampling, colors *int32) int32
	decompress func(handle uintptr, data *byte, size uint64, out *byte, width, pitch, height, format, flags int32) int32
	destroy    func(handle uintptr) int32
	message    func(handle uintptr) string
}

var places = []string{"libturbojpeg.so.0", "libturbojpeg.so", "libturbojpeg.dylib"}

// load opens the library at path, or wherever it is commonly found.
func load(path string) (*turboJPEG, error) {
	tried := places
	if path != "" {
		tried = []string{path}
	}
	var library uintptr
	var err error
	for _, place := range tried {
		if library, err = purego.Dlopen(place, purego.RTLD_NOW|purego.RTLD_GLOBAL); err == nil {
			break
		}
	}
	if err != nil {
		return nil, fmt.Errorf("libjpeg-turbo is not installed (looked for %s); on Debian run: apt-get install libturbojpeg0",
			strings.Join(tried, ", "))
	}
	t := &turboJPEG{}
	var create func() uintptr
	purego.RegisterLibFunc(&create, library, "tjInitDecompress")
	purego.RegisterLibFunc(&t.header, library, "tjDecompressHeader3")
	purego.RegisterLibFunc(&t.decompress, library, "tjDecompress2")
	purego.RegisterLibFunc(&t.destroy, library, "tjDestroy")
	purego.RegisterLibFunc(&t.message, library, "tjGetErrorStr2")
	if t.handle = create(); t.handle == 0 {
		return nil, errors.New("libjpeg-turbo did not make a decompressor")
	}
	return t, nil
}

func (t *turboJPEG) close() { t.destroy(t.handle) }

// decode decodes data to RGB at 1/scale of its size into out, which it grows.
func (t *turboJPEG) decode(data []byte, scale int, out []byte) ([]byte, error) {
	var width, height, sampling, colors int32
	if t.header(t.handle, &data[0], uint64(len(data)), &width, &height, &sampling, &colors) != 0 {
		return nil, errors.New("libjpeg-turbo: " + t.message(t.handle))
	}
	w, h := (int(width)+scale-1)/scale, (int(height)+scale-1)/scale
	out = slices.Grow(out[:0], 3*w*h)[:3*w*h]
	const formatRGB = 0
	if t.decompress(t.handle, &data[0], uint64(len(data)), &out[0], int32(w), 0, int32(h), formatRGB, 0) != 0 {
		return nil, errors.New("libjpeg-turbo: " + t.message(t.handle))
	}
	return out, nil
}
