package main

import (
	"fmt"
	"strings"

	"github.com/ebitengine/purego"

	"github.com/errata-cv/errata/matrix"
)

// openBLAS is the part of the library that the benchmark calls.
type openBLAS struct {
	sgemm   func(order, transA, transB, m, n, k int32, alpha float32, a *float32, lda int32, b *float32, ldb int32, beta float32, c *float32, ldc int32)
	version string
	core    string
}

var places = []string{
	"libopenblas.so.0",
	"/usr/lib/x86_64-linux-gnu/openblas-pthread/libopenblas.so.0",
	"/usr/lib/aarch64-linux-gnu/openblas-pthread/libopenblas.so.0",
	"libopenblas.so",
	"libopenblas.dylib",
}

// load opens the library at path, or wherever it is commonly found, and limits
// it to one thread.
func load(path string) (*openBLAS, error) {
	tried := places
	if path != "" {
		tried = []string{path}
	}
	var handle uintptr
	var err error
	for _, place := range tried {
		if handle, err = purego.Dlopen(place, purego.RTLD_NOW|purego.RTLD_GLOBAL); err == nil {
			break
		}
	}
	if err != nil {
		return nil, fmt.Errorf("OpenBLAS is not installed (looked for %s); on Debian run: apt-get install libopenblas0-pthread",
			strings.Join(tried, ", "))
	}
	b := &openBLAS{}
	var setThreads func(int32)
	var core, config func() string
	purego.RegisterLibFunc(&setThreads, handle, "openblas_set_num_threads")
	purego.RegisterLibFunc(&core, handle, "openblas_get_corename")
	purego.RegisterLibFunc(&config, handle, "openblas_get_config")
	purego.RegisterLibFunc(&b.sgemm, handle, "cblas_sgemm")
	setThreads(1)
	b.core, b.version = core(), config()
	if words := strings.Fields(b.version); len(words) > 1 {
		b.version = strings.Join(words[:2], " ")
	}
	return b, nil
}

// String names the version and the kernels that the library chose.
func (b *openBLAS) String() string { return b.version + " with its " + b.core + " kernels" }

func (b *openBLAS) multiply(c, x, y *matrix.Matrix, transX, transY bool) {
	const rowMajor, plain, trans = 101, 111, 112
	opX, opY, depth := int32(plain), int32(plain), int32(x.Cols)
	if transX {
		opX, depth = trans, int32(x.Rows)
	}
	if transY {
		opY = trans
	}
	b.sgemm(rowMajor, opX, opY, int32(c.Rows), int32(c.Cols), depth, 1,
		&x.Data[0], int32(x.Cols), &y.Data[0], int32(y.Cols), 0, &c.Data[0], int32(c.Cols))
}
