package dota

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/linetext"
)

// Difficult is the attribute of the last field.
const Difficult = "difficult"

// The fields of a row.
const (
	corners        = 8
	classField     = 8
	difficultField = 9
)

// tolerance bounds in pixels how far a corner of a rectangle may be off.
const tolerance = 0.01

// A row is one object.
type row struct {
	line   linetext.Line
	fields []linetext.Field
	xy     []float64
}

// parseRows reads a label file; refused are lines that are neither objects nor
// the header.
func parseRows(f *linetext.File) (rows []row, refused []linetext.Line) {
	for _, l := range f.Lines {
		if l.Blank() {
			continue
		}
		r, ok := parseRow(l)
		switch {
		case ok:
			rows = append(rows, r)
		case len(rows) > 0 || !strings.Contains(l.Text, ":"):
			refused = append(refused, l)
		}
	}
	return rows, refused
}

func parseRow(l linetext.Line) (r row, ok bool) {
	r = row{line: l, fields: l.Fields()}
	if len(r.fields) <= classField {
		return r, false
	}
	for _, f := range r.fields[:corners] {
		v, err := strconv.ParseFloat(f.Text, 64)
		if err != nil && !math.IsInf(v, 0) {
			return r, false
		}
		r.xy = append(r.xy, linetext.Round(v))
	}
	return r, true
}

func (r *row) class() string { return r.fields[classField].Text }

func (r *row) geometry() dataset.Geometry {
	most := 0
	for _, f := range r.fields[:corners] {
		_, d, _ := strings.Cut(f.Text, ".")
		most = max(most, len(d))
	}
	if box, ok := dataset.RotatedBoxOf(r.xy, min(tolerance, 2*math.Pow(10, -float64(min(most, 12))))); ok {
		return box
	}
	return dataset.Polygon{Parts: [][]float64{r.xy}}
}

func (r *row) attributes() []dataset.Attribute {
	if len(r.fields) <= difficultField {
		return nil
	}
	return []dataset.Attribute{{Name: Difficult, Value: r.fields[difficultField].Text}}
}

// cornersOf returns the four corners of a geometry.
func cornersOf(g dataset.Geometry) ([]float64, error) {
	switch g := g.(type) {
	case dataset.Box:
		return []float64{g.X, g.Y, g.X + g.W, g.Y, g.X + g.W, g.Y + g.H, g.X, g.Y + g.H}, nil
	case dataset.RotatedBox:
		return g.Corners(), nil
	case dataset.Polygon:
		if len(g.Parts) == 1 && len(g.Parts[0]) == corners {
			return g.Parts[0], nil
		}
	}
	return nil, fmt.Errorf("DOTA rows have four corners; give a rotated box, a box or an outline of four corners")
}

// along returns corners in the direction of others, from the same first one.
func along(xy, others []float64) []float64 {
	if (turn(xy) < 0) == (turn(others) < 0) {
		return xy
	}
	return []float64{xy[0], xy[1], xy[6], xy[7], xy[4], xy[5], xy[2], xy[3]}
}

// turn is twice the area of four corners, below zero when they go against the
// clock on the screen.
func turn(v []float64) (twice float64) {
	for i := 0; i < corners; i += 2 {
		k := (i + 2) % corners
		twice += v[i]*v[k+1] - v[k]*v[i+1]
	}
	return twice
}

// newRow spells an object; difficult may be empty.
func newRow(xy []float64, class, difficult string, s linetext.Style) string {
	var out []string
	for _, v := range xy {
		out = append(out, s.Pixels(v))
	}
	out = append(out, class)
	if difficult != "" {
		out = append(out, difficult)
	}
	return strings.Join(out, " ")
}

// oneField refuses what would be several fields.
func oneField(what, name string) error {
	if f := strings.Fields(name); len(f) != 1 || f[0] != name {
		return fmt.Errorf("the %s %q has blanks or is empty, which DOTA rows have no place for", what, name)
	}
	return nil
}
