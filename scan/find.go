package scan

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"github.com/errata-cv/errata/check/class"
	"github.com/errata-cv/errata/check/duplicate"
	"github.com/errata-cv/errata/check/quality"
	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/embed"
	"github.com/errata-cv/errata/format/source"
	"github.com/errata-cv/errata/progress"
	"github.com/errata-cv/errata/workspace"
)

// duplicates ties pictures that are the same, for findings and for folds.
func (s *scanner) duplicates(context.Context) error {
	return s.step("duplicates", 0, "", func(progress.Task) (bool, error) {
		n := len(s.res.Images)
		c := duplicate.Columns{
			SHA256: make([][32]byte, n), Pixels: make([][32]byte, n), PHash: make([]uint64, n),
			Contrast: make([]float64, n), Unreadable: make([]bool, n),
		}
		slots := make([]int64, n)
		known := workspace.Unknown
		for i, im := range s.res.Images {
			if im == nil {
				c.Unreadable[i] = true
				continue
			}
			known = s.slots[i]
			c.SHA256[i], c.Pixels[i], c.PHash[i] = im.SHA256, im.PixelHash, im.PHash
			c.Contrast[i] = im.Quality.BrightnessP99 - im.Quality.BrightnessP5
		}
		o := duplicate.Options{}
		if known != workspace.Unknown {
			for i := range slots {
				if slots[i] = s.slots[i]; slots[i] == workspace.Unknown {
					slots[i] = known // never asked for: the picture is unreadable
				}
			}
			in, err := s.ws.Inputs(slots, embed.InputSide)
			if err != nil {
				return false, err
			}
			c.Inputs, o.Distance = in, duplicate.DefaultDistance
		}
		found, err := duplicate.Find(c, o)
		if err != nil {
			return false, err
		}
		s.res.Groups = found.Near
		s.copies, err = found.Findings(s.res.Dataset, s.res.Index, duplicate.Policy{})
		return false, err
	})
}

// find turns the columns into one list of findings.
func (s *scanner) find(context.Context) error {
	res := s.res
	q := s.quality()
	if s.noPictures() {
		q.Findings = nil
		res.Arrays = s.opts.Given.any()
	}
	if s.noPictures() && !s.opts.Given.any() {
		s.note(fmt.Sprintf("None of the %d pictures is there (the first is %s in %s), so only the annotations were checked. Give the folder of the pictures with --images.", s.missing, source.Show(res.Dataset.Images[0].Path), source.Show(res.Dataset.Root)))
	}
	if res.Task != dataset.Classification {
		// Objects of two pictures, or sets of classes, are not compared by class.
		s.copies = slices.DeleteFunc(s.copies, func(f dataset.Finding) bool { return f.Kind == dataset.InconsistentComponent })
	}
	objects := s.objects()
	res.Findings = slices.Concat(s.copies, sameTurned(q.Findings, objects), unsaid(s.problems(), objects), objects)
	for _, p := range q.Suppressed {
		res.Suppressed = append(res.Suppressed, Suppressed{p.Kind, p.Count, p.Message})
	}
	for _, look := range []func() ([]dataset.Finding, error){s.wrongClasses, s.multiLabels, s.weakAnnotators} {
		found, err := look()
		if err != nil {
			return err
		}
		res.Findings = append(res.Findings, found...)
	}
	order := map[dataset.Kind]int{}
	ignored := func(k dataset.Kind) bool { return slices.Contains(s.opts.Ignore, k) }
	for i, k := range dataset.Kinds() {
		order[k.Kind] = i
		if !ignored(k.Kind) && s.applies(k.Kind) {
			res.Checked = append(res.Checked, k.Kind)
		}
	}
	res.Findings = slices.DeleteFunc(res.Findings, func(f dataset.Finding) bool { return ignored(f.Kind) })
	res.Suppressed = slices.DeleteFunc(res.Suppressed, func(p Suppressed) bool { return ignored(p.Kind) })
	slices.SortStableFunc(res.Findings, func(a, b dataset.Finding) int {
		return cmp.Or(
			cmp.Compare(b.Probability, a.Probability), cmp.Compare(order[a.Kind], order[b.Kind]),
			cmp.Compare(a.Score, b.Score), cmp.Compare(a.Image, b.Image), cmp.Compare(a.Annotation, b.Annotation))
	})
	return nil
}

