package object

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/errata-cv/errata/dataset"
)

// Columns say what is known of each picture; one value for each image of the
// dataset, 0 where it is unknown. A nil column is unknown for all.
type Columns struct {
	// Width and Height are in pixels as stored; Orientation is that of EXIF.
	Width, Height, Orientation []int
}

// Options change the rules; the zero value means the defaults.
type Options struct {
	// MaxPrevalence is the share in (0,1] of objects or pictures above which a
	// habit is no error; 0 means the constant MaxPrevalence.
	MaxPrevalence float64
}

// Suppressed is a rule that too many objects or pictures break to be one.
type Suppressed struct {
	Kind dataset.Kind
	// Rule is its name.
	Rule string
	// Count of the Of objects or pictures break it.
	Count, Of int
	// Message is one sentence for a person.
	Message string
}

// Result is what [Check] found.
type Result struct {
	// Findings are ordered by rule as in [Rules], then by score, image and
	// annotation. There is one at most of a kind for each annotation, and for
	// each picture.
	Findings []dataset.Finding
	// Suppressed are the rules without findings because most break them.
	Suppressed []Suppressed
}

// checker collects what the rules find.
type checker struct {
	ds  *dataset.Dataset
	ix  *dataset.Index
	by  [][]dataset.Finding // by rule
	of  []int               // what each rule looked at
	typ *typical
	// gone marks the annotations that are a duplicate of another; the others
	// are buffers of the comparison.
	gone               []bool
	candidates, active []candidate
}

// Check applies the rules to all objects and images of ds, whose index is ix. It
// panics when a column is neither nil nor as long as the images.
func Check(ds *dataset.Dataset, ix *dataset.Index, c Columns, o Options) Result {
	for _, col := range [][]int{c.Width, c.Height, c.Orientation} {
		if col != nil && len(col) != len(ds.Images) {
			panic(fmt.Sprintf("object.Check: a column speaks of %d images of %d", len(col), len(ds.Images)))
		}
	}
	k := &checker{ds: ds, ix: ix, by: make([][]dataset.Finding, len(rules)), of: make([]int, len(rules))}
	k.typ, k.gone = newTypical(ds), make([]bool, len(ds.Annotations))
	for i := range ds.Images {
		f := k.frame(i, c)
		objects := k.artifacts(i, f)
		k.duplicates(objects)
	}
	k.unlabelled()
	return k.result(o)
}

// result drops the habits, weighs the rest and puts it in order.
func (k *checker) result(o Options) (out Result) {
	if o.MaxPrevalence <= 0 {
		o.MaxPrevalence = MaxPrevalence
	}
	for r, found := range k.by {
		rule := rules[r]
		if rule.Habit && k.of[r] >= MinObjects {
			share := float64(len(found)) / float64(k.of[r])
			if share > o.MaxPrevalence {
				out.Suppressed = append(out.Suppressed, suppressed(rule, len(found), k.of[r]))
				continue
			}
			for i := range found {
				found[i].Probability *= 1 - share/o.MaxPrevalence
			}
		}
		slices.SortStableFunc(found, func(a, b dataset.Finding) int {
			return cmp.Or(cmp.Compare(a.Score, b.Score), cmp.Compare(a.Image, b.Image), cmp.Compare(a.Annotation, b.Annotation))
		})
		out.Findings = append(out.Findings, found...)
	}
	return out
}

func suppressed(rule Rule, count, of int) Suppressed {
	info, _ := rule.Kind.Info()
	what := "objects"
	if rule.Kind == dataset.SizeMismatch || rule.Kind == dataset.RotatedByEXIF || rule.Kind == dataset.UnlabelledImage {
		what = "pictures"
	}
	return Suppressed{Kind: rule.Kind, Rule: rule.Name, Count: count, Of: of, Message: fmt.Sprintf(
		"%s (%s): %d of %d %s (%.0f %%), which is how this dataset is and not listed as findings.",
		info.Title, rule.Name, count, of, what, math.Floor(100*float64(count)/float64(of)))}
}

// add notes a finding of a rule about annotation a. Depth in [0,1] says how bad
// it is: the score is what is left of 1.
func (k *checker) add(rule, a int, depth float64, s *dataset.Suggestion, evidence map[string]any, format string, args ...any) {
	at := &k.ds.Annotations[a]
	evidence["box"] = corners(at.Geometry.Bounds())
	k.put(rule, at.Image, a, at.Class, depth, s, evidence, fmt.Sprintf(format, args...))
}

func (k *checker) put(rule, image, a, class int, depth float64, s *dataset.Suggestion, evidence map[string]any, message string) {
	r := rules[rule]
	depth = max(0, min(1, depth))
	evidence["rule"] = r.Name
	k.by[rule] = append(k.by[rule], dataset.Finding{
		Kind: r.Kind, Image: image, Annotation: a, Class: class, Suggestion: s,
		Score: 1 - depth, Probability: r.Low + (r.High-r.Low)*depth, Evidence: evidence, Message: message,
	})
}

// looked counts what the given rules were tried on.
func (k *checker) looked(rules ...int) {
	for _, r := range rules {
		k.of[r]++
	}
}

// corners spells a box as x, y, width and height for the evidence; what is no
// finite number, which JSON cannot hold, is spelled as a text.
func corners(b dataset.Box) []any {
	out := make([]any, 0, 4)
	for _, v := range []float64{b.X, b.Y, b.W, b.H} {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			out = append(out, fmt.Sprint(v))
		} else {
			out = append(out, v)
		}
	}
	return out
}

func remove() *dataset.Suggestion {
	return &dataset.Suggestion{Action: dataset.DeleteObject, Class: dataset.None}
}

func move(g dataset.Geometry) *dataset.Suggestion {
	return &dataset.Suggestion{Action: dataset.MoveObject, Class: dataset.None, Geometry: g}
}
