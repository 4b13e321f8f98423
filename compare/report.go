package compare

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
)

// Summary counts what a [Difference] lists.
type Summary struct {
	Images      int `json:"images"`
	ImagesOnlyA int `json:"images_only_a"`
	ImagesOnlyB int `json:"images_only_b"`
	// AnnotationsA and AnnotationsB are those of the images that both have.
	AnnotationsA int `json:"annotations_a"`
	AnnotationsB int `json:"annotations_b"`
	Matched      int `json:"matched"`
	// Identical pairs have the very same place and class.
	Identical int `json:"identical"`
	// WithoutArea are the identical pairs of objects without any area, which
	// overlap nothing, not even themselves: a count by IoU alone would call them
	// removed and added.
	WithoutArea int `json:"identical_without_area"`
	Relabelled  int `json:"relabelled"`
	Moved       int `json:"moved"`
	Changed     int `json:"changed"`
	Added       int `json:"added"`
	Removed     int `json:"removed"`
	// AddedClasses and RemovedClasses count by class, RelabelledClasses by
	// "from → to".
	AddedClasses      map[string]int `json:"added_classes"`
	RemovedClasses    map[string]int `json:"removed_classes"`
	RelabelledClasses map[string]int `json:"relabelled_classes"`
	// MovedIoU counts the pairs of moved objects by their IoU: 0.9 and above,
	// from 0.8, and below.
	MovedIoU [3]int `json:"moved_iou_from_0.9_0.8_0"`
}

// Summary counts the pairs.
func (d *Difference) Summary() Summary {
	s := Summary{
		Images: d.Images, ImagesOnlyA: len(d.OnlyA), ImagesOnlyB: len(d.OnlyB),
		AddedClasses: map[string]int{}, RemovedClasses: map[string]int{}, RelabelledClasses: map[string]int{},
	}
	for _, p := range d.Pairs {
		if p.A != dataset.None {
			s.AnnotationsA++
		}
		if p.B != dataset.None {
			s.AnnotationsB++
		}
		switch p.Status {
		case Added:
			s.Added++
			s.AddedClasses[d.class(p)]++
			continue
		case Removed:
			s.Removed++
			s.RemovedClasses[d.class(p)]++
			continue
		case Relabelled:
			s.Relabelled++
			s.RelabelledClasses[d.className(p)]++
		case Moved:
			s.Moved++
			switch {
			case p.IoU >= 0.9:
				s.MovedIoU[0]++
			case p.IoU >= 0.8:
				s.MovedIoU[1]++
			default:
				s.MovedIoU[2]++
			}
		case Changed:
			s.Changed++
		}
		s.Matched++
		if p.Equal && p.Status != Relabelled {
			s.Identical++
			if g := d.A.Annotations[p.A].Geometry; g != nil && !(g.Area() > 0) {
				s.WithoutArea++
			}
		}
	}
	return s
}

// class returns the class of an annotation that is in one set only.
func (d *Difference) class(p Pair) string {
	if p.A != dataset.None {
		return d.A.Classes[d.A.Annotations[p.A].Class]
	}
	return d.B.Classes[d.B.Annotations[p.B].Class]
}

// className spells the class of a pair, or how it changed.
func (d *Difference) className(p Pair) string {
	if p.A == dataset.None || p.B == dataset.None {
		return d.class(p)
	}
	from, to := d.A.Classes[d.A.Annotations[p.A].Class], d.B.Classes[d.B.Annotations[p.B].Class]
	if from == to {
		return from
	}
	return from + " → " + to
}

// Any reports whether anything differs.
func (d *Difference) Any() bool {
	return len(d.OnlyA)+len(d.OnlyB)+len(d.ClassesA)+len(d.ClassesB) > 0 ||
		slices.ContainsFunc(d.Pairs, func(p Pair) bool { return p.Status != Same || !p.Equal })
}

// Text writes the summary for a person, and with list each annotation that
// differs on a line of its own.
func (d *Difference) Text(w io.Writer, list bool) error {
	b := bufio.NewWriter(w)
	s := d.Summary()
	fmt.Fprintf(b, "%d images in both", s.Images)
	if s.ImagesOnlyA+s.ImagesOnlyB > 0 {
		fmt.Fprintf(b, ", %d in the first only, %d in the second only", s.ImagesOnlyA, s.ImagesOnlyB)
	}
	fmt.Fprintf(b, "\n%d annotations against %d: %d matched, of which %d are identical", s.AnnotationsA, s.AnnotationsB, s.Matched, s.Identical)
	if s.WithoutArea > 0 {
		fmt.Fprintf(b, " (%d without any area)", s.WithoutArea)
	}
	b.WriteByte('\n')
	line := func(n int, what string, classes map[string]int) {
		if n == 0 {
			return
		}
		fmt.Fprintf(b, "%8d %s", n, what)
		for i, c := range byCount(classes) {
			sep := ", "
			if i == 0 {
				sep = ": "
			}
			if i == 8 {
				fmt.Fprintf(b, ", and %d more", len(classes)-8)
				break
			}
			fmt.Fprintf(b, "%s%s %d", sep, source.Show(c), classes[c])
		}
		b.WriteByte('\n')
	}
	line(s.Removed, "removed", s.RemovedClasses)
	line(s.Added, "added", s.AddedClasses)
	line(s.Relabelled, "relabelled", s.RelabelledClasses)
	if s.Moved > 0 {
		fmt.Fprintf(b, "%8d moved: %d with IoU from 0.9, %d from 0.8, %d below\n", s.Moved, s.MovedIoU[0], s.MovedIoU[1], s.MovedIoU[2])
	}
	line(s.Changed, "with other attributes", nil)
	for _, c := range []struct {
		names []string
		where string
	}{{d.ClassesA, "first"}, {d.ClassesB, "second"}} {
		if len(c.names) > 0 {
			fmt.Fprintf(b, "classes of the %s only: %q\n", c.where, c.names)
		}
	}
	if !d.Any() {
		b.WriteString("No difference.\n")
	}
	if list {
		d.list(b)
	}
	return b.Flush()
}