// applies tells whether a kind is looked for in a dataset of this task.
func (s *scanner) applies(k dataset.Kind) bool {
	switch k {
	case dataset.MissingClass, dataset.ExtraClass:
		return s.res.Task == dataset.MultiLabel && s.opts.Given.Probs != nil
	case dataset.WeakAnnotator:
		return s.compared
	case dataset.WrongClass:
		return s.res.Task == dataset.Classification
	case dataset.InconsistentComponent:
		return s.res.Task == dataset.Classification && !s.noPictures()
	case dataset.Artifact, dataset.DuplicateObject, dataset.DuplicateID, dataset.OrphanAnnotation, dataset.UnlabelledImage, dataset.SizeMismatch:
		return s.res.Task == dataset.Objects
	case dataset.UndefinedClass, dataset.UnusedClass, dataset.RareClass:
		return true
	}
	info, _ := k.Info()
	return (info.Family == "quality" || info.Family == "duplicate") && !s.noPictures()
}

// quality checks the pictures themselves.
func (s *scanner) quality() quality.Result {
	rows := make([]quality.Row, len(s.res.Images))
	for i, c := range s.res.Images {
		if c == nil {
			rows[i] = quality.Row{Status: quality.Unreadable, Error: s.errs[i].message}
			continue
		}
		rows[i] = quality.Row{Status: quality.Measured, Width: c.Width, Height: c.Height, Orientation: c.Orientation, Quality: c.Quality}
		if c.Truncated {
			rows[i].Status = quality.Truncated
		}
	}
	return quality.Check(rows, quality.Options{})
}

// rareClass is the share of a fair share (1/classes) below which a class is
// rare, as in Datalab's class imbalance.
const rareClass = 0.1

// problems lists what is wrong with the classes, and what the reader could not
// take at face value and nothing else reports.
func (s *scanner) problems() []dataset.Finding {
	ds := s.res.Dataset
	var out []dataset.Finding
	about := func(kind dataset.Kind, c int, score float64, message string) {
		out = append(out, dataset.Finding{
			Kind: kind, Image: dataset.None, Annotation: dataset.None, Class: c,
			Score: score, Probability: 1, Evidence: map[string]any{"class": ds.Classes[c]}, Message: message,
		})
	}
	counts := ds.ClassCounts()
	for c, n := range counts {
		share := float64(n) * float64(len(counts)) / float64(max(1, len(ds.Annotations)))
		switch {
		case n == 0:
			about(dataset.UnusedClass, c, 0, fmt.Sprintf("No label has the class %q.", ds.Classes[c]))
		case share < rareClass:
			about(dataset.RareClass, c, share, fmt.Sprintf("The class %q has %d of %d labels, less than a tenth of a fair share.", ds.Classes[c], n, len(ds.Annotations)))
		}
	}
	type target struct {
		kind    dataset.Kind
		image   string
		ordinal int
	}
	told := map[target]bool{}
	for _, p := range ds.Problems {
		i, ok := s.res.Index.Image(p.Image)
		if !ok {
			i = dataset.None
		}
		switch {
		case p.Kind == "": // skips are listed apart
			continue
		case i != dataset.None && (p.Kind == dataset.Unreadable || p.Kind == dataset.InconsistentComponent):
			continue // found by measuring the file, and by comparing the labels of one picture
		case p.Image != "" && told[target{p.Kind, p.Image, p.Ordinal}]:
			continue // one finding of a kind for each picture or annotation
		}
		told[target{p.Kind, p.Image, p.Ordinal}] = true
		annotation, class := dataset.None, dataset.None
		if a, ok := s.res.Index.Annotation(dataset.Key{Image: p.Image, Ordinal: p.Ordinal - 1}); ok && p.Ordinal > 0 {
			annotation, class = a, ds.Annotations[a].Class
		}
		out = append(out, dataset.Finding{
			Kind: p.Kind, Image: i, Annotation: annotation, Class: class,
			Score: 0, Probability: 1, Evidence: map[string]any{"place": p.Place}, Message: p.Message,
		})
	}
	return out
}

