package matrix

import "fmt"

// Matrix is a dense row-major matrix: element (i, j) is Data[i*Cols+j], and
// len(Data) == Rows*Cols. The zero value is the empty matrix.
type Matrix struct {
	Rows, Cols int
	Data       []float32
}

// New returns a matrix of zeros.
func New(rows, cols int) *Matrix {
	return &Matrix{Rows: rows, Cols: cols, Data: make([]float32, rows*cols)}
}

// Wrap makes a matrix of data, which it shares. It panics unless len(data) is
// rows*cols.
func Wrap(rows, cols int, data []float32) *Matrix {
	if len(data) != rows*cols {
		panic(fmt.Sprintf("matrix: %d values do not make %d×%d", len(data), rows, cols))
	}
	return &Matrix{Rows: rows, Cols: cols, Data: data}
}

// Row returns row i, which shares memory with m and cannot grow into the next.
func (m *Matrix) Row(i int) []float32 {
	return m.Data[i*m.Cols : (i+1)*m.Cols : (i+1)*m.Cols]
}

// Slice returns rows [from, to), which share memory with m.
func (m *Matrix) Slice(from, to int) *Matrix {
	if from < 0 || to < from || to > m.Rows {
		panic(fmt.Sprintf("matrix: rows [%d, %d) of a matrix of %d rows", from, to, m.Rows))
	}
	return &Matrix{Rows: to - from, Cols: m.Cols, Data: m.Data[from*m.Cols : to*m.Cols : to*m.Cols]}
}
