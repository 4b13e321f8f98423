package tfrecord

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/errata-cv/errata/dataset"
)

// Names of features.
const (
	encoded     = "image/encoded"
	filename    = "image/filename"
	sourceID    = "image/source_id"
	imageWidth  = "image/width"
	imageHeight = "image/height"
	objects     = "image/object/"
	boxes       = objects + "bbox/"
	maskPNG     = objects + "mask"
	isCrowd     = objects + "is_crowd"
	areaOf      = objects + "area"
)

// sides are the features of the coordinates.
var sides = [4]string{boxes + "xmin", boxes + "ymin", boxes + "xmax", boxes + "ymax"}

// A naming is the pair of features that give classes by text and by number.
type naming struct{ text, label string }

var objectNaming = naming{objects + "class/text", objects + "class/label"}

// imageNaming returns the features for classes of the whole picture: those of
// TensorFlow's models, or the one of TensorFlow Datasets.
func (e *example) imageNaming() naming {
	n := naming{"image/class/text", "image/class/label"}
	if e.features[n.text].len()+e.features[n.label].len() > 0 {
		return n
	}
	switch f := e.features["label"]; {
	case f == nil:
	case f.kind == bytesList:
		return naming{text: "label", label: n.label}
	case f.kind == intList:
		return naming{text: n.text, label: "label"}
	}
	return n
}

// picture returns where in the record the encoded picture is; length 0 when the
// record has none.
func (e *example) picture() (offset, length int) {
	for _, name := range []string{encoded, "image", "image_raw"} {
		f := e.features[name]
		if f == nil || f.kind != bytesList || len(f.bytes) == 0 || len(f.bytes[0]) == 0 {
			continue
		}
		return f.at, len(f.bytes[0])
	}
	return 0, 0
}

// imageLabels returns the number of classes of the whole picture.
func (e *example) imageLabels() int {
	n := e.imageNaming()
	return max(len(e.ints(n.label)), len(e.bytes(n.text)))
}

// objectCount returns the number of objects, and a clause when the lists of
// coordinates do not fit to each other.
func (e *example) objectCount() (n int, wrong string) {
	var counts [4]int
	most := 0
	for i, name := range sides {
		if f := e.features[name]; f != nil {
			counts[i] = len(f.floats)
		}
		most = max(most, counts[i])
	}
	for i := range counts {
		if counts[i] != most {
			return 0, fmt.Sprintf("%s has %d values and another side of the boxes %d", sides[i], counts[i], most)
		}
	}
	if labels := max(len(e.ints(objectNaming.label)), len(e.bytes(objectNaming.text))); most == 0 && labels > 0 {
		return 0, fmt.Sprintf("there are %d classes of objects and no boxes", labels)
	}
	return most, ""
}

func (e *example) ints(name string) []int64 {
	if f := e.features[name]; f != nil {
		return f.ints
	}
	return nil
}

func (e *example) bytes(name string) [][]byte {
	if f := e.features[name]; f != nil {
		return f.bytes
	}
	return nil
}

// shares returns the sides of object i, in the order of sides.
func (e *example) shares(i int) (out [4]float32) {
	for s, name := range sides {
		out[s] = e.features[name].floats[i]
	}
	return out
}

// corners turns the sides of a box into pixels of a picture of that size.
func corners(shares [4]float32, w, h float64) (c [4]float64) {
	for s, v := range shares {
		c[s] = pixels(v, [2]float64{w, h}[s%2])
	}
	return c
}

func boxOf(c [4]float64) dataset.Box {
	const grid = 1e9
	return dataset.Box{X: c[0], Y: c[1], W: math.Round((c[2]-c[0])*grid) / grid, H: math.Round((c[3]-c[1])*grid) / grid}
}

