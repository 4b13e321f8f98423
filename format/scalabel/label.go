package scalabel

import (
	"fmt"
	"strings"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/jsonfiles"
	"github.com/errata-cv/errata/format/jsontext"
)

// A label is one object of a frame and the members that say where it is.
type label struct {
	node     jsontext.Node
	category string
	// box, poly and rle are what is there and not null.
	box, poly, rle jsontext.Node
	// first tells that poly is spelled as in the first release.
	first bool
	// closed and open count the parts of poly; curved tells that some are curves.
	closed, open int
	curved       bool
	geometry     dataset.Geometry
	// beside are kinds of shapes that are there as well and stay as they are.
	beside []kind
}

// A kind is what is not read: one such thing, and several.
type kind struct{ one, many string }

var (
	polylines = kind{"line", "lines"}
	cuboids   = kind{"cuboid", "cuboids"}
	graphs    = kind{"graph of keypoints", "graphs of keypoints"}
	nameless  = kind{"label without a category", "labels without a category"}
	noObjects = kind{"label that is no object of JSON", "labels that are no objects of JSON"}
	groups    = kind{"group of frames", "groups of frames"}
)

// readLabel returns the label, or the kind of what is not read.
func readLabel(n jsontext.Node) (l *label, skip kind) {
	if n.Kind() != jsontext.Object {
		return nil, noObjects
	}
	l = &label{node: n, box: present(n, "box2d"), poly: present(n, "poly2d"), rle: present(n, "rle")}
	category := n.Get("category")
	if k := category.Kind(); k != jsontext.String && k != jsontext.Number || category.String() == "" {
		return nil, nameless
	}
	l.category = category.String()
	if l.poly.Kind() == jsontext.Array && l.poly.Len() == 0 {
		l.poly = jsontext.Node{}
	}
	var outline dataset.Geometry
	if l.poly.Kind() != jsontext.Invalid {
		outline = l.outline()
	}
	if present(n, "box3d").Kind() != jsontext.Invalid {
		l.beside = append(l.beside, cuboids)
	}
	if present(n, "graph").Kind() != jsontext.Invalid {
		l.beside = append(l.beside, graphs)
	}
	var stated dataset.Box
	var box dataset.Geometry
	if l.box.Kind() != jsontext.Invalid {
		box = readBox(l.box)
		stated, _ = box.(dataset.Box)
	}
	switch {
	case outline != nil:
		l.geometry = withBox(outline, stated)
	case l.rle.Kind() != jsontext.Invalid:
		l.geometry = withBox(readRLE(l.rle), stated)
	case box != nil:
		l.geometry = box
	case l.open > 0:
		return nil, polylines
	case len(l.beside) > 0:
		return nil, l.beside[0]
	default:
		l.geometry = dataset.Invalid{Reason: "the label has no box2d, poly2d or rle"}
	}
	if l.open > 0 {
		l.beside = append(l.beside, polylines)
	}
	return l, kind{}
}

func present(n jsontext.Node, key string) jsontext.Node {
	if v := n.Get(key); v.Kind() != jsontext.Null {
		return v
	}
	return jsontext.Node{}
}

func withBox(g dataset.Geometry, stated dataset.Box) dataset.Geometry {
	switch g := g.(type) {
	case dataset.Polygon:
		g.Stated = stated
		return g
	case dataset.Mask:
		g.Stated = stated
		return g
	case dataset.Invalid:
		g.Stated = stated
		return g
	}
	return g
}

// corners are the members of a box2d.
var corners = [4]string{"x1", "y1", "x2", "y2"}

func readBox(n jsontext.Node) dataset.Geometry {
	var v [4]float64
	for i, key := range corners {
		f, ok := n.Get(key).Float()
		if !ok {
			return dataset.Invalid{Reason: "the box2d has no number " + key}
		}
		v[i] = f
	}
	return dataset.Box{X: v[0], Y: v[1], W: jsonfiles.Round(v[2] - v[0]), H: jsonfiles.Round(v[3] - v[1])}
}

