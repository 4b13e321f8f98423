package labelmexml

import (
	"fmt"
	"image"
	_ "image/png" // masks
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/xmltext"
)

// objects returns the objects of a file that are not deleted.
func objects(root *xmltext.Element) []*xmltext.Element {
	var out []*xmltext.Element
	for _, o := range root.All("object") {
		if t := o.Child("deleted").Text(); t != "1" && !strings.EqualFold(t, "true") {
			out = append(out, o)
		}
	}
	return out
}

// outline is the element with the corners of an object, nil for a mask.
func outline(o *xmltext.Element) *xmltext.Element { return o.Child("polygon") }

func isBoxType(o *xmltext.Element) bool { return o.Child("type").Text() == "bounding_box" }

// corners reads the points of an outline.
func corners(polygon *xmltext.Element) ([]float64, error) {
	var out []float64
	for _, pt := range polygon.All("pt") {
		for _, name := range [2]string{"x", "y"} {
			text := pt.Child(name).Text()
			v, err := strconv.ParseFloat(text, 64)
			if err != nil {
				return nil, fmt.Errorf("a point has the %s %q, which is not a number", name, text)
			}
			out = append(out, v)
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("its polygon has no points")
	}
	return out, nil
}

// rectangle returns the box that four corners make, if they do.
func rectangle(c []float64) (dataset.Box, bool) {
	if len(c) != 8 {
		return dataset.Box{}, false
	}
	x0, y0, x1, y1 := min(c[0], c[2], c[4], c[6]), min(c[1], c[3], c[5], c[7]), max(c[0], c[2], c[4], c[6]), max(c[1], c[3], c[5], c[7])
	// Going around, each side keeps either x or y, in turn.
	straight := c[0] == c[6] && c[1] == c[3] && c[2] == c[4] && c[5] == c[7] || c[0] == c[2] && c[3] == c[5] && c[4] == c[6] && c[1] == c[7]
	return dataset.Box{X: x0, Y: y0, W: x1 - x0, H: y1 - y0}, straight
}

// geometryOf reads where an object is; masks are files below the root.
func (s *set) geometryOf(xml string, o *xmltext.Element) dataset.Geometry {
	if p := outline(o); p != nil {
		c, err := corners(p)
		if err != nil {
			return dataset.Invalid{Reason: err.Error()}
		}
		if b, ok := rectangle(c); ok && isBoxType(o) {
			return b
		}
		return dataset.Polygon{Parts: [][]float64{c}}
	}
	segm := o.Child("segm")
	if segm == nil {
		return dataset.Invalid{Reason: "it has neither polygon nor segm"}
	}
	name := segm.Child("mask").Text()
	file, ok := s.maskFile(xml, name)
	if !ok {
		return dataset.Invalid{Reason: fmt.Sprintf("its mask %q is no file in Masks", name)}
	}
	m, err := readMask(filepath.Join(s.root, filepath.FromSlash(file)))
	if err != nil {
		return dataset.Invalid{Reason: fmt.Sprintf("its mask %s cannot be read: %v", file, err)}
	}
	return m
}

// readMask reads a picture of which all pixels that are not black are inside.
func readMask(file string) (dataset.Mask, error) {
	f, err := os.Open(file)
	if err != nil {
		return dataset.Mask{}, err
	}
	defer f.Close()
	c, _, err := image.DecodeConfig(f)
	if err != nil {
		return dataset.Mask{}, err
	}
	if c.Width <= 0 || c.Height <= 0 || c.Height > dataset.MaxMaskPixels/c.Width {
		return dataset.Mask{}, fmt.Errorf("%d × %d pixels are too many", c.Width, c.Height)
	}
	if _, err := f.Seek(0, 0); err != nil {
		return dataset.Mask{}, err
	}
	img, _, err := image.Decode(f)
	if err != nil {
		return dataset.Mask{}, err
	}
	at := img.Bounds().Min
	return dataset.NewMask(c.Width, c.Height, func(x, y int) bool {
		r, g, b, _ := img.At(at.X+x, at.Y+y).RGBA()
		return r|g|b != 0
	}), nil
}

// A fact is an attribute of an object and the element that says it.
type fact struct {
	name string
	at   *xmltext.Element
}

// facts lists the texts of an object that are attributes, empty ones too.
func facts(o *xmltext.Element) []fact {
	var out []fact
	for _, c := range o.Children {
		switch c.Name {
		case "name", "deleted", "id", "date", "type", "polygon", "segm":
		case "parts":
			for _, p := range c.Children {
				out = append(out, fact{p.Name, p})
			}
		default:
			if len(c.Children) == 0 {
				out = append(out, fact{c.Name, c})
			}
		}
	}
	return out
}

func attributes(o *xmltext.Element) []dataset.Attribute {
	var out []dataset.Attribute
	for _, f := range facts(o) {
		if v := f.at.Text(); v != "" {
			out = append(out, dataset.Attribute{Name: f.name, Value: v})
		}
	}
	return out
}

func annotator(o *xmltext.Element) string {
	if u := outline(o).Child("username").Text(); u != "" {
		return u
	}
	return o.Child("segm").Child("username").Text()
}
