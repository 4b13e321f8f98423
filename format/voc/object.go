package voc

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/xmltext"
)

// sides are the children of a box, in the order of the geometry they make.
var sides = [4]string{"xmin", "ymin", "xmax", "ymax"}

// objects returns the objects of a file that are read: those with a box that
// are not deleted. pass is called for the others, and for parts.
func objects(root *xmltext.Element, pass func(one, many string)) []*xmltext.Element {
	var out []*xmltext.Element
	for _, o := range root.All("object") {
		switch {
		case isDeleted(o):
			pass("object that is marked as deleted", "objects that are marked as deleted")
			continue
		case o.Child("bndbox") == nil:
			one, many := shapeOf(o)
			pass(one, many)
			continue
		}
		for range o.All("part") {
			pass("part of an object", "parts of objects")
		}
		out = append(out, o)
	}
	return out
}

func isDeleted(o *xmltext.Element) bool {
	t := o.Child("deleted").Text()
	return t == "1" || strings.EqualFold(t, "true")
}

// shapeOf names what marks an object in the place of a box.
func shapeOf(o *xmltext.Element) (one, many string) {
	for _, c := range o.Children {
		switch c.Name {
		case "robndbox":
			return "object with a rotated box (robndbox)", "objects with a rotated box (robndbox)"
		case "polygon", "segm", "mask":
			return "object with an outline and no bndbox", "objects with an outline and no bndbox"
		case "point", "points", "keypoints":
			return "object with points and no bndbox", "objects with points and no bndbox"
		}
	}
	return "object without bndbox", "objects without bndbox"
}

// boxOf reads the box of an object.
func boxOf(o *xmltext.Element) dataset.Geometry {
	b := o.Child("bndbox")
	var v [4]float64
	for i, name := range sides {
		e := b.Child(name)
		if e == nil {
			return dataset.Invalid{Reason: fmt.Sprintf("its bndbox has no %s", name)}
		}
		var ok bool
		if v[i], ok = number(e.Text()); !ok {
			return dataset.Invalid{Reason: fmt.Sprintf("%s is %q and not a number", name, xmltext.Clip(e.Text()))}
		}
	}
	return dataset.Box{X: v[0], Y: v[1], W: difference(v[2], v[0]), H: difference(v[3], v[1])}
}

func number(text string) (float64, bool) {
	v, err := strconv.ParseFloat(text, 64)
	return v, err == nil
}

// difference subtracts without the last digits that decimals cannot hold.
func difference(a, b float64) float64 { return tidy(a - b) }

// tidy rounds to a billionth of a pixel.
func tidy(v float64) float64 {
	if !(math.Abs(v) < 1e6) {
		return v
	}
	return math.Round(v*1e9) / 1e9
}

// A fact is an attribute of an object and the element that says it.
type fact struct {
	name string
	at   *xmltext.Element
}

// facts lists the attributes of an object, those without a value too.
func facts(o *xmltext.Element) []fact {
	var out []fact
	for _, c := range o.Children {
		switch {
		case c.Name == "name" || c.Name == "bndbox" || c.Name == "deleted":
		case c.Name == "attributes":
			for _, a := range c.All("attribute") {
				if name, value := a.Child("name").Text(), a.Child("value"); name != "" && value != nil {
					out = append(out, fact{name, value})
				}
			}
		case c.Name == "actions":
			for _, a := range c.Children {
				if len(a.Children) == 0 {
					out = append(out, fact{a.Name, a})
				}
			}
		case len(c.Children) == 0:
			out = append(out, fact{c.Name, c})
		}
	}
	return out
}

// attributes are the facts of an object that have a value.
func attributes(o *xmltext.Element) []dataset.Attribute {
	var out []dataset.Attribute
	for _, f := range facts(o) {
		if v := f.at.Text(); v != "" {
			out = append(out, dataset.Attribute{Name: f.name, Value: v})
		}
	}
	return out
}