// list writes one line for each annotation and image that differs.
func (d *Difference) list(b *bufio.Writer) {
	for _, name := range d.OnlyA {
		fmt.Fprintf(b, "- image %s\n", source.Show(name))
	}
	for _, name := range d.OnlyB {
		fmt.Fprintf(b, "+ image %s\n", source.Show(name))
	}
	sign := map[Status]string{Added: "+", Removed: "-", Relabelled: "~", Moved: ">", Changed: "*"}
	for _, p := range d.Pairs {
		if p.Status == Same {
			continue
		}
		fmt.Fprintf(b, "%s %s: %s", sign[p.Status], source.Show(p.Image), source.Show(d.className(p)))
		if p.A != dataset.None {
			place(b, d.A.Annotations[p.A].Geometry)
		}
		if p.A != dataset.None && p.B != dataset.None && !p.Equal {
			b.WriteString(" →")
		}
		if p.B != dataset.None && !p.Equal {
			place(b, d.B.Annotations[p.B].Geometry)
		}
		if p.Status == Moved || p.Status == Relabelled && !p.Equal {
			fmt.Fprintf(b, " (IoU %.3f)", p.IoU)
		}
		if p.Status == Changed {
			fmt.Fprintf(b, " %v → %v", d.A.Annotations[p.A].Attributes, d.B.Annotations[p.B].Attributes)
		}
		b.WriteByte('\n')
	}
}

func place(b *bufio.Writer, g dataset.Geometry) {
	if g == nil {
		return
	}
	box := g.Bounds()
	kind := ""
	switch g.(type) {
	case dataset.RotatedBox:
		kind = "rotated box in "
	case dataset.Polygon:
		kind = "polygon in "
	case dataset.Mask:
		kind = "mask in "
	}
	fmt.Fprintf(b, " %s[%.6g, %.6g, %.6g × %.6g]", kind, box.X, box.Y, box.W, box.H)
}

func byCount(m map[string]int) []string {
	return slices.SortedFunc(maps.Keys(m), func(a, b string) int { return cmp.Or(cmp.Compare(m[b], m[a]), cmp.Compare(a, b)) })
}

type jsonDocument struct {
	Version int        `json:"version"`
	A       string     `json:"a"`
	B       string     `json:"b"`
	Summary Summary    `json:"summary"`
	OnlyA   []string   `json:"images_only_a"`
	OnlyB   []string   `json:"images_only_b"`
	Pairs   []jsonPair `json:"differences"`
}

type jsonPair struct {
	Image  string    `json:"image"`
	Status Status    `json:"status"`
	A      *jsonSide `json:"a,omitempty"`
	B      *jsonSide `json:"b,omitempty"`
	IoU    *float64  `json:"iou,omitempty"`
}

type jsonSide struct {
	ID         string              `json:"id,omitempty"`
	Class      string              `json:"class"`
	Box        *[4]float64         `json:"box,omitempty"`
	Annotator  string              `json:"annotator,omitempty"`
	Attributes []dataset.Attribute `json:"attributes,omitempty"`
}

// JSON writes the summary and every annotation that differs.
func (d *Difference) JSON(w io.Writer) error {
	doc := jsonDocument{Version: 1, A: d.A.Source, B: d.B.Source, Summary: d.Summary(), OnlyA: d.OnlyA, OnlyB: d.OnlyB, Pairs: []jsonPair{}}
	for _, p := range d.Pairs {
		if p.Status == Same && p.Equal {
			continue
		}
		j := jsonPair{Image: p.Image, Status: p.Status, A: side(d.A, p.A), B: side(d.B, p.B)}
		if j.A != nil && j.B != nil && d.A.Annotations[p.A].Geometry != nil {
			j.IoU = &p.IoU
		}
		doc.Pairs = append(doc.Pairs, j)
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(doc)
}

func side(ds *dataset.Dataset, a int) *jsonSide {
	if a == dataset.None {
		return nil
	}
	an := ds.Annotations[a]
	s := &jsonSide{ID: an.ID, Class: ds.Classes[an.Class], Annotator: an.Annotator, Attributes: an.Attributes}
	if an.Geometry != nil {
		if b := an.Geometry.Bounds(); b.X-b.X == 0 && b.Y-b.Y == 0 && b.W-b.W == 0 && b.H-b.H == 0 { // JSON has no NaN
			s.Box = &[4]float64{b.X, b.Y, b.W, b.H}
		}
	}
	return s
}
