package main

import (
	"fmt"
	"image"
	"image/color"
	"math"

	xdraw "golang.org/x/image/draw"

	"github.com/errata-cv/errata/check/object"
	"github.com/errata-cv/errata/dataset"
)

// seat is about where a sign is in its picture, in shares of its sides.
var seat = dataset.Box{X: .14, Y: .14, W: .72, H: .72}

// scene is a picture with marks on it.
type scene struct {
	*photo
	marks []dataset.Annotation
	// stated is the size that the source states, where it is another one.
	stated image.Point
}

// on places a box of shares in the picture of a photo.
func on(p *photo, b dataset.Box) dataset.Box {
	w, h := float64(p.m.Width), float64(p.m.Height)
	return dataset.Box{X: b.X * w, Y: b.Y * h, W: b.W * w, H: b.H * h}
}

func mark(class int, g dataset.Geometry) dataset.Annotation {
	return dataset.Annotation{Class: class, Geometry: g}
}

// checked returns what the object check finds in scenes among 24 sound ones.
func (a *album) checked(scenes []scene) ([]dataset.Finding, error) {
	ds := &dataset.Dataset{Classes: []string{"stop", "no-entry"}}
	var c object.Columns
	put := func(s scene) {
		im := dataset.Image{Path: s.name, Width: s.m.Width, Height: s.m.Height}
		if s.stated != (image.Point{}) {
			im.Width, im.Height = s.stated.X, s.stated.Y
		}
		for _, m := range s.marks {
			m.Image = len(ds.Images)
			ds.Annotations = append(ds.Annotations, m)
		}
		ds.Images = append(ds.Images, im)
		c.Width, c.Height, c.Orientation = append(c.Width, s.m.Width), append(c.Height, s.m.Height), append(c.Orientation, s.m.Orientation)
	}
	for _, s := range scenes {
		put(s)
	}
	for i := range 24 {
		p, err := a.good([]string{"stop", "no-entry"}[i%2], i/2)
		if err != nil {
			return nil, err
		}
		put(scene{photo: p, marks: []dataset.Annotation{mark(i%2, on(p, seat))}})
	}
	r := object.Check(ds, dataset.NewIndex(ds), c, object.Options{})
	for _, s := range r.Suppressed {
		return nil, fmt.Errorf("a rule was silent: %s", s.Message)
	}
	return r.Findings, nil
}

// rules returns the finding about each scene; nil where there is none.
func (a *album) rules(kind dataset.Kind, scenes []scene) ([]*dataset.Finding, error) {
	findings, err := a.checked(scenes)
	if err != nil {
		return nil, err
	}
	out := make([]*dataset.Finding, len(scenes))
	for _, f := range findings {
		if f.Kind != kind || f.Image >= len(scenes) || out[f.Image] != nil {
			return nil, fmt.Errorf("found was %+v", f)
		}
		out[f.Image] = &f
	}
	return out, nil
}

// around is how much paper a drawing shows around its picture, of the side.
const around = .12

// draw paints the picture of a scene with its marks, square, in the size of a
// tile; marks are scaled by zoom.
func (s scene) draw(zoom float64, cols ...color.RGBA) image.Image {
	out := card{RGBA: image.NewRGBA(image.Rect(0, 0, tile, tile))}
	out.fill(out.Rect, wash)
	inner := int(math.Round(tile * around))
	xdraw.CatmullRom.Scale(out, out.Rect.Inset(inner), s.img, s.img.Rect, xdraw.Src, nil)
	scale := float64(tile-2*inner) / float64(s.m.Width) * zoom
	scaleY := float64(tile-2*inner) / float64(s.m.Height) * zoom
	for i, m := range s.marks {
		var parts [][]float64
		switch g := m.Geometry.(type) {
		case dataset.Polygon:
			parts = g.Parts
		default:
			b := g.Bounds()
			parts = [][]float64{{b.X, b.Y, b.X + b.W, b.Y, b.X + b.W, b.Y + b.H, b.X, b.Y + b.H}}
		}
		for _, p := range parts {
			for k := 0; k < len(p); k += 2 {
				n := (k + 2) % len(p)
				out.stroke(float64(inner)+p[k]*scale, float64(inner)+p[k+1]*scaleY, float64(inner)+p[n]*scale, float64(inner)+p[n+1]*scaleY, cols[i%len(cols)])
			}
		}
	}
	return out
}

