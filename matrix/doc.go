// Package matrix holds float32 columns and the kernels that everything else
// runs on: products, distances, top-k, PCA, k-means and .npy files.
//
// A [Matrix] is row-major and dense; one row is one image, one patch or one
// class. The three products write into a matrix that the caller owns:
//
//	scores := matrix.New(x.Rows, classes.Rows)
//	matrix.MulT(scores, x, classes) // scores[i][j] = ⟨x_i, classes_j⟩
//
// Columns live in .npy files that are mapped rather than read:
//
//	a, err := matrix.OpenNPY("embeddings.npy")
//	x, err := a.Float32()
//
// # Determinism
//
// An element of a product depends on its row, its column and their length
// alone: it has the same bits whatever the shape of the rest, the number of
// cores or the goroutine that computed it. PCA and k-means are functions of
// their input and seed. Bits may differ between instruction sets.
//
// # Kernels
//
// The fastest kernel that the processor can run is chosen at start: AVX-512,
// AVX2 with FMA, or portable Go. The environment variable ERRATA_KERNEL
// (portable, avx2 or avx512) asks for another one, for tests and bug reports;
// a name that is unknown, or that the processor cannot run, is ignored.
//
// # Errors
//
// Shapes that do not fit are mistakes of the calling program and panic, like an
// index out of range. Whatever comes from a file is an error instead.
package matrix
