package cvat

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/xmltext"
)

// placeOf spells where an object is, and the kind of element that says so. old
// is the element it had, or nil: a number that stays the same keeps its
// spelling.
func placeOf(g dataset.Geometry, pic picture, old *xmltext.Element) (kind string, place []xmltext.Pair, err error) {
	sample := func(name string) string {
		if old == nil {
			return ""
		}
		text, _ := old.Attr(name)
		return text
	}
	switch g := g.(type) {
	case nil:
		return "tag", nil, nil
	case dataset.Box:
		return "box", boxPlace(g, 0, sample), nil
	case dataset.RotatedBox:
		return "box", boxPlace(dataset.Box{X: g.X - g.W/2, Y: g.Y - g.H/2, W: g.W, H: g.H}, g.Angle, sample), nil
	case dataset.Polygon:
		if len(g.Parts) != 1 {
			return "", nil, fmt.Errorf("a polygon of CVAT has one part, and this one has %d; make it a mask, or one object for each part", len(g.Parts))
		}
		return "polygon", []xmltext.Pair{{Name: "points", Value: points(g.Parts[0], sample("points"))}}, nil
	case dataset.Mask:
		if g.Width != pic.width || g.Height != pic.height {
			return "", nil, fmt.Errorf("the mask is one of %d×%d pixels, and the file says that the image has %d×%d", g.Width, g.Height, pic.width, pic.height)
		}
		rle, left, top, w, h, err := spellMask(g)
		if err != nil {
			return "", nil, err
		}
		return "mask", []xmltext.Pair{
			{Name: "rle", Value: rle}, {Name: "left", Value: strconv.Itoa(left)}, {Name: "top", Value: strconv.Itoa(top)},
			{Name: "width", Value: strconv.Itoa(w)}, {Name: "height", Value: strconv.Itoa(h)},
		}, nil
	}
	return "", nil, fmt.Errorf("CVAT has no place for this geometry")
}

func boxPlace(b dataset.Box, angle float64, sample func(string) string) []xmltext.Pair {
	var out []xmltext.Pair
	for i, v := range [4]float64{b.X, b.Y, b.X + b.W, b.Y + b.H} {
		name := placeAttrs["box"][i]
		out = append(out, xmltext.Pair{Name: name, Value: spell(v, sample(name))})
	}
	if angle != 0 {
		out = append(out, xmltext.Pair{Name: "rotation", Value: spell(angle, sample("rotation"))})
	}
	return out
}

// spell writes a number like the one it replaces, or as that when it is equal.
func spell(v float64, old string) string {
	v = tidy(v)
	if was, err := strconv.ParseFloat(strings.TrimSpace(old), 64); err == nil && tidy(was) == v {
		return old
	}
	return xmltext.Number(v, strings.TrimSpace(old))
}

// points writes corners; those that stay where they are keep their spelling.
func points(part []float64, old string) string {
	var numbers []string
	for pair := range strings.SplitSeq(old, ";") {
		x, y, _ := strings.Cut(pair, ",")
		numbers = append(numbers, x, y)
	}
	var out strings.Builder
	for i, v := range part {
		if i > 0 {
			out.WriteByte(";,"[i%2])
		}
		like := numbers[0]
		if i < len(numbers) {
			like = numbers[i]
		}
		out.WriteString(spell(v, like))
	}
	return out.String()
}

// move gives a shape another place; kind is what it becomes.
func move(ed *xmltext.Editor, shape *xmltext.Element, kind string, place []xmltext.Pair) {
	if kind != shape.Name {
		ed.Rename(shape, kind)
		ed.ReplaceAttrs(shape, allPlaces, place...)
		return
	}
	has := map[string]bool{}
	for _, p := range place {
		has[p.Name] = true
		ed.SetAttr(shape, p.Name, p.Value)
	}
	for _, name := range placeAttrs[kind] {
		if !has[name] {
			ed.RemoveAttr(shape, name)
		}
	}
}

// learn remembers the last shape of each kind in an image.
func (st *fileState) learn(image *xmltext.Element) {
	seen := map[string]bool{}
	for _, e := range slices.Backward(image.Children) {
		if isRead(e.Name) && !seen[e.Name] {
			seen[e.Name] = true
			st.templates[e.Name] = e.Tree()
		}
	}
}

// newShape makes an element like the last one of its kind.
func (st *fileState) newShape(g dataset.Geometry, class string, pic picture) (xmltext.Tree, error) {
	kind, place, err := placeOf(g, pic, nil)
	if err != nil {
		return xmltext.Tree{}, err
	}
	like, ok := st.templates[kind]
	if !ok {
		like = xmltext.Tree{Name: kind, Open: true, Attrs: []xmltext.Pair{{Name: "label"}, {Name: "source", Value: "manual"}, {Name: "occluded", Value: "0"}, {Name: "xtl"}, {Name: "points"}, {Name: "rle"}, {Name: "z_order", Value: "0"}}}
		if kind == "tag" {
			like.Attrs = like.Attrs[:2]
		}
	}
	out := xmltext.Tree{Name: kind, Open: like.Open, Spread: like.Open && !like.Inline || like.Spread}
	placed := map[string]bool{}
	put := func(p xmltext.Pair, sample string) {
		if v, err := strconv.ParseFloat(p.Value, 64); err == nil && kind == "box" {
			p.Value = xmltext.Number(v, sample)
		}
		placed[p.Name] = true
		out.Attrs = append(out.Attrs, p)
	}
	rest := func(last string) {
		for _, p := range place {
			if !placed[p.Name] && (last == "" || !hasPair(like.Attrs, p.Name)) {
				put(p, "")
			}
		}
	}
	for i, a := range like.Attrs {
		switch nothing, usual := saysNothing[a.Name]; {
		case a.Name == "label":
			out.Attrs = append(out.Attrs, xmltext.Pair{Name: "label", Value: class})
		case isPlace(a.Name):
			if j := slices.IndexFunc(place, func(p xmltext.Pair) bool { return p.Name == a.Name }); j >= 0 {
				put(place[j], a.Value)
			}
			if i+1 == len(like.Attrs) || !isPlace(like.Attrs[i+1].Name) {
				rest(a.Name)
			}
		case usual && a.Name != "group_id":
			out.Attrs = append(out.Attrs, xmltext.Pair{Name: a.Name, Value: nothing})
		}
	}
	if !hasPair(out.Attrs, "label") {
		out.Attrs = slices.Insert(out.Attrs, 0, xmltext.Pair{Name: "label", Value: class})
	}
	rest("")
	return out, nil
}

func hasPair(pairs []xmltext.Pair, name string) bool {
	return slices.ContainsFunc(pairs, func(p xmltext.Pair) bool { return p.Name == name })
}