// wrongClasses lists the labels that confident learning flags or that are more
// likely wrong than right.
func (s *scanner) wrongClasses() ([]dataset.Finding, error) {
	res := s.res
	if s.learning == nil {
		return nil, nil
	}
	flagged, err := s.learning.Filter(s.opts.Filter, class.FilterOptions{FracNoise: 1, MinExamples: 1})
	if err != nil {
		return nil, err
	}
	want := make([]bool, len(s.rows))
	for _, i := range flagged {
		want[i] = true
	}
	probability, suggestion := make([]float64, len(s.rows)), make([]int, len(s.rows))
	var rows []int
	for i, a := range s.rows {
		probability[i], suggestion[i] = res.Labels[a].Probability, res.Labels[a].Suggestion
		if res.Labels[a].Judged && (want[i] || probability[i] >= 0.5) {
			rows = append(rows, i)
		}
	}
	findings, err := s.learning.Findings(res.Dataset, class.FindingOptions{Annotations: s.rows, Rows: rows, Probability: probability, Suggestion: suggestion})
	if err != nil {
		return nil, err
	}
	for i := range findings {
		f := &findings[i]
		f.Score = res.Labels[f.Annotation].Score
		f.Evidence["neighbors_agree"] = s.agreement(f.Annotation)
	}
	return findings, nil
}

// agreement is the share of the look-alikes of an annotation's image that carry
// its class.
func (s *scanner) agreement(a int) float64 {
	g, ds := s.res.Neighbors, s.res.Dataset
	if g == nil {
		return 0
	}
	im := ds.Annotations[a].Image
	agree, all := 0, 0
	for _, j := range g.Index[im*g.K : (im+1)*g.K] {
		if j < 0 {
			break
		}
		for _, b := range s.res.Index.Annotations(int(j)) {
			all++
			if ds.Annotations[b].Class == ds.Annotations[a].Class {
				agree++
			}
		}
	}
	return float64(agree) / float64(max(1, all))
}

// store keeps the findings and scores in the workspace.
func (s *scanner) store(ctx context.Context) error {
	res := s.res
	labels := &workspace.Labels{
		Score: make([]float64, len(res.Labels)), Probability: make([]float64, len(res.Labels)), Suggestion: make([]int32, len(res.Labels)),
	}
	for i, l := range res.Labels {
		labels.Score[i], labels.Probability[i], labels.Suggestion[i] = l.Score, l.Probability, int32(l.Suggestion)
	}
	_, err := s.ws.PutScan(ctx, &workspace.Scan{
		Time: time.Now().UTC(), DatasetKey: DatasetKey(res.Dataset),
		Findings: workspace.Portable(res.Dataset, res.Index, res.Findings), Labels: labels,
	})
	return err
}

// DatasetKey names a dataset as it was read: its images, labels and classes.
func DatasetKey(ds *dataset.Dataset) string {
	h := sha256.New()
	for _, c := range ds.Classes {
		fmt.Fprintf(h, "%s\x00", c)
	}
	for _, im := range ds.Images {
		fmt.Fprintf(h, "%s\x00%s\x00", im.Path, im.Split)
	}
	for _, a := range ds.Annotations {
		fmt.Fprintf(h, "%d %d %s\x00", a.Image, a.Class, a.Annotator)
		if a.Geometry != nil {
			fmt.Fprintf(h, "%v %v %v\x00", a.Geometry.Bounds(), a.Crowd, a.Attributes)
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}
