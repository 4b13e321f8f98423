package vott

import (
	"fmt"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/jsontext"
)

// A region is one shape with its tags.
type region struct {
	node     jsontext.Node
	id, kind string
	tags     []string
	geometry dataset.Geometry
}

const (
	rectangle = "RECTANGLE"
	polygon   = "POLYGON"
)

// A kind is what is not read: one such thing, and several.
type kind struct{ one, many string }

// readRegion returns the region, or the kind of what is not read.
func readRegion(n jsontext.Node) (r *region, skip kind) {
	if n.Kind() != jsontext.Object {
		return nil, kind{"region that is no object of JSON", "regions that are no objects of JSON"}
	}
	r = &region{node: n}
	if id := n.Get("id"); id.Kind() == jsontext.String || id.Kind() == jsontext.Number {
		r.id = id.String()
	}
	for _, t := range n.Get("tags").Elements() {
		r.tags = append(r.tags, t.String())
	}
	if len(r.tags) == 0 {
		return nil, kind{"region without tags", "regions without tags"}
	}
	r.kind, _ = n.Get("type").Text()
	stated, box := boundingBox(n.Get("boundingBox"))
	switch r.kind {
	case rectangle, "SQUARE":
		r.geometry = box
	case polygon:
		r.geometry = outline(n.Get("points"), stated)
	case "POINT":
		return nil, kind{"point", "points"}
	case "POLYLINE":
		return nil, kind{"line", "lines"}
	default:
		return nil, kind{fmt.Sprintf("region of the type %q", r.kind), fmt.Sprintf("regions of the type %q", r.kind)}
	}
	return r, kind{}
}

// sides are the members of a boundingBox.
var sides = [4]string{"left", "top", "width", "height"}

func boundingBox(n jsontext.Node) (stated dataset.Box, g dataset.Geometry) {
	var v [4]float64
	for i, key := range sides {
		f, ok := n.Get(key).Float()
		if !ok {
			return dataset.Box{}, dataset.Invalid{Reason: "the boundingBox has no number " + key}
		}
		v[i] = f
	}
	stated = dataset.Box{X: v[0], Y: v[1], W: v[2], H: v[3]}
	return stated, stated
}

func outline(points jsontext.Node, stated dataset.Box) dataset.Geometry {
	var part []float64
	for i, p := range points.Elements() {
		x, okX := p.Get("x").Float()
		y, okY := p.Get("y").Float()
		if !okX || !okY {
			return dataset.Invalid{Reason: fmt.Sprintf("point %d has no numbers x and y", i+1), Stated: stated}
		}
		part = append(part, x, y)
	}
	if part == nil {
		return dataset.Invalid{Reason: "the polygon has no points", Stated: stated}
	}
	return dataset.Polygon{Parts: [][]float64{part}, Stated: stated}
}
