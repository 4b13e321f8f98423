package server

import (
	"math"

	"github.com/errata-cv/errata/dataset"
)

// Codes of the suggested column beside the class ids, as the page reads them
// (uint32), for suggestions that give no class.
const (
	suggestDelete int32 = -3
	suggestMove   int32 = -4
)

// suggestionCode is what the suggested column says of a finding.
func suggestionCode(s *dataset.Suggestion) int32 {
	if s == nil {
		return dataset.None
	}
	switch s.Action {
	case dataset.SetClass:
		return int32(s.Class)
	case dataset.DeleteObject:
		return suggestDelete
	case dataset.MoveObject:
		return suggestMove
	}
	return dataset.None
}

// suggestionName spells a suggestion that gives no class.
func suggestionName(code int32) string {
	if code == suggestDelete {
		return "delete"
	}
	return "move"
}

// Outline is where an object is, as corners in shares of the width and height
// of the picture.
type Outline struct {
	Parts [][]float64 `json:"parts" doc:"x and y in turn, from 0 to 1, of each closed part"`
}

// Object is one annotated object of a picture.
type Object struct {
	Annotation int     `json:"annotation"`
	Class      int     `json:"class"`
	Outline    Outline `json:"outline"`
}

// frame returns the size of the picture that the places in it refer to; zeros
// where it is not known.
func (s *Server) frame(image int) (width, height float64) {
	if im := &s.res.Dataset.Images[image]; im.Width > 0 && im.Height > 0 {
		return float64(im.Width), float64(im.Height)
	}
	c := s.res.Images[image]
	if c == nil {
		return 0, 0
	}
	if c.Orientation >= 5 {
		return float64(c.Height), float64(c.Width)
	}
	return float64(c.Width), float64(c.Height)
}

// outline spells a geometry for the page; nil when it cannot be drawn.
func (s *Server) outline(image int, g dataset.Geometry) *Outline {
	w, h := s.frame(image)
	if w == 0 || h == 0 || g == nil {
		return nil
	}
	var parts [][]float64
	switch g := g.(type) {
	case dataset.RotatedBox:
		parts = [][]float64{g.Corners()}
	case dataset.Polygon:
		parts = g.Parts
	case dataset.Mask:
		parts = g.Polygon().Parts
	default:
		b := g.Bounds()
		parts = [][]float64{{b.X, b.Y, b.X + b.W, b.Y, b.X + b.W, b.Y + b.H, b.X, b.Y + b.H}}
	}
	out := &Outline{Parts: [][]float64{}}
	for _, part := range parts {
		scaled := make([]float64, len(part))
		for i, v := range part {
			side := w
			if i%2 == 1 {
				side = h
			}
			if scaled[i] = v / side; math.IsNaN(scaled[i]) || math.IsInf(scaled[i], 0) {
				return nil
			}
		}
		out.Parts = append(out.Parts, scaled)
	}
	return out
}

// maxObjects bounds the objects of one picture that are drawn.
const maxObjects = 400

// objects lists the objects of a picture, that of the tile first.
func (s *Server) objects(it item) []Object {
	out := []Object{}
	add := func(a int) {
		an := &s.res.Dataset.Annotations[a]
		if o := s.outline(an.Image, an.Geometry); o != nil && len(out) < maxObjects {
			out = append(out, Object{a, an.Class, *o})
		}
	}
	if it.annotation != dataset.None {
		add(int(it.annotation))
	}
	for _, a := range s.res.Index.Annotations(int(it.image)) {
		if int32(a) != it.annotation {
			add(a)
		}
	}
	return out
}

// thumbBox returns the box around the object of a tile in shares of the side of
// its thumbnail, into which the picture is fitted; NaN where there is none.
func (s *Server) thumbBox(it item) [4]float32 {
	none := float32(math.NaN())
	out := [4]float32{none, none, none, none}
	if it.annotation == dataset.None || it.finding != dataset.None && s.res.Findings[it.finding].Annotation == dataset.None {
		return out
	}
	g := s.res.Dataset.Annotations[it.annotation].Geometry
	w, h := s.frame(int(it.image))
	if g == nil || w == 0 || h == 0 {
		return out
	}
	long := max(w, h)
	b := g.Bounds()
	for i, v := range [4]float64{((long-w)/2 + b.X) / long, ((long-h)/2 + b.Y) / long, b.W / long, b.H / long} {
		out[i] = float32(v)
	}
	return out
}
