package widerface

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/linetext"
)

// Face is the class of rows that name none.
const Face = "face"

// attributes are the names of the fields behind the box.
var attributes = []string{"blur", "expression", "illumination", "invalid", "occluded", "pose"}

const (
	boxFields  = 4
	classField = 10
)

// A record is what a file says of one picture.
type record struct {
	name, count linetext.Line
	rows        []row
	// empty is the line of zeros of a picture without faces, if there is one.
	empty *linetext.Line
}

// A row is one face.
type row struct {
	line   linetext.Line
	fields []linetext.Field
	box    [4]float64
}

// A problem is a line that does not fit.
type problem struct {
	line    linetext.Line
	picture string
	message string
}

// parse reads a file. Lines that do not fit are passed over up to the next name of a
// picture.
func parse(f *linetext.File) (records []record, problems []problem) {
	lines := f.Lines
	i := 0
	next := func() (l linetext.Line, ok bool) {
		for i < len(lines) && lines[i].Blank() {
			i++
		}
		if i == len(lines) {
			return l, false
		}
		return lines[i], true
	}
	for {
		name, ok := next()
		if !ok {
			return records, problems
		}
		i++
		if _, is := parseRow(name); is || isCount(name) {
			problems = append(problems, problem{name, "", "expected the name of a picture"})
			continue
		}
		r := record{name: name}
		count, ok := next()
		if !ok || !isCount(count) {
			problems = append(problems, problem{name, r.picture(), "expected the number of faces below the name"})
			continue
		}
		i++
		r.count = count
		n, _ := strconv.Atoi(count.Trimmed().Text)
		for {
			l, ok := next()
			if !ok {
				break
			}
			row, is := parseRow(l)
			if !is || len(r.rows) == n && (n > 0 || r.empty != nil || !row.isZero()) {
				break
			}
			i++
			if n == 0 {
				r.empty = &l
				continue
			}
			r.rows = append(r.rows, row)
		}
		if len(r.rows) < n {
			problems = append(problems, problem{count, r.picture(), fmt.Sprintf("it announces %d faces, and %d follow", n, len(r.rows))})
		}
		records = append(records, r)
	}
}

func (r *record) picture() string { return r.name.Trimmed().Text }

func isCount(l linetext.Line) bool {
	n, err := strconv.Atoi(l.Trimmed().Text)
	return err == nil && n >= 0
}

// parseRow reads a line that is not blank.
func parseRow(l linetext.Line) (r row, ok bool) {
	r = row{line: l, fields: l.Fields()}
	if len(r.fields) < len(r.box) {
		return r, false
	}
	for i := range r.box {
		v, err := strconv.ParseFloat(r.fields[i].Text, 64)
		if err != nil && !math.IsInf(v, 0) {
			return r, false
		}
		r.box[i] = linetext.Round(v)
	}
	return r, true
}

func (r *row) isZero() bool { return r.box == [4]float64{} }

func (r *row) class() string {
	if len(r.fields) > classField {
		return r.fields[classField].Text
	}
	return Face
}

func (r *row) geometry() dataset.Box {
	return dataset.Box{X: r.box[0], Y: r.box[1], W: r.box[2], H: r.box[3]}
}

func (r *row) attributes() []dataset.Attribute {
	var out []dataset.Attribute
	for i, name := range attributes {
		if k := boxFields + i; k < len(r.fields) && k < classField {
			out = append(out, dataset.Attribute{Name: name, Value: r.fields[k].Text})
		}
	}
	return out
}

// newRow spells a face of that class with as many fields as others.
func newRow(b dataset.Box, class string, s linetext.Style, fields int) string {
	var out []string
	for _, v := range [4]float64{b.X, b.Y, b.W, b.H} {
		out = append(out, s.Pixels(v))
	}
	for len(out) < classField {
		out = append(out, "0")
	}
	if class != Face {
		return strings.Join(append(out, class), " ")
	}
	return strings.Join(out[:max(boxFields, min(fields, classField))], " ")
}
