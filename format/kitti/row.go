package kitti

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/linetext"
)

// DontCare is the class of regions with objects that nobody marked.
const DontCare = "DontCare"

// A column is a field that is an attribute.
type column struct {
	name    string
	field   int
	unknown string
}

// The fields of a row.
const (
	boxField   = 4
	boxEnd     = 8
	fullFields = 15
	scoreField = 15
)

var columns = []column{
	{"truncated", 1, "-1"}, {"occluded", 2, "-1"}, {"alpha", 3, "-10"},
	{"height", 8, "-1"}, {"width", 9, "-1"}, {"length", 10, "-1"},
	{"x", 11, "-1000"}, {"y", 12, "-1000"}, {"z", 13, "-1000"}, {"rotation_y", 14, "-10"},
}

// isUnknown reports whether a field has the value that stands for none.
func (c column) isUnknown(text string) bool {
	v, err := strconv.ParseFloat(text, 64)
	u, _ := strconv.ParseFloat(c.unknown, 64)
	return err == nil && v == u
}

// A row is one object.
type row struct {
	line   linetext.Line
	fields []linetext.Field
	box    [4]float64 // left, top, right, bottom
	score  float64
	// scored tells that it has a score.
	scored bool
	// reason says why the box means nothing.
	reason string
}

// parseRows reads a label file.
func parseRows(f *linetext.File) []row {
	var out []row
	for _, l := range f.Lines {
		if !l.Blank() {
			out = append(out, parseRow(l))
		}
	}
	return out
}

func parseRow(l linetext.Line) row {
	r := row{line: l, fields: l.Fields()}
	n := len(r.fields)
	if n < boxEnd {
		r.reason = fmt.Sprintf("its row has %d fields; expected class, truncated, occluded, alpha, left, top, right, bottom", n)
		return r
	}
	for i := range r.box {
		v, err := strconv.ParseFloat(r.fields[boxField+i].Text, 64)
		if err != nil && !math.IsInf(v, 0) {
			r.reason = fmt.Sprintf("its row has %q where a side of the box is expected", r.fields[boxField+i].Text)
			return r
		}
		r.box[i] = v
	}
	if n > scoreField {
		v, err := strconv.ParseFloat(r.fields[scoreField].Text, 64)
		r.score, r.scored = v, err == nil
	}
	return r
}

func (r *row) class() string { return r.fields[0].Text }

func (r *row) geometry() dataset.Geometry {
	if r.reason != "" {
		return dataset.Invalid{Reason: r.reason}
	}
	return dataset.Box{
		X: linetext.Round(r.box[0]), Y: linetext.Round(r.box[1]),
		W: linetext.Round(r.box[2] - r.box[0]), H: linetext.Round(r.box[3] - r.box[1]),
	}
}

func (r *row) attributes() []dataset.Attribute {
	var out []dataset.Attribute
	for _, c := range columns {
		if c.field < len(r.fields) && !c.isUnknown(r.fields[c.field].Text) {
			out = append(out, dataset.Attribute{Name: c.name, Value: r.fields[c.field].Text})
		}
	}
	return out
}

// columnOf returns the column of an attribute.
func columnOf(name string) (c column, ok bool) {
	for _, c := range columns {
		if c.name == name {
			return c, true
		}
	}
	return column{}, false
}

// sides returns left, top, right and bottom.
func sides(b dataset.Box) [4]float64 { return [4]float64{b.X, b.Y, b.X + b.W, b.Y + b.H} }

// newRow spells an object whose attributes may be unknown.
func newRow(class string, b dataset.Box, attributes []dataset.Attribute, s linetext.Style, fields int) string {
	out := make([]string, fullFields)
	out[0] = class
	for _, c := range columns {
		out[c.field] = c.unknown
	}
	for _, a := range attributes {
		if c, ok := columnOf(a.Name); ok && isNumber(a.Value) {
			out[c.field] = a.Value
		}
	}
	for i, v := range sides(b) {
		out[boxField+i] = s.Pixels(v)
	}
	return strings.Join(out[:max(boxEnd, min(fields, fullFields))], " ")
}

// isNumber reports whether a value can be a field.
func isNumber(s string) bool {
	_, err := strconv.ParseFloat(s, 64)
	return err == nil
}
