package scan

import (
	"errors"
	"fmt"
	"os"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/matrix"
	"github.com/errata-cv/errata/neighbor"
)

// extension ends the name of every column that is kept.
const extension = ".npy"

// column returns a derived matrix from the workspace, or makes and keeps it.
// One that is damaged or has not as many rows as asked for is made again.
func (s *scanner) column(step, key string, rows int, build func() (*matrix.Matrix, error)) (m *matrix.Matrix, reused bool, err error) {
	if path, ok := s.ws.Artifact(step, key+extension); ok {
		if m, err := openColumn(path); err == nil && m.Rows == rows {
			return m, true, nil
		}
	}
	m, err = build()
	if err != nil {
		return nil, false, err
	}
	return m, false, s.keep(step, key, []int{m.Rows, m.Cols}, m.Data)
}

// keep stores the values of a column.
func (s *scanner) keep(step, key string, shape []int, values any) error {
	_, err := s.ws.PutArtifact(step, key+extension, func(path string) error {
		f, err := os.Create(path)
		if err != nil {
			return err
		}
		return errors.Join(matrix.WriteNPY(f, shape, values), f.Close())
	})
	return err
}

func openColumn(path string) (*matrix.Matrix, error) {
	a, err := matrix.OpenNPY(path)
	if err != nil {
		return nil, err
	}
	m, err := a.Float32()
	if err != nil {
		return nil, errors.Join(err, a.Close())
	}
	return m, nil // the mapping lives as long as the process
}

// A graph is kept as two columns of the same shape.
const (
	indexColumn    = "neighbors"
	distanceColumn = "distances"
)

func (s *scanner) keepGraph(key string, g *neighbor.Graph) error {
	shape := []int{len(g.Index) / g.K, g.K}
	if err := s.keep(indexColumn, key, shape, g.Index); err != nil {
		return err
	}
	return s.keep(distanceColumn, key, shape, g.Distance)
}

// keptGraph returns the graph of n images with k neighbors each, or nil when it
// is not there whole.
func (s *scanner) keptGraph(key string, n, k int) *neighbor.Graph {
	index, ok := s.ws.Artifact(indexColumn, key+extension)
	if !ok {
		return nil
	}
	distance, ok := s.ws.Artifact(distanceColumn, key+extension)
	if !ok {
		return nil
	}
	d, err := openColumn(distance)
	if err != nil || d.Rows != n || d.Cols != k {
		return nil
	}
	g := &neighbor.Graph{K: k, Distance: d.Data}
	if g.Index, err = openIndices(index, n); err != nil || len(g.Index) != n*k {
		return nil
	}
	return g
}

// openIndices reads row numbers below n, or dataset.None.
func openIndices(path string, n int) ([]int32, error) {
	a, err := matrix.OpenNPY(path)
	if err != nil {
		return nil, err
	}
	defer a.Close()
	values, err := a.Ints()
	if err != nil {
		return nil, err
	}
	out := make([]int32, len(values))
	for i, v := range values {
		if v < dataset.None || v >= n {
			return nil, fmt.Errorf("%s: value %d at index %d is no row of %d", path, v, i, n)
		}
		out[i] = int32(v)
	}
	return out, nil
}
