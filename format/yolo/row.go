package yolo

import (
	"math"
	"strconv"
	"strings"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/linetext"
)

// A row is one object of a label file.
type row struct {
	line  linetext.Line
	class int
	// values are the numbers behind the class.
	values []float64
	// reason says why the values mean nothing; empty when they do.
	reason string
}

// maxValues bounds the numbers of a row.
const maxValues = 1 << 22

// parseRow reads a line that is not blank. Not ok means that it does not even
// start with a class.
func parseRow(l linetext.Line) (r row, ok bool) {
	r.line = l
	fields := l.Fields()
	class, err := strconv.ParseFloat(fields[0].Text, 64)
	if err != nil || class != math.Trunc(class) || math.Abs(class) > 1<<31 {
		return r, false
	}
	r.class = int(class)
	if len(fields) > maxValues {
		r.reason = "its row has more numbers than any outline"
		return r, true
	}
	for _, f := range fields[1:] {
		v, err := strconv.ParseFloat(f.Text, 64)
		if err != nil && !math.IsInf(v, 0) {
			r.reason = "its row holds " + strconv.Quote(cut(f.Text)) + " where a number is expected"
			r.values = nil
			return r, true
		}
		r.values = append(r.values, v)
	}
	return r, true
}

func cut(s string) string {
	if len(s) > 40 {
		return s[:40] + "…"
	}
	return s
}

// parseRows reads a label file; refused are the lines that are no objects.
func parseRows(f *linetext.File) (rows []row, refused []linetext.Line) {
	for _, l := range f.Lines {
		if l.Blank() {
			continue
		}
		if r, ok := parseRow(l); ok {
			rows = append(rows, r)
		} else {
			refused = append(refused, l)
		}
	}
	return rows, refused
}

// A reading is how the rows of a whole dataset are meant.
type reading struct {
	// Scores tells that the last number of each row is a confidence.
	Scores bool
	// OBB tells that four corners are rotated boxes.
	OBB bool
	// Keypoints are the numbers behind the box of a row with keypoints.
	Keypoints int
}

// A shape is what a row holds.
type shape uint8

const (
	noShape shape = iota
	boxShape
	rotatedShape
	outlineShape
)

// shape returns what a row holds and how many of its values are coordinates.
func (m reading) shape(r *row) (s shape, coordinates int) {
	n := len(r.values)
	if m.Scores {
		n--
	}
	switch {
	case r.reason != "":
		return noShape, 0
	case n == 4, n == 5, m.Keypoints > 0 && n == 4+m.Keypoints:
		return boxShape, 4
	case n == 8 && m.OBB:
		return rotatedShape, 8
	case n >= 6 && n%2 == 0:
		return outlineShape, n
	}
	return noShape, 0
}

// geometry returns where the object of a row is in a picture of that size.
func (m reading) geometry(r *row, width, height int) dataset.Geometry {
	s, n := m.shape(r)
	w, h := float64(width), float64(height)
	switch s {
	case boxShape:
		return boxOf(r.values[:4], w, h)
	case rotatedShape:
		corners := pixels(r.values[:n], w, h)
		// Half of the last digit of the fractions, for two corners.
		if box, ok := dataset.RotatedBoxOf(corners, 2*math.Pow(10, -float64(decimals(r)))*max(w, h)); ok {
			return box
		}
		return dataset.Polygon{Parts: [][]float64{corners}}
	case outlineShape:
		return dataset.Polygon{Parts: [][]float64{open(pixels(r.values[:n], w, h))}}
	}
	reason := r.reason
	if reason == "" {
		reason = "its row has " + strconv.Itoa(len(r.values)) + " numbers behind the class; expected 4 for a box, or an even number from 6 for an outline"
	}
	return dataset.Invalid{Reason: reason}
}

func boxOf(v []float64, w, h float64) dataset.Box {
	bw, bh := v[2]*w, v[3]*h
	return dataset.Box{X: linetext.Round(v[0]*w - bw/2), Y: linetext.Round(v[1]*h - bh/2), W: linetext.Round(bw), H: linetext.Round(bh)}
}

// pixels multiplies x and y in turn by the size of the picture.
func pixels(v []float64, w, h float64) []float64 {
	out := make([]float64, len(v))
	for i := range v {
		out[i] = linetext.Round(v[i] * [2]float64{w, h}[i%2])
	}
	return out
}

// open leaves a last corner out that repeats the first.
func open(v []float64) []float64 {
	if isClosed(v) {
		return v[:len(v)-2]
	}
	return v
}

func isClosed(v []float64) bool {
	n := len(v)
	return n > 6 && v[0] == v[n-2] && v[1] == v[n-1]
}

// decimals returns the digits behind the point of the coordinates of a row, at
// most 9.
func decimals(r *row) int {
	most := 0
	for _, f := range r.line.Fields()[1:] {
		_, d, _ := strings.Cut(f.Text, ".")
		most = max(most, len(d))
	}
	return min(most, 9)
}

// score returns the confidence of a row.
func (m reading) score(r *row) float64 {
	if !m.Scores || len(r.values) == 0 {
		return 0
	}
	return r.values[len(r.values)-1]
}

// readingOf finds out how the rows of a dataset are meant. Size returns the size
// of the picture that file i belongs to.
func readingOf(files [][]row, hint task, keypoints int, size func(i int) (w, h int)) reading {
	m := reading{Keypoints: keypoints, Scores: true}
	rows := 0
	for _, f := range files {
		for i := range f {
			if r := &f[i]; r.reason == "" {
				rows++
				m.Scores = m.Scores && isScored(r.values, keypoints)
			}
		}
	}
	m.Scores = m.Scores && rows > 0
	if hint != unknownTask {
		m.OBB = hint == obbTask
		return m
	}
	m.OBB = true
	corners := 0
	for i, f := range files {
		for k := range f {
			r := &f[k]
			switch s, n := m.shape(r); s {
			case rotatedShape:
				w, h := size(i)
				if _, isBox := m.geometry(r, w, h).(dataset.RotatedBox); !isBox {
					m.OBB = false
					return m
				}
				corners += n
			case outlineShape:
				m.OBB = false
				return m
			}
		}
	}
	m.OBB = corners > 0
	return m
}

// isScored reports whether the values end in a confidence.
func isScored(v []float64, keypoints int) bool {
	n := len(v)
	if n < 5 || v[n-1] < 0 || v[n-1] > 1 {
		return false
	}
	if keypoints > 0 && (n == 4+keypoints || n == 5+keypoints) {
		return n == 5+keypoints
	}
	return n%2 == 1
}
