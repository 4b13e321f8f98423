package matrix

import (
	"fmt"

	"gonum.org/v1/gonum/mat"
)

// Eigen returns the eigenvalues of a symmetric n×n matrix in descending order
// and the unit eigenvectors as the rows of an n×n matrix, each with its largest
// coordinate positive. Only the upper triangle is read; the work is done in
// float64. It panics unless sym is square and finite.
func Eigen(sym *Matrix) (values []float32, vectors *Matrix) {
	n := sym.Rows
	if sym.Cols != n {
		panic(fmt.Sprintf("matrix: Eigen of a %d×%d matrix", sym.Rows, sym.Cols))
	}
	if n == 0 {
		return nil, New(0, 0)
	}
	s := mat.NewSymDense(n, nil)
	for i := range n {
		for j := i; j < n; j++ {
			s.SetSym(i, j, float64(sym.Data[i*n+j]))
		}
	}
	var eigen mat.EigenSym
	if !eigen.Factorize(s, true) {
		panic("matrix: Eigen did not converge; the matrix has values that are not finite")
	}
	ascending := eigen.Values(nil)
	var v mat.Dense
	eigen.VectorsTo(&v)
	values, vectors = make([]float32, n), New(n, n)
	for i := range n {
		values[i] = float32(ascending[n-1-i])
		row := vectors.Row(i)
		for j := range n {
			row[j] = float32(v.At(j, n-1-i))
		}
		orient(row)
	}
	return values, vectors
}

// orient negates a vector unless its coordinate of largest magnitude, the first
// of equals, is positive.
func orient(v []float32) {
	at := 0
	for i, x := range v {
		if max(x, -x) > max(v[at], -v[at]) {
			at = i
		}
	}
	if len(v) > 0 && v[at] < 0 {
		for i := range v {
			v[i] = -v[i]
		}
	}
}
