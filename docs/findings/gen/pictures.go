package main

import (
	"fmt"
	"image"
	"image/draw"
	"math"

	xdraw "golang.org/x/image/draw"

	"github.com/errata-cv/errata/check/quality"
	"github.com/errata-cv/errata/dataset"
)

// strip draws a good picture and three that the check finds to be of a kind,
// each with a figure below.
func (a *album) strip(kind dataset.Kind, photos []*photo, figure func(p *photo) string) (*card, error) {
	if err := a.prove(kind, photos...); err != nil {
		return nil, err
	}
	c := newCard(2)
	for i, p := range photos {
		mark := chip(right, "good")
		if i > 0 {
			mark = chip(wrong, "%s", kind)
		}
		c.cover(p.img, mark, hint("%s", figure(p)))
	}
	return c, nil
}

// plantedStrip takes the spoilt pictures from what was planted.
func (a *album) plantedStrip(kind dataset.Kind, good string, nth int, spoilt []string, figure func(p *photo) string) (*card, error) {
	p, err := a.good(good, nth)
	if err != nil {
		return nil, err
	}
	photos := []*photo{p}
	for _, class := range spoilt {
		// A little blur or darkness is planted too that the check lets pass.
		for n := 0; ; n++ {
			p, _, err := a.planted(kind, class, n)
			if err != nil {
				return nil, err
			}
			if a.prove(kind, photos[0], p) == nil {
				photos = append(photos, p)
				break
			}
		}
	}
	return a.strip(kind, photos, figure)
}

func dark(a *album) (*card, error) {
	return a.plantedStrip(dataset.Dark, "speed-limit-20", 0, []string{"speed-limit-20", "speed-limit-60", "pedestrian-crossing"},
		func(p *photo) string { return fmt.Sprintf("p99 = %.2f", p.m.Quality.BrightnessP99) })
}

func blurry(a *album) (*card, error) {
	return a.plantedStrip(dataset.Blurry, "no-entry", 10, []string{"no-entry", "speed-limit-20", "roundabout"},
		func(p *photo) string { return fmt.Sprintf("score = %.2f", p.m.Quality.Blurry) })
}

func bright(a *album) (*card, error) {
	return a.changed(dataset.Bright, []pick{{"stop", 6}, {"stop", 6}, {"keep-left", 4}, {"children", 3}},
		func(i int) func(float64) float64 {
			floor := []float64{0, .955, .965, .975}[i]
			return func(v float64) float64 { return floor + (1-floor)*1.6*v }
		}, func(p *photo) string { return fmt.Sprintf("p5 = %.3f", p.m.Quality.BrightnessP5) })
}

func lowInformation(a *album) (*card, error) {
	return a.changed(dataset.LowInformation, []pick{{"speed-limit-80", 2}, {"speed-limit-80", 2}, {"roundabout", 1}, {"stop", 3}},
		func(i int) func(float64) float64 {
			// Fog, a lens cap and a blank wall: one or two tones.
			floor, step := []float64{0, .70, .02, .83}[i], []float64{0, .05, .01, 0}[i]
			return func(v float64) float64 {
				if v > .5 {
					return floor + step
				}
				return floor
			}
		}, func(p *photo) string { return fmt.Sprintf("%.1f bits", p.m.Quality.Entropy) })
}

// pick is the n-th good picture of a class.
type pick struct {
	class string
	n     int
}

// changed draws good pictures, all but the first with changed tones.
func (a *album) changed(kind dataset.Kind, picks []pick, tone func(i int) func(float64) float64, figure func(p *photo) string) (*card, error) {
	var photos []*photo
	for i, k := range picks {
		p, err := a.good(k.class, k.n)
		if err != nil {
			return nil, err
		}
		if i > 0 {
			if p, err = toned(p, tone(i)); err != nil {
				return nil, err
			}
		}
		photos = append(photos, p)
	}
	return a.strip(kind, photos, figure)
}

func grayscale(a *album) (*card, error) {
	var photos []*photo
	for i, k := range []pick{{"give-way", 5}, {"road-works", 6}, {"keep-left", 1}, {"stop", 2}} {
		p, err := a.good(k.class, k.n)
		if err != nil {
			return nil, err
		}
		if i == 2 {
			grey := image.NewGray(p.img.Rect)
			draw.Draw(grey, grey.Rect, p.img, image.Point{}, draw.Src)
			b, err := jpegOf(grey, 90)
			if err != nil {
				return nil, err
			}
			if p, err = develop(p.name, b); err != nil {
				return nil, err
			}
		}
		photos = append(photos, p)
	}
	found, err := a.found(dataset.Grayscale, photos...)
	if err != nil {
		return nil, err
	}
	c := newCard(2)
	for i, p := range photos {
		if (found[i] != nil) != (i == 2) {
			return nil, fmt.Errorf("picture %d does not show what it should", i)
		}
		mark := chip(right, "colour")
		if found[i] != nil {
			mark = chip(wrong, "grayscale")
		}
		c.cover(p.img, mark, hint("mode %s", p.m.Mode))
	}
	return c, nil
}

