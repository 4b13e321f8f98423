package mot

import (
	"math"
	"strconv"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/linetext"
)

// The fields of a row.
const (
	frameField = iota
	idField
	boxField
	confField       = boxField + 4
	classField      = confField + 1
	visibilityField = classField + 1
	maxFrame        = 1 << 31
)

// mot16 are the classes of MOT16 and later.
var mot16 = []string{
	"Pedestrian", "Person on vehicle", "Car", "Bicycle", "Motorbike", "Non motorized vehicle", "Static person",
	"Distractor", "Occluder", "Occluder on the ground", "Occluder full", "Reflection", "Crowd",
}

// A column is a field that is an attribute.
type column struct {
	name  string
	field int
}

var columns = []column{{"track_id", idField}, {"conf", confField}, {"visibility", visibilityField}}

// A row is one object in one frame.
type row struct {
	line   linetext.Line
	fields []linetext.Field
	frame  int
	box    [4]float64
	class  int
}

// parseRow reads a line that is not blank.
func parseRow(l linetext.Line) (r row, ok bool) {
	r = row{line: l, fields: l.FieldsBy(',')}
	if len(r.fields) <= confField {
		return r, false
	}
	frame, ok := whole(r.fields[frameField].Text)
	if !ok || frame < 0 || frame > maxFrame {
		return r, false
	}
	r.frame = frame
	for i := range r.box {
		v, err := strconv.ParseFloat(r.fields[boxField+i].Text, 64)
		if err != nil && !math.IsInf(v, 0) {
			return r, false
		}
		r.box[i] = linetext.Round(v)
	}
	r.class = 1
	if len(r.fields) > classField {
		if r.class, ok = whole(r.fields[classField].Text); !ok {
			return r, false
		}
	}
	return r, true
}

// whole reads a whole number, which may be spelled with decimals.
func whole(s string) (int, bool) {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || v != math.Trunc(v) || math.Abs(v) > maxFrame {
		return 0, false
	}
	return int(v), true
}

func (r *row) geometry() dataset.Box {
	return dataset.Box{X: r.box[0], Y: r.box[1], W: r.box[2], H: r.box[3]}
}

func (r *row) attributes() []dataset.Attribute {
	var out []dataset.Attribute
	for _, c := range columns {
		if c.field < len(r.fields) && !(c.field == idField && r.fields[idField].Text == "-1") {
			out = append(out, dataset.Attribute{Name: c.name, Value: r.fields[c.field].Text})
		}
	}
	return out
}
