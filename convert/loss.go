package convert

import (
	"fmt"
	"math"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
)

// facts are what a dataset makes use of.
type facts struct {
	labels, several                     int // labels of whole images; images with more than one
	boxes, rotated, polygons, masks     int
	parts, invalid                      int
	crowds, scores, annotators          int
	attributes, fractions               int
	unlabelled, unused, splits, columns int
}

func factsOf(ds *dataset.Dataset) facts {
	f := facts{splits: len(ds.Splits()), columns: len(ds.MetadataColumns)}
	per, whole := make([]int, len(ds.Images)), make([]int, len(ds.Images))
	for _, a := range ds.Annotations {
		per[a.Image]++
		switch g := a.Geometry.(type) {
		case nil:
			f.labels++
			if whole[a.Image]++; whole[a.Image] == 2 {
				f.several++
			}
		case dataset.Box:
			f.boxes++
		case dataset.RotatedBox:
			f.rotated++
		case dataset.Polygon:
			f.polygons++
			if len(g.Parts) > 1 {
				f.parts++
			}
		case dataset.Mask:
			f.masks++
		case dataset.Invalid:
			f.invalid++
		}
		if fractional(a.Geometry) {
			f.fractions++
		}
		if a.Crowd {
			f.crowds++
		}
		if a.Score != 0 {
			f.scores++
		}
		if a.Annotator != "" {
			f.annotators++
		}
		f.attributes += len(a.Attributes)
	}
	for _, n := range per {
		if n == 0 {
			f.unlabelled++
		}
	}
	for _, n := range ds.ClassCounts() {
		if n == 0 {
			f.unused++
		}
	}
	return f
}

// fractional reports whether a place is not on whole pixels.
func fractional(g dataset.Geometry) bool {
	whole := func(v float64) bool { return math.Abs(v-math.Round(v)) < 1e-6 }
	switch g := g.(type) {
	case dataset.Box:
		return !whole(g.X) || !whole(g.Y) || !whole(g.W) || !whole(g.H)
	case dataset.RotatedBox:
		return !whole(g.X) || !whole(g.Y) || !whole(g.W) || !whole(g.H)
	case dataset.Polygon:
		for _, p := range g.Parts {
			for _, v := range p {
				if !whole(v) {
					return true
				}
			}
		}
	}
	return false
}

// Losses lists what a format has no place for of what ds says, one sentence
// each; none when nothing is lost. Record numbers are given anew in every
// format and are no loss, nor are fields of the source that a [dataset.Dataset]
// does not know: they stay in the source.
func Losses(ds *dataset.Dataset, to source.Writer) []string {
	f, h := factsOf(ds), to.Info().Holds
	var out []string
	lose := func(n int, held bool, sentence string) {
		if n > 0 && !held {
			out = append(out, fmt.Sprintf(sentence, n))
		}
	}
	lose(f.labels, h.Labels, "%d labels of whole images are left out.")
	if h.Labels {
		lose(f.several, h.MultiLabel, "%d images have several labels; the first of each is kept.")
	}
	simpler := func(n int, held bool, what string) {
		if n == 0 || held {
			return
		}
		becomes := "are left out"
		switch {
		case what == "polygons" && h.Masks:
			becomes = "become masks"
		case what != "polygons" && h.Polygons:
			becomes = "become polygons"
		case what == "boxes" && h.Masks:
			becomes = "become masks"
		case h.Boxes:
			becomes = "become the upright boxes around them"
		case h.Polygons:
			becomes = "become polygons"
		case h.Masks:
			becomes = "become masks"
		}
		out = append(out, fmt.Sprintf("%d %s %s.", n, what, becomes))
	}
	simpler(f.boxes, h.Boxes, "boxes")
	simpler(f.rotated, h.RotatedBoxes, "rotated boxes")
	simpler(f.polygons, h.Polygons, "polygons")
	simpler(f.masks, h.Masks, "masks")
	if h.Polygons {
		lose(f.parts, h.Parts, "%d polygons of several parts become simpler.")
	}
	if f.invalid > 0 {
		out = append(out, fmt.Sprintf("%d annotations whose place cannot be read are left out.", f.invalid))
	}
	if h.Regions && f.boxes+f.rotated+f.polygons+f.masks > 0 {
		if n := overlapping(ds); n > 0 {
			out = append(out, fmt.Sprintf("%d images have objects of one class, or objects that cover each other; in a picture of classes they become one region, or the later one covers the earlier.", n))
		}
	}
	lose(f.crowds, h.Crowds, "%d annotations are marked as crowds; the mark is left out.")
	lose(f.scores, h.Scores, "%d annotations have scores, which are left out.")
	lose(f.annotators, h.Annotators, "%d annotations name their annotator, which is left out.")
	lose(f.attributes, h.Attributes, "%d attributes of annotations are left out.")
	lose(f.splits, h.Splits, "%d splits become one set.")
	lose(f.columns, h.Metadata, "%d columns of facts about the images are left out.")
	lose(f.unlabelled, h.Unlabelled, "%d images without annotations are left out.")
	lose(f.unused, h.Unused, "%d classes without annotations are left out.")
	lose(f.fractions, !h.Whole, "%d places are rounded to whole pixels.")
	if r, ok := to.(source.Refuser); ok {
		for _, l := range r.Losses(ds) {
			out = append(out, sentence(l))
		}
	}
	return out
}

// sentence begins a clause with a capital letter and ends it with a stop.
func sentence(s string) string {
	first, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + strings.TrimSuffix(s[n:], ".") + "."
}

// overlapping counts the images where regions of a class picture would touch:
// two annotations of one class, or two whose boxes overlap.
func overlapping(ds *dataset.Dataset) int {
	ix, n := dataset.NewIndex(ds), 0
	for i := range ds.Images {
		of := ix.Annotations(i)
		clash := false
		for k, x := range of {
			for _, y := range of[:k] {
				a, b := ds.Annotations[x], ds.Annotations[y]
				if a.Geometry == nil || b.Geometry == nil {
					continue
				}
				p, q := a.Geometry.Bounds(), b.Geometry.Bounds()
				_, maskA := a.Geometry.(dataset.Mask)
				_, maskB := b.Geometry.(dataset.Mask)
				touch := p.X < q.X+q.W && q.X < p.X+p.W && p.Y < q.Y+q.H && q.Y < p.Y+p.H
				if a.Class == b.Class || touch && !(maskA && maskB && dataset.IoU(a.Geometry, b.Geometry) == 0) {
					clash = true
				}
			}
			if clash {
				n++
				break
			}
		}
	}
	return n
}