// pixels turns a share of a side into pixels: of the numbers that are the same
// but for the last bit of the share, the one with the fewest decimals.
func pixels(share float32, side float64) float64 {
	x := float64(share) * side
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return x
	}
	size := float32(math.Abs(float64(share)))
	near := float64(math.Nextafter32(size, math.MaxFloat32)-size) * side
	for p := 1.0; p < 1e9; p *= 10 {
		if r := math.Round(x*p) / p; math.Abs(r-x) <= near {
			return r
		}
	}
	return x
}

// attributeNames lists the features with one fact of each of n objects, in the
// order of the record.
func (e *example) attributeNames(n int) []string {
	var out []string
	for _, name := range e.names {
		switch {
		case n == 0 || e.features[name].len() != n || !strings.HasPrefix(name, objects):
		case strings.HasPrefix(name, boxes), name == objectNaming.text, name == objectNaming.label:
		case name == maskPNG, name == isCrowd, name == areaOf:
		default:
			out = append(out, name)
		}
	}
	return out
}

// attributes returns those of object i of n. An empty text is none.
func (e *example) attributes(i, n int) []dataset.Attribute {
	var out []dataset.Attribute
	for _, name := range e.attributeNames(n) {
		if v := e.features[name].spell(i); v != "" {
			out = append(out, dataset.Attribute{Name: strings.TrimPrefix(name, objects), Value: v})
		}
	}
	return out
}

// spell returns value i as text.
func (ft *feature) spell(i int) string {
	switch ft.kind {
	case floatList:
		return strconv.FormatFloat(float64(ft.floats[i]), 'g', -1, 32)
	case intList:
		return strconv.FormatInt(ft.ints[i], 10)
	}
	return string(ft.bytes[i])
}

// set gives value i a text.
func (ft *feature) set(i int, text string) error {
	switch ft.kind {
	case floatList:
		v, err := strconv.ParseFloat(text, 32)
		if err != nil {
			return fmt.Errorf("%q is no number", text)
		}
		ft.floats[i] = float32(v)
	case intList:
		v, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return fmt.Errorf("%q is no whole number", text)
		}
		ft.ints[i] = v
	default:
		ft.bytes[i] = []byte(text)
	}
	return nil
}

// flag reports whether value i of an integer feature with n values is not zero.
func (e *example) flag(name string, i, n int) bool {
	v := e.ints(name)
	return len(v) == n && v[i] != 0
}

// stated returns value i of a number feature with n values.
func (e *example) stated(name string, i, n int) float64 {
	f := e.features[name]
	switch {
	case f == nil || f.len() != n:
	case f.kind == floatList:
		return float64(f.floats[i])
	case f.kind == intList:
		return float64(f.ints[i])
	}
	return 0
}

// A classRef is how a record names a class.
type classRef struct {
	text   string
	id     int64
	has    bool // a number
	spelt  bool // a text
	place  int  // in the label map; -1 when it is not on it
	differ string
}

// classOf returns the name of the class of entry i of n.
func (e *example) classOf(names naming, i, n int, m *labelMap) (string, classRef) {
	r := classRef{place: -1}
	if t := e.bytes(names.text); len(t) == n && len(t[i]) > 0 {
		r.text, r.spelt = string(t[i]), true
	}
	if l := e.ints(names.label); len(l) == n {
		r.id, r.has = l[i], true
	}
	if m != nil {
		byText, okText := m.byText[r.text]
		byID, okID := m.byID[r.id]
		switch {
		case r.spelt && okText:
			r.place = byText
			if r.has && m.items[byText].id != r.id {
				r.differ = fmt.Sprintf("the text says %q and the number %d, which is another class in %s; the text counts", r.text, r.id, m.file)
			}
			return m.items[byText].class(), r
		case !r.spelt && r.has && okID:
			r.place = byID
			return m.items[byID].class(), r
		}
	}
	switch {
	case r.spelt:
		return r.text, r
	case r.has:
		return strconv.FormatInt(r.id, 10), r
	}
	return "object", r
}
