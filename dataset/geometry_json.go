package dataset

import (
	"encoding/json"
	"errors"
	"fmt"
)

// GeometryValue is a [Geometry] that can be written to JSON and read back:
//
//	{"box": [x, y, width, height]}
//	{"rotated_box": [centre x, centre y, width, height, degrees]}
//	{"polygon": [[x, y, x, y, ...], ...]}
//	{"mask": {"size": [height, width], "counts": [...]}}
//
// with "bounds" beside a polygon or a mask for which the source states a box. An
// [Invalid] geometry becomes {"invalid": reason}, a nil one null.
type GeometryValue struct{ Geometry }

type geometryJSON struct {
	Box     *[4]float64 `json:"box,omitempty"`
	Rotated *[5]float64 `json:"rotated_box,omitempty"`
	Polygon [][]float64 `json:"polygon,omitempty"`
	Mask    *maskJSON   `json:"mask,omitempty"`
	Invalid string      `json:"invalid,omitempty"`
	Bounds  *[4]float64 `json:"bounds,omitempty"`
}

type maskJSON struct {
	Size   [2]int   `json:"size"`
	Counts []uint32 `json:"counts"`
}

// MarshalJSON writes the form described at [GeometryValue]. A coordinate that is
// no number is an error.
func (v GeometryValue) MarshalJSON() ([]byte, error) {
	var j geometryJSON
	switch g := v.Geometry.(type) {
	case nil:
		return []byte("null"), nil
	case Box:
		j.Box = &[4]float64{g.X, g.Y, g.W, g.H}
	case RotatedBox:
		j.Rotated = &[5]float64{g.X, g.Y, g.W, g.H, g.Angle}
	case Polygon:
		j.Polygon, j.Bounds = g.Parts, stated(g.Stated)
		if j.Polygon == nil {
			j.Invalid = "a polygon without corners"
		}
	case Mask:
		j.Mask, j.Bounds = &maskJSON{Size: [2]int{g.Height, g.Width}, Counts: g.Counts}, stated(g.Stated)
	case Invalid:
		j.Invalid, j.Bounds = g.Reason, stated(g.Stated)
	}
	return json.Marshal(j)
}

func stated(b Box) *[4]float64 {
	if b == (Box{}) {
		return nil
	}
	return &[4]float64{b.X, b.Y, b.W, b.H}
}

// UnmarshalJSON reads what MarshalJSON writes.
func (v *GeometryValue) UnmarshalJSON(b []byte) error {
	var j *geometryJSON
	if err := json.Unmarshal(b, &j); err != nil {
		return err
	}
	v.Geometry = nil
	if j == nil {
		return nil
	}
	var s Box
	if j.Bounds != nil {
		s = Box{j.Bounds[0], j.Bounds[1], j.Bounds[2], j.Bounds[3]}
	}
	switch {
	case j.Box != nil:
		v.Geometry = Box{j.Box[0], j.Box[1], j.Box[2], j.Box[3]}
	case j.Rotated != nil:
		v.Geometry = RotatedBox{j.Rotated[0], j.Rotated[1], j.Rotated[2], j.Rotated[3], j.Rotated[4]}
	case j.Polygon != nil:
		for _, part := range j.Polygon {
			if len(part)%2 != 0 {
				return errors.New("a part of a polygon has an x without a y")
			}
		}
		v.Geometry = Polygon{Parts: j.Polygon, Stated: s}
	case j.Mask != nil:
		total := 0
		for _, n := range j.Mask.Counts {
			total += int(n)
		}
		if w, h := j.Mask.Size[1], j.Mask.Size[0]; w < 0 || h < 0 || total != w*h {
			return fmt.Errorf("the run lengths of a mask add up to %d pixels, not to %d×%d", total, w, h)
		}
		v.Geometry = Mask{Width: j.Mask.Size[1], Height: j.Mask.Size[0], Counts: j.Mask.Counts, Stated: s}
	case j.Invalid != "":
		v.Geometry = Invalid{Reason: j.Invalid, Stated: s}
	default:
		return errors.New("expected a box, a rotated_box, a polygon or a mask")
	}
	return nil
}
