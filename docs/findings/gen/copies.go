package main

import (
	"fmt"
	"image"
	"image/draw"
	"path"
	"strings"

	xdraw "golang.org/x/image/draw"

	"github.com/errata-cv/errata/dataset"
)

// only returns the one finding of a kind about a picture.
func only(findings []dataset.Finding, kind dataset.Kind, image int) (*dataset.Finding, error) {
	for i := range findings {
		if findings[i].Kind == kind && findings[i].Image == image {
			return &findings[i], nil
		}
	}
	return nil, fmt.Errorf("picture %d is no %s; found were %+v", image, kind, findings)
}

func splitLeak(a *album) (*card, error) {
	c := newCard(3)
	for n, class := range []string{"roundabout", "stop"} {
		leak, e, err := a.planted(dataset.SplitLeak, class, 0)
		if err != nil {
			return nil, err
		}
		original, err := a.photo(e.Of)
		if err != nil {
			return nil, err
		}
		findings, err := copies([]*photo{original, leak}, nil, []string{"train", "val"})
		if err != nil {
			return nil, err
		}
		f, err := only(findings, dataset.SplitLeak, 0)
		if err != nil {
			return nil, err
		}
		same := "same bytes"
		if f.Evidence["exact"] != true {
			same = fmt.Sprintf("encoded anew, %d bits", f.Evidence["distance"])
		}
		c.cover(original.img, chip(accent, "train"), hint("%s", e.Of[len("train/"):]), suggest(wrong, "drop"))
		c.sign("=")
		c.cover(leak.img, chip(amber, "val"), hint("%s", e.Image[len("val/"):]), say("%s", same))
		if n == 0 {
			c.fill(rect(c.x-gap/2, edge, 1, c.Rect.Dy()-2*edge), frame)
		}
	}
	return c, nil
}

func exactDuplicate(a *album) (*card, error) {
	p, err := a.good("priority-road", 5)
	if err != nil {
		return nil, err
	}
	same := *p
	same.name += " again"
	b, err := pngOf(p.img)
	if err != nil {
		return nil, err
	}
	lossless, err := develop(p.name+" as PNG", b)
	if err != nil {
		return nil, err
	}
	findings, err := copies([]*photo{p, &same, lossless}, nil, nil)
	if err != nil {
		return nil, err
	}
	for i := 1; i <= 2; i++ {
		if _, err := only(findings, dataset.ExactDuplicate, i); err != nil {
			return nil, err
		}
	}
	base := path.Base(p.name)
	c := newCard(3).ofThree()
	c.cover(p.img, chip(accent, "kept"), hint("%s", base))
	c.sign("=")
	c.cover(same.img, chip(wrong, "drop"), hint("copy of it"), say("same bytes"))
	c.sign("=")
	c.cover(lossless.img, chip(wrong, "drop"), hint("%s", strings.TrimSuffix(base, ".jpg")+".png"), say("same pixels"))
	return c, nil
}

func nearDuplicate(a *album) (*card, error) {
	p, err := a.good("children", 0)
	if err != nil {
		return nil, err
	}
	other, err := a.good("children", 2)
	if err != nil {
		return nil, err
	}
	b := p.img.Rect
	half := image.NewRGBA(image.Rect(0, 0, b.Dx()/2, b.Dy()/2))
	xdraw.CatmullRom.Scale(half, half.Rect, p.img, b, xdraw.Src, nil)
	halfData, err := jpegOf(half, 85)
	if err != nil {
		return nil, err
	}
	small, err := develop(p.name+" at half size", halfData)
	if err != nil {
		return nil, err
	}
	stamp := card{RGBA: image.NewRGBA(b)}
	draw.Draw(stamp, b, p.img, b.Min, draw.Src)
	stamp.text(pt(b.Dx()-62, b.Dy()-36), "SAMPLE", paper, true)
	stampData, err := jpegOf(stamp, 85)
	if err != nil {
		return nil, err
	}
	stamped, err := develop(p.name+" stamped", stampData)
	if err != nil {
		return nil, err
	}
	photos := []*photo{p, small, stamped, other}
	findings, err := copies(photos, nil, nil)
	if err != nil {
		return nil, err
	}
	c := newCard(3)
	c.cover(p.img, chip(accent, "kept"), hint("%s", p.name[len("train/"):]))
	for i, what := range []string{"half the size", "with a stamp"} {
		f, err := only(findings, dataset.NearDuplicate, i+1)
		if err != nil {
			return nil, err
		}
		c.sign("~")
		c.cover(photos[i+1].img, chip(wrong, "drop"), hint("%s", what), say("%d of 64 bits", f.Evidence["distance"]))
	}
	if _, err := only(findings, dataset.NearDuplicate, 3); err == nil {
		return nil, fmt.Errorf("the other picture is tied to the first")
	}
	c.cover(other.img, chip(right, "not near"), hint("another picture"), say("%d of 64 bits", bitsApart(p, other)))
	return c, nil
}
