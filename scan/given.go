package scan

import (
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"math"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/matrix"
)

// Given are columns that a person brings along; the scan then makes none of
// these itself. Labels can be judged without their pictures from either.
type Given struct {
	// Probs are out-of-sample class probabilities: a row for each annotation, or
	// for each image, and a column for each class. Rows sum to one.
	Probs *matrix.Matrix
	// Embedding describes the images, a row for each.
	Embedding *matrix.Matrix
}

// any reports whether there are columns.
func (g Given) any() bool { return g.Probs != nil || g.Embedding != nil }

const (
	// Rows may sum to one within rounding; within sumTolerance they are divided by
	// their sum, beyond they are no probabilities.
	exactSum     = 1e-4
	sumTolerance = 0.02
)

// check makes sure that the columns fit to ds, and returns them with
// probabilities by annotation that sum to one. The note is empty unless
// something was made to fit.
func (g Given) check(ds *dataset.Dataset) (checked Given, note string, err error) {
	if e := g.Embedding; e != nil {
		if e.Rows != len(ds.Images) {
			return g, "", fmt.Errorf("the embeddings have %d rows and the dataset has %d images; there must be one row for each image, in the order of the dataset", e.Rows, len(ds.Images))
		}
		if e.Cols == 0 {
			return g, "", fmt.Errorf("the embeddings have no columns")
		}
		if row, ok := notFinite(e); !ok {
			return g, "", fmt.Errorf("row %d of the embeddings (counted from 0) holds a value that is no finite number", row)
		}
	}
	p := g.Probs
	if p == nil {
		return g, "", nil
	}
	if ds.Task() == dataset.MultiLabel {
		return g, "", g.checkMultiLabel(ds)
	}
	byAnnotation := p.Rows == len(ds.Annotations)
	if !byAnnotation && p.Rows != len(ds.Images) {
		return g, "", fmt.Errorf("the probabilities have %d rows, and the dataset has %d labels of %d images; there must be one row for each label, or for each image, in the order of the dataset", p.Rows, len(ds.Annotations), len(ds.Images))
	}
	if p.Cols != len(ds.Classes) {
		return g, "", fmt.Errorf("the probabilities have %d columns and the dataset has %d classes; there must be one column for each class, in their order: name the classes in a file, one a line, and give it with --classes", p.Cols, len(ds.Classes))
	}
	out := matrix.New(len(ds.Annotations), p.Cols)
	scaled := 0
	for i, a := range ds.Annotations {
		from := i
		if !byAnnotation {
			from = a.Image
		}
		row, sum := p.Row(from), 0.0
		for c, v := range row {
			switch {
			case math.IsNaN(float64(v)) || math.IsInf(float64(v), 0):
				return g, "", fmt.Errorf("row %d column %d of the probabilities (counted from 0) is no finite number", from, c)
			case v < -exactSum || v > 1+sumTolerance:
				return g, "", fmt.Errorf("row %d column %d of the probabilities (counted from 0) is %g, which is no probability; if these are scores before a softmax (logits), take the softmax first", from, c, v)
			}
			sum += max(0, float64(v))
		}
		if math.Abs(sum-1) > sumTolerance {
			return g, "", fmt.Errorf("row %d of the probabilities (counted from 0) sums to %.4g and not to 1; if the classes exclude each other, divide each row by its sum", from, sum)
		}
		if math.Abs(sum-1) > exactSum {
			scaled++
		}
		for c, v := range row {
			out.Row(i)[c] = float32(max(0, float64(v)) / sum)
		}
	}
	if scaled > 0 {
		note = fmt.Sprintf("%d rows of the probabilities do not quite sum to 1; they were divided by their sum.", scaled)
	}
	return Given{out, g.Embedding}, note, nil
}

// checkMultiLabel makes sure that there is a row for each image and that all
// values are probabilities; rows need not sum to one.
func (g Given) checkMultiLabel(ds *dataset.Dataset) error {
	p := g.Probs
	if p.Rows != len(ds.Images) || p.Cols != len(ds.Classes) {
		return fmt.Errorf("the probabilities have %d rows and %d columns, and the dataset has %d images of %d classes; where images carry several classes there must be one row for each image and one column for each class, in their order", p.Rows, p.Cols, len(ds.Images), len(ds.Classes))
	}
	for i := range p.Rows {
		for c, v := range p.Row(i) {
			if !(v >= 0 && v <= 1) {
				return fmt.Errorf("row %d column %d of the probabilities (counted from 0) is %g, which is no probability; if these are scores before a sigmoid (logits), take the sigmoid first", i, c, v)
			}
		}
	}
	return nil
}

// notFinite returns the first row that holds NaN or an infinity; ok when there
// is none.
func notFinite(m *matrix.Matrix) (row int, ok bool) {
	for i := range m.Rows {
		for _, v := range m.Row(i) {
			if math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
				return i, false
			}
		}
	}
	return 0, true
}

// fingerprint names the values of a column.
func fingerprint(m *matrix.Matrix) string {
	if m == nil {
		return ""
	}
	h := fnv.New128a()
	var b [4]byte
	for i := range m.Rows {
		for _, v := range m.Row(i) {
			binary.LittleEndian.PutUint32(b[:], math.Float32bits(v))
			h.Write(b[:])
		}
	}
	return fmt.Sprintf("%d×%d %x", m.Rows, m.Cols, h.Sum(nil))
}

// usable tells whether a label of the image can be judged: it was decoded, or
// what would be measured of it was given.
func (s *scanner) usable(image int) bool {
	return s.res.Images[image] != nil || s.opts.Given.any()
}

// noPictures tells that none of the pictures is there.
func (s *scanner) noPictures() bool {
	return s.missing > 0 && s.missing == len(s.res.Dataset.Images)
}
