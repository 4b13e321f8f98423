package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/errata-cv/errata/check/duplicate"
	"github.com/errata-cv/errata/check/quality"
	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/pixel"
	"github.com/errata-cv/errata/synth"
)

// album is a set of signs with planted errors to take pictures from.
type album struct {
	dir   string
	truth *synth.Truth
	// clean lists the pictures in train without an error and without a copy, by
	// class, in order of their paths.
	clean map[string][]string
}

func newAlbum(ctx context.Context) (*album, error) {
	dir, err := os.MkdirTemp("", "findings")
	if err != nil {
		return nil, err
	}
	a := &album{dir: dir, clean: map[string][]string{}}
	a.truth, err = synth.Signs(ctx, dir, synth.Options{
		Images: 480, Seed: 7, WrongRate: .08, BlurRate: .04, DarkRate: .04, LeakRate: .03, ConflictRate: .03,
	}, nil)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	spoilt := map[string]bool{}
	for _, e := range a.truth.Errors {
		spoilt[e.Image], spoilt[e.Of] = true, true
	}
	err = filepath.WalkDir(filepath.Join(dir, "train"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		if name := filepath.ToSlash(rel); !spoilt[name] {
			class := strings.Split(name, "/")[1]
			a.clean[class] = append(a.clean[class], name)
		}
		return err
	})
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return a, nil
}

func (a *album) close() { _ = os.RemoveAll(a.dir) }

// photo is a picture file.
type photo struct {
	name string // path in the dataset
	data []byte
	img  *image.RGBA // upright, as pixel.Decode shows it
	m    *pixel.Measured
}

func develop(name string, data []byte) (*photo, error) {
	p := &photo{name: name, data: data}
	var err error
	if p.m, err = pixel.Measure(data, pixel.Options{}); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if p.img, _, err = pixel.Decode(data, pixel.DecodeOptions{}); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return p, nil
}

func (a *album) photo(name string) (*photo, error) {
	data, err := os.ReadFile(filepath.Join(a.dir, filepath.FromSlash(name)))
	if err != nil {
		return nil, err
	}
	return develop(name, data)
}

// good returns the n-th clean picture of a class.
func (a *album) good(class string, n int) (*photo, error) {
	if n >= len(a.clean[class]) {
		return nil, fmt.Errorf("the album has only %d clean pictures of %s, and number %d was asked for", len(a.clean[class]), class, n)
	}
	return a.photo(a.clean[class][n])
}

// planted returns the n-th planted error of a kind whose picture shows a class.
func (a *album) planted(kind dataset.Kind, class string, n int) (*photo, synth.Error, error) {
	for _, e := range a.truth.Errors {
		if e.Kind != kind || e.True != class {
			continue
		}
		if n > 0 {
			n--
			continue
		}
		p, err := a.photo(e.Image)
		return p, e, err
	}
	return nil, synth.Error{}, fmt.Errorf("the album has no such %s picture of %s", kind, class)
}

// toned returns a picture file with every sample changed by f, without loss.
func toned(p *photo, f func(v float64) float64) (*photo, error) {
	img := image.NewRGBA(p.img.Rect)
	for i, v := range p.img.Pix {
		img.Pix[i] = uint8(min(max(f(float64(v)/255), 0), 1)*255 + .5)
		if i%4 == 3 {
			img.Pix[i] = 255
		}
	}
	data, err := pngOf(img)
	if err != nil {
		return nil, err
	}
	return develop(p.name, data)
}

func pngOf(img image.Image) ([]byte, error) {
	var b bytes.Buffer
	err := png.Encode(&b, img)
	return b.Bytes(), err
}

func jpegOf(img image.Image, quality int) ([]byte, error) {
	var b bytes.Buffer
	err := jpeg.Encode(&b, img, &jpeg.Options{Quality: quality})
	return b.Bytes(), err
}

func (p *photo) row() quality.Row {
	r := quality.Row{Status: quality.Measured, Width: p.m.Width, Height: p.m.Height, Orientation: p.m.Orientation, Quality: p.m.Quality}
	if p.m.Truncated {
		r.Status = quality.Truncated
	}
	return r
}

// found tells for each photo whether the quality check finds it to be of a kind
// among ten good pictures, and returns the finding.
func (a *album) found(kind dataset.Kind, photos ...*photo) ([]*dataset.Finding, error) {
	var rows []quality.Row
	for _, p := range photos {
		rows = append(rows, p.row())
	}
	for i := range 12 {
		p, err := a.good("stop", i)
		if err != nil {
			return nil, err
		}
		rows = append(rows, p.row())
	}
	out := make([]*dataset.Finding, len(photos))
	for _, f := range quality.Check(rows, quality.Options{}).Findings {
		if f.Kind == kind && f.Image < len(out) {
			out[f.Image] = &f
		}
	}
	return out, nil
}

// prove returns an error unless the check finds all photos but the first to be
// of the kind.
func (a *album) prove(kind dataset.Kind, photos ...*photo) error {
	found, err := a.found(kind, photos...)
	if err != nil {
		return err
	}
	for i, f := range found {
		if (f != nil) != (i > 0) {
			return fmt.Errorf("picture %d (%s) does not show what it should: found is %v", i, photos[i].name, f != nil)
		}
	}
	return nil
}

// inputs are the small pictures of photos.
type inputs []*photo

func (in inputs) Len() int                     { return len(in) }
func (in inputs) Side() int                    { return pixel.InputSide }
func (in inputs) RGB(i int, _ []uint8) []uint8 { return in[i].m.Input }

// copies returns what the duplicate check finds among photos with the given
// labels and splits, which may be nil.
func copies(photos []*photo, labels, splits []string) ([]dataset.Finding, error) {
	ds := &dataset.Dataset{}
	c := duplicate.Columns{Inputs: inputs(photos)}
	classes := map[string]int{}
	for i, p := range photos {
		im := dataset.Image{Path: p.name}
		if splits != nil {
			im.Split = splits[i]
		}
		ds.Images = append(ds.Images, im)
		if labels != nil {
			if _, ok := classes[labels[i]]; !ok {
				classes[labels[i]] = len(ds.Classes)
				ds.Classes = append(ds.Classes, labels[i])
			}
			ds.Annotations = append(ds.Annotations, dataset.Annotation{Image: i, Class: classes[labels[i]]})
		}
		c.SHA256 = append(c.SHA256, p.m.SHA256)
		c.Pixels = append(c.Pixels, p.m.PixelHash)
		c.PHash = append(c.PHash, p.m.PHash)
		c.Contrast = append(c.Contrast, p.m.Quality.BrightnessP99-p.m.Quality.BrightnessP5)
	}
	found, err := duplicate.Find(c, duplicate.Options{Distance: duplicate.DefaultDistance})
	if err != nil {
		return nil, err
	}
	return found.Findings(ds, dataset.NewIndex(ds), duplicate.Policy{})
}