// stroke draws a line three pixels thick with a pale rim.
func (c *card) stroke(x0, y0, x1, y1 float64, col color.RGBA) {
	n := int(max(math.Abs(x1-x0), math.Abs(y1-y0))) + 1
	for _, pen := range []struct {
		r   int
		col color.RGBA
	}{{2, paper}, {1, col}} {
		for i := range n + 1 {
			t := float64(i) / float64(n)
			x, y := int(math.Round(x0+t*(x1-x0))), int(math.Round(y0+t*(y1-y0)))
			c.fill(image.Rect(x-pen.r, y-pen.r, x+pen.r+1, y+pen.r+1), pen.col)
		}
	}
}

// shown lays out scenes with the rule that found each and a line below.
func (a *album) shown(kind dataset.Kind, scenes []scene, hints []string, cols ...color.RGBA) (*card, error) {
	found, err := a.rules(kind, scenes)
	if err != nil {
		return nil, err
	}
	c := newCard(3)
	if len(scenes) == 3 {
		c.ofThree()
	}
	for i, s := range scenes {
		f := found[i]
		if f == nil {
			return nil, fmt.Errorf("scene %d is no %s", i, kind)
		}
		c.add(s.draw(1, cols...), chip(wrong, "%s", f.Evidence["rule"]), hint("%s", hints[i]), say("probability %.2f", f.Probability))
	}
	return c, nil
}

func artifact(a *album) (*card, error) {
	var photos []*photo
	for i := range 4 {
		p, err := a.good("stop", 12+i)
		if err != nil {
			return nil, err
		}
		photos = append(photos, p)
	}
	at := func(i int, x, y, w, h float64) dataset.Box { return on(photos[i], dataset.Box{X: x, Y: y, W: w, H: h}) }
	b := at(2, .05, .1, .83, .83)
	bow := dataset.Polygon{Parts: [][]float64{{b.X, b.Y, b.X + b.W, b.Y + b.H, b.X + b.W, b.Y, b.X, b.Y + b.H}}}
	return a.shown(dataset.Artifact, []scene{
		{photo: photos[0], marks: []dataset.Annotation{mark(0, at(0, .5, .5, 0, 0))}},
		{photo: photos[1], marks: []dataset.Annotation{mark(0, at(1, .27, .16, .83, .61))}},
		{photo: photos[2], marks: []dataset.Annotation{mark(0, bow)}},
		{photo: photos[3], marks: []dataset.Annotation{mark(0, at(3, .2, .9, .6, .004))}},
	}, []string{"0 × 0 pixels", "beyond the picture", "edges that cross", "4 thousandths high"}, wrong)
}

func duplicateObject(a *album) (*card, error) {
	var scenes []scene
	for i, boxes := range [][2]dataset.Box{
		{{X: .07, Y: .06, W: .82, H: .82}, {X: .07, Y: .06, W: .82, H: .82}},
		{{X: .28, Y: .08, W: .68, H: .86}, {X: .25, Y: .1, W: .7, H: .87}},
		{{X: .13, Y: .12, W: .74, H: .76}, {X: .13, Y: .12, W: .74, H: .76}},
	} {
		p, err := a.good("stop", 16+i)
		if err != nil {
			return nil, err
		}
		scenes = append(scenes, scene{photo: p, marks: []dataset.Annotation{mark(0, on(p, boxes[0])), mark(i/2, on(p, boxes[1]))}})
	}
	found, err := a.rules(dataset.DuplicateObject, scenes)
	if err != nil {
		return nil, err
	}
	hints := []string{"twice the same", "", "stop and no-entry"}
	if found[1] != nil {
		hints[1] = fmt.Sprintf("IoU %.2f", found[1].Evidence["iou"])
	}
	return a.shown(dataset.DuplicateObject, scenes, hints, accent, wrong)
}

