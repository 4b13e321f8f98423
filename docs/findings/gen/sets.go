package main

import (
	"fmt"
	"image"
	"slices"

	xdraw "golang.org/x/image/draw"

	"github.com/errata-cv/errata/check/class"
	"github.com/errata-cv/errata/check/multilabel"
	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/matrix"
)

// signs are the classes of pictures with several labels.
var signs = []string{"stop", "keep-right", "roundabout", "no-entry"}

// doubtful are the first four pictures: what they show, and the labels that are
// not so.
var doubtful = []struct {
	shows   [2]int
	missing int // or dataset.None
	extra   int // or dataset.None
}{{[2]int{0, 1}, 1, dataset.None}, {[2]int{2, 1}, 2, dataset.None}, {[2]int{0, 3}, dataset.None, 2}, {[2]int{1, 2}, dataset.None, 0}}

// several gives 60 pictures of two signs their labels, some of them wrong on
// purpose, and judges them.
func several() (*dataset.Dataset, []dataset.Finding, error) {
	ds := &dataset.Dataset{Classes: signs}
	p := matrix.New(60, len(signs))
	for i := range p.Rows {
		first := i % len(signs)
		shows, missing, extra := [2]int{first, (first + 1 + i%3) % len(signs)}, dataset.None, dataset.None
		if i < len(doubtful) {
			shows, missing, extra = doubtful[i].shows, doubtful[i].missing, doubtful[i].extra
		}
		doubt := float32(3+i*7%11) / 100
		if i < len(doubtful) {
			doubt = float32(2+i) / 100
		}
		ds.Images = append(ds.Images, dataset.Image{Path: fmt.Sprintf("%05d.jpg", i)})
		for c := range signs {
			there := slices.Contains(shows[:], c)
			p.Row(i)[c] = doubt
			if there {
				p.Row(i)[c] = 1 - doubt
			}
			if there && c != missing || c == extra {
				ds.Annotations = append(ds.Annotations, dataset.Annotation{Image: i, Class: c})
			}
		}
	}
	ix := dataset.NewIndex(ds)
	labels, err := multilabel.OfDataset(ds, ix, nil)
	if err != nil {
		return nil, nil, err
	}
	l, err := multilabel.Learn(labels, class.Of(p))
	if err != nil {
		return nil, nil, err
	}
	findings, err := l.Findings(ds, ix, multilabel.FindingOptions{})
	return ds, findings, err
}

func missingClass(a *album) (*card, error) {
	return a.sets(dataset.MissingClass, func(f dataset.Finding) line {
		return suggest(right, "add %s, %.2f", signs[f.Suggestion.Class], f.Probability)
	})
}

func extraClass(a *album) (*card, error) {
	return a.sets(dataset.ExtraClass, func(f dataset.Finding) line {
		return suggest(right, "take it away, %.2f", f.Probability)
	})
}

// sets shows the two pictures with a finding of the kind, their labels and what
// is suggested.
func (a *album) sets(kind dataset.Kind, says func(dataset.Finding) line) (*card, error) {
	ds, findings, err := several()
	if err != nil {
		return nil, err
	}
	if len(findings) != len(doubtful) {
		return nil, fmt.Errorf("%d labels were found to be wrong, not %d", len(findings), len(doubtful))
	}
	slices.SortFunc(findings, func(x, y dataset.Finding) int { return x.Image - y.Image })
	c := newCard(5)
	c.x = (width - 3*tile - gap) / 2
	for _, f := range findings {
		if f.Kind != kind {
			continue
		}
		img := image.NewRGBA(image.Rect(0, 0, 2*tile, tile))
		for at, sign := range doubtful[f.Image].shows {
			p, err := a.good(signs[sign], f.Image)
			if err != nil {
				return nil, err
			}
			xdraw.CatmullRom.Scale(img, image.Rect(at*tile, 0, (at+1)*tile, tile), p.img, p.img.Rect, xdraw.Src, nil)
		}
		caption := []line{hint("labels")}
		for _, n := range ds.Annotations {
			if n.Image == f.Image {
				col := accent
				if kind == dataset.ExtraClass && n.Class == f.Class {
					col = wrong
				}
				caption = append(caption, chip(col, "%s", signs[n.Class]))
			}
		}
		c.add(img, append(caption, says(f))...)
		c.x += tile
	}
	return c, nil
}