func oddAspect(a *album) (*card, error) {
	p, err := a.good("no-entry", 7)
	if err != nil {
		return nil, err
	}
	w, h := p.img.Rect.Dx(), p.img.Rect.Dy()
	photos := []*photo{p}
	for _, r := range []image.Rectangle{rect(0, h*38/100, w, h/5), rect(w*30/100, 0, w/4, h), rect(0, h*30/100, w, h*33/100)} {
		cut := image.NewRGBA(image.Rect(0, 0, r.Dx(), r.Dy()))
		draw.Draw(cut, cut.Rect, p.img, r.Min, draw.Src)
		b, err := jpegOf(cut, 90)
		if err != nil {
			return nil, err
		}
		strip, err := develop(p.name, b)
		if err != nil {
			return nil, err
		}
		photos = append(photos, strip)
	}
	if err := a.prove(dataset.OddAspect, photos...); err != nil {
		return nil, err
	}
	c := newCard(2)
	for i, p := range photos {
		mark := chip(right, "good")
		if i > 0 {
			mark = chip(wrong, "odd-aspect")
		}
		c.add(p.img, mark, hint("%d × %d: %.2f", p.m.Width, p.m.Height, p.m.Quality.OddAspect))
	}
	return c, nil
}

func oddSize(a *album) (*card, error) {
	const scale = .5 // of the drawing
	var photos []*photo
	for i, class := range []string{"stop", "keep-left", "speed-limit-50", "children", "priority-road", "no-entry", "roundabout", "give-way"} {
		p, err := a.good(class, i)
		if err != nil {
			return nil, err
		}
		photos = append(photos, p)
	}
	for _, side := range []int{14, 384} { // the odd ones
		p, err := a.good("speed-limit-70", 7)
		if err != nil {
			return nil, err
		}
		img := image.NewRGBA(image.Rect(0, 0, side, side))
		xdraw.CatmullRom.Scale(img, img.Rect, p.img, p.img.Rect, draw.Src, nil)
		b, err := pngOf(img)
		if err != nil {
			return nil, err
		}
		odd, err := develop(fmt.Sprintf("%d pixels", side), b)
		if err != nil {
			return nil, err
		}
		photos = append(photos, odd)
	}
	var rows []quality.Row
	for _, p := range photos {
		rows = append(rows, p.row())
	}
	odd := map[int]*dataset.Finding{}
	for _, f := range quality.Check(rows, quality.Options{}).Findings {
		if f.Kind == dataset.OddSize {
			odd[f.Image] = &f
		}
	}
	n := len(photos)
	if len(odd) != 2 || odd[n-1] == nil || odd[n-2] == nil {
		return nil, fmt.Errorf("found to be odd: %v", odd)
	}
	c := blankCard(2*edge + 192 + 8 + 2*lineH)
	base := edge + 192
	marks := base + 8
	x := edge
	place := func(p *photo) (left int) {
		w, h := int(math.Round(float64(p.m.Width)*scale)), int(math.Round(float64(p.m.Height)*scale))
		xdraw.CatmullRom.Scale(c, rect(x, base-h, w, h), p.img, p.img.Rect, draw.Over, nil)
		left, x = x, x+w+10
		return left
	}
	place(photos[0])
	for _, p := range photos[1:5] {
		place(p)
	}
	low, high := odd[n-1].Evidence["usual_low"].(float64), odd[n-1].Evidence["usual_high"].(float64)
	c.line(pt(edge, marks), chip(right, "usual"))
	c.line(pt(edge, marks+lineH), hint("%.0f to %.0f pixels a side", low, high))
	x = width - edge - 192 - 130
	left := place(photos[n-2])
	c.line(pt(left, marks), chip(wrong, "odd-size"))
	c.line(pt(left, marks+lineH), hint("14 × 14"))
	x = width - edge - 192
	left = place(photos[n-1])
	c.line(pt(left, marks), chip(wrong, "odd-size"))
	c.line(pt(left, marks+lineH), hint("384 × 384"))
	return c, nil
}
