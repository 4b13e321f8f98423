package main

import (
	"cmp"
	"slices"
	"time"

	"github.com/errata-cv/errata/matrix"
	"github.com/errata-cv/errata/pixel"
	"github.com/errata-cv/errata/report"
	"github.com/errata-cv/errata/scan"
	"github.com/errata-cv/errata/workspace"
)

// toReport puts a scan into the form that reports are made of.
func toReport(res *scan.Result, path string) *report.Result {
	r := &report.Result{
		Dataset: res.Dataset, Index: res.Index, Path: path, Arrays: res.Arrays,
		Findings: res.Findings, Checked: res.Checked, Confusion: confusion(res),
		Skipped: res.Dataset.Problems, Notes: res.Notes,
		Elapsed: res.Elapsed, Created: res.Started.Add(res.Elapsed).Truncate(time.Second),
	}
	if e := res.Estimate; e != nil {
		r.Estimate = &report.Estimate{Errors: e.Errors, Low: e.Low, High: e.High}
	}
	for i, l := range res.Labels {
		if l.Judged {
			r.Scores = append(r.Scores, report.Score{Annotation: i, Suggestion: l.Suggestion, Score: l.Score, Probability: l.Probability})
		}
	}
	for _, s := range res.Suppressed {
		r.Suppressed = append(r.Suppressed, report.Suppressed{Kind: s.Kind, Count: s.Count, Reason: s.Reason})
	}
	for _, s := range res.Steps {
		r.Steps = append(r.Steps, report.Step{Name: s.Name, Elapsed: s.Elapsed, Reused: s.Reused})
	}
	return r
}

// thumbsOf gives the stored thumbnails of a scan as JPEG files.
func thumbsOf(res *scan.Result, ws *workspace.Workspace) thumbs {
	return func(image int) ([]byte, error) {
		c := res.Images[image]
		if c == nil {
			return nil, nil
		}
		b, err := ws.Thumb(c.Slot)
		if err != nil {
			return nil, err
		}
		return pixel.StandaloneJPEG(pixel.ThumbSide, b), nil
	}
}

// confusion counts the judged labels by given and predicted class.
func confusion(res *scan.Result) []report.Cell {
	if res.Probs == nil {
		return nil
	}
	count := map[[2]int]int{}
	for i, a := range res.Dataset.Annotations {
		if res.Labels[i].Judged {
			count[[2]int{a.Class, matrix.ArgMax(res.Probs.Row(i))}]++
		}
	}
	out := make([]report.Cell, 0, len(count))
	for k, n := range count {
		out = append(out, report.Cell{Given: k[0], Predicted: k[1], Count: n})
	}
	slices.SortFunc(out, func(a, b report.Cell) int {
		return cmp.Or(cmp.Compare(a.Given, b.Given), cmp.Compare(a.Predicted, b.Predicted))
	})
	return out
}