// outline reads poly2d and counts its parts; it is nil when none is closed.
func (l *label) outline() dataset.Geometry {
	if l.poly.Kind() != jsontext.Array {
		return dataset.Invalid{Reason: "the poly2d is " + l.poly.Kind().String() + ", and a list is expected"}
	}
	if l.poly.At(0).Kind() == jsontext.Array {
		l.first = true
		if strings.HasPrefix(l.category, "lane") {
			l.open++
			return nil
		}
		l.closed++
		points, types, reason := readPoints(l.poly)
		if reason != "" {
			return dataset.Invalid{Reason: reason}
		}
		return dataset.Polygon{Parts: [][]float64{l.part(points, types)}}
	}
	var g dataset.Polygon
	var invalid dataset.Geometry
	for i, part := range l.poly.Elements() {
		if closed, ok := part.Get("closed").Bool(); ok && !closed {
			l.open++
			continue
		}
		l.closed++
		points, _, reason := readPoints(part.Get("vertices"))
		if reason != "" {
			invalid = dataset.Invalid{Reason: fmt.Sprintf("part %d of the poly2d: %s", i+1, reason)}
			continue
		}
		types, _ := part.Get("types").Text()
		g.Parts = append(g.Parts, l.part(points, types))
	}
	switch {
	case invalid != nil:
		return invalid
	case l.closed == 0:
		return nil
	}
	return g
}

func (l *label) part(points [][2]float64, types string) []float64 {
	if strings.Contains(types, "C") {
		l.curved = true
		return flatten(points, types)
	}
	out := make([]float64, 0, 2*len(points))
	for _, p := range points {
		out = append(out, p[0], p[1])
	}
	return out
}

// readPoints reads [[x, y], …], or [[x, y, "L"], …] with the types.
func readPoints(n jsontext.Node) (points [][2]float64, types, reason string) {
	if n.Kind() != jsontext.Array {
		return nil, "", "it has no list of vertices"
	}
	var letters []byte
	for i, v := range n.Elements() {
		x, okX := v.At(0).Float()
		y, okY := v.At(1).Float()
		if !okX || !okY {
			return nil, "", fmt.Sprintf("vertex %d is not two numbers", i+1)
		}
		points = append(points, [2]float64{x, y})
		if s, ok := v.At(2).Text(); ok && s == "C" {
			letters = append(letters, 'C')
		} else {
			letters = append(letters, 'L')
		}
	}
	if len(points) == 0 {
		return nil, "", "it has no vertices"
	}
	return points, string(letters), ""
}

func readRLE(n jsontext.Node) dataset.Geometry {
	h, okH := n.Get("size").At(0).Int()
	w, okW := n.Get("size").At(1).Int()
	if !okH || !okW || w <= 0 || h <= 0 || w > maxSide || h > maxSide || w*h > dataset.MaxMaskPixels {
		return dataset.Invalid{Reason: "the size of the rle is not [height, width] of a picture"}
	}
	counts := n.Get("counts")
	if s, ok := counts.Text(); ok {
		m, err := dataset.DecodeRLE(s, int(w), int(h))
		if err != nil {
			return dataset.Invalid{Reason: err.Error()}
		}
		return m
	}
	if counts.Kind() != jsontext.Array {
		return dataset.Invalid{Reason: "the rle has no counts"}
	}
	m := dataset.Mask{Width: int(w), Height: int(h)}
	for i, c := range counts.Elements() {
		v, ok := c.Int()
		if !ok || v < 0 || v > w*h {
			return dataset.Invalid{Reason: fmt.Sprintf("number %d of the run lengths is %s", i+1, c)}
		}
		m.Counts = append(m.Counts, uint32(v))
	}
	if err := m.Check(); err != nil {
		return dataset.Invalid{Reason: err.Error()}
	}
	return m
}

// annotation reads all but the geometry, image and class.
func (l *label) annotation() dataset.Annotation {
	a := dataset.Annotation{Geometry: l.geometry}
	if id := l.node.Get("id"); id.Kind() == jsontext.String || id.Kind() == jsontext.Number {
		a.ID = id.String()
	}
	if score, ok := l.node.Get("score").Float(); ok && score == score {
		a.Score = score
	}
	for name, v := range l.node.Get("attributes").Members() {
		if crowd, ok := truth(v); ok && name == "crowd" {
			a.Crowd = crowd
		} else if v.Kind() != jsontext.Null {
			a.Attributes = append(a.Attributes, dataset.Attribute{Name: name, Value: v.String()})
		}
	}
	return a
}

// truth reads true or false, or 1 or 0.
func truth(n jsontext.Node) (value, ok bool) {
	if v, ok := n.Bool(); ok {
		return v, true
	}
	if v, ok := n.Int(); ok && (v == 0 || v == 1) {
		return v == 1, true
	}
	return false, false
}