func unlabelledImage(a *album) (*card, error) {
	var scenes []scene
	for i, b := range []dataset.Box{{X: .1, W: .88, H: .85}, {X: .25, Y: .04, W: .6, H: .66}, {}, {X: .16, Y: .16, W: .51, H: .62}} {
		p, err := a.good("no-entry", 12+i)
		if err != nil {
			return nil, err
		}
		s := scene{photo: p}
		if i != 2 {
			s.marks = append(s.marks, mark(1, on(p, b)))
		}
		scenes = append(scenes, s)
	}
	found, err := a.rules(dataset.UnlabelledImage, scenes)
	if err != nil {
		return nil, err
	}
	c := newCard(2)
	for i, s := range scenes {
		if (found[i] != nil) != (i == 2) {
			return nil, fmt.Errorf("scene %d does not show what it should", i)
		}
		m, h := chip(right, "no-entry"), "1 box"
		if found[i] != nil {
			m, h = chip(wrong, "unlabelled"), "no box"
		}
		c.add(s.draw(1, accent), m, hint("%s", h))
	}
	return c, nil
}

func sizeMismatch(a *album) (*card, error) {
	p, err := a.good("stop", 8)
	if err != nil {
		return nil, err
	}
	w, h := p.m.Width, p.m.Height
	box := on(p, dataset.Box{X: .24, Y: .15, W: 1.14, H: .98})
	s := scene{photo: p, marks: []dataset.Annotation{mark(0, box)}, stated: image.Pt(w*3/2, h*3/2)}
	found, err := a.rules(dataset.SizeMismatch, []scene{s})
	if err != nil {
		return nil, err
	}
	if found[0] == nil {
		return nil, fmt.Errorf("the size is not found to be wrong")
	}
	c := newCard(2)
	c.x = (width - 2*tile - gap) / 2
	c.add(s.draw(1, wrong), chip(wrong, "picture"), hint("%d × %d pixels", w, h))
	c.add(s.draw(2./3, accent), chip(accent, "stated"), hint("%d × %d pixels", s.stated.X, s.stated.Y))
	return c, nil
}

// records draws lines of a file, those that are bad in red.
func records(p *photo, file string, lines []string, bad func(i int) bool) *card {
	c := newCard(1)
	c.cover(p.img, hint("00019.jpg"))
	c.table(c.x+8, 496, file, len(lines), func(i, x, y int) {
		if bad(i) {
			c.fill(rect(x-8, y-2, 496, 22), blush)
			c.text(pt(x, y), lines[i], wrong, true)
			return
		}
		c.text(pt(x, y), lines[i], ink, false)
	})
	return c
}

func duplicateID(a *album) (*card, error) {
	p, err := a.good("keep-left", 3)
	if err != nil {
		return nil, err
	}
	return records(p, `instances.json, "annotations"`, []string{
		`{"id": 71, "image_id": 18, "bbox": [ 31, 20, 96, 97]}`,
		`{"id": 72, "image_id": 19, "bbox": [ 22, 24, 90, 92]}`,
		`{"id": 73, "image_id": 20, "bbox": [ 14, 19, 88, 86]}`,
		`{"id": 72, "image_id": 21, "bbox": [ 40, 33, 75, 75]}`,
		`{"id": 74, "image_id": 22, "bbox": [ 18, 12, 99, 98]}`,
	}, func(i int) bool { return i == 3 }), nil
}

func orphanAnnotation(a *album) (*card, error) {
	p, err := a.good("give-way", 4)
	if err != nil {
		return nil, err
	}
	return records(p, "instances.json", []string{
		`"images":      {"id": 18, "file_name": "00018.jpg"}`,
		`               {"id": 19, "file_name": "00019.jpg"}`,
		`"annotations": {"id": 71, "image_id": 18, ... }`,
		`               {"id": 72, "image_id": 19, ... }`,
		`               {"id": 73, "image_id": 91, ... }`,
	}, func(i int) bool { return i == 4 }), nil
}
