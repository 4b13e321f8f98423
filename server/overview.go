package server

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/matrix"
)

// Overview is what was found, summed up.
type Overview struct {
	Pairs     []PairSummary  `json:"pairs" doc:"Given and suggested classes of the wrong-class findings, most expected errors first"`
	Classes   []ClassSummary `json:"classes"`
	Histogram []Bin          `json:"histogram" doc:"Labels by probability of an error"`
	Confusion *Confusion     `json:"confusion,omitempty" doc:"Absent for more than 60 classes"`
	Notes     []string       `json:"notes"`
	Skipped   []Skipped      `json:"skipped"`
}

// PairSummary sums up the findings that suggest one class in place of another.
type PairSummary struct {
	Given       int     `json:"given"`
	Suggested   int     `json:"suggested"`
	Count       int     `json:"count"`
	Probability float64 `json:"probability" doc:"Mean"`
}

// ClassSummary describes how well the labels of a class agree with the model.
type ClassSummary struct {
	ID             int     `json:"id"`
	Count          int     `json:"count"`
	Findings       int     `json:"findings"`
	SelfConfidence float64 `json:"selfConfidence" doc:"Mean out-of-sample probability of the given class"`
	Accuracy       float64 `json:"accuracy" doc:"Share of the labels that the out-of-sample prediction puts first"`
}

// Bin counts labels whose probability of an error is in [From, To).
type Bin struct {
	From     float64 `json:"from"`
	To       float64 `json:"to"`
	Labels   int     `json:"labels"`
	Findings int     `json:"findings"`
}

// Confusion counts labels by given (row) and predicted (column) class.
type Confusion struct {
	Size   int   `json:"size"`
	Counts []int `json:"counts" doc:"Row by row"`
}

// Skipped is a file or row that was left out, and why.
type Skipped struct {
	Path   string `json:"path"`
	Reason string `json:"reason"`
}

const (
	bins             = 20
	maxConfusionSize = 60
	maxSkippedListed = 500
)

func (s *Server) overview() Overview {
	ds, res := s.res.Dataset, s.res
	o := Overview{
		Pairs: []PairSummary{}, Classes: make([]ClassSummary, len(ds.Classes)),
		Histogram: make([]Bin, bins), Notes: append([]string{}, res.Notes...), Skipped: []Skipped{},
	}
	for i := range o.Histogram {
		o.Histogram[i].From, o.Histogram[i].To = float64(i)/bins, float64(i+1)/bins
	}
	bin := func(p float64) int { return min(bins-1, max(0, int(p*bins))) }
	if len(ds.Classes) <= maxConfusionSize && res.Probs != nil {
		o.Confusion = &Confusion{Size: len(ds.Classes), Counts: make([]int, len(ds.Classes)*len(ds.Classes))}
	}
	right := make([]int, len(ds.Classes))
	judged := make([]int, len(ds.Classes))
	for i, a := range ds.Annotations {
		o.Classes[a.Class].Count++
		if len(res.Labels) == 0 || !res.Labels[i].Judged {
			continue
		}
		o.Histogram[bin(res.Labels[i].Probability)].Labels++
		if res.Probs == nil {
			continue
		}
		row := res.Probs.Row(i)
		best := matrix.ArgMax(row)
		judged[a.Class]++
		o.Classes[a.Class].SelfConfidence += float64(row[a.Class])
		if best == a.Class {
			right[a.Class]++
		}
		if o.Confusion != nil {
			o.Confusion.Counts[a.Class*len(ds.Classes)+best]++
		}
	}
	pairs := map[[2]int]*PairSummary{}
	for i := range res.Findings {
		f := &res.Findings[i]
		if f.Kind != dataset.WrongClass {
			continue
		}
		o.Histogram[bin(f.Probability)].Findings++
		o.Classes[f.Class].Findings++
		if f.Suggestion == nil {
			continue
		}
		k := [2]int{f.Class, f.Suggestion.Class}
		if pairs[k] == nil {
			pairs[k] = &PairSummary{Given: k[0], Suggested: k[1]}
		}
		pairs[k].Count++
		pairs[k].Probability += f.Probability
	}
	for _, p := range pairs {
		p.Probability /= float64(p.Count)
		o.Pairs = append(o.Pairs, *p)
	}
	slices.SortFunc(o.Pairs, func(a, b PairSummary) int {
		return cmp.Or(cmp.Compare(b.Probability*float64(b.Count), a.Probability*float64(a.Count)), cmp.Compare(a.Given, b.Given), cmp.Compare(a.Suggested, b.Suggested))
	})
	for c := range o.Classes {
		o.Classes[c].ID = c
		if n := judged[c]; n > 0 {
			o.Classes[c].SelfConfidence /= float64(n)
			o.Classes[c].Accuracy = float64(right[c]) / float64(n)
		}
	}
	for _, p := range res.Suppressed {
		o.Notes = append(o.Notes, p.Reason)
	}
	for _, p := range ds.Problems {
		if len(o.Skipped) == maxSkippedListed {
			o.Notes = append(o.Notes, fmt.Sprintf("%d more files or rows were skipped; errata check --format json lists them all.", len(ds.Problems)-maxSkippedListed))
			break
		}
		place := p.Image
		if place == "" {
			place = p.Place
		}
		o.Skipped = append(o.Skipped, Skipped{place, p.Message})
	}
	return o
}
