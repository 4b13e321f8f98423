package report

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/errata-cv/errata/dataset"
)

// Result is what one check of a dataset found. Only Dataset is required.
type Result struct {
	// Dataset is what was checked; findings and scores index into it.
	Dataset *dataset.Dataset
	// Index is the index of Dataset; it is built when nil.
	Index *dataset.Index
	// Arrays tells that the labels were given as an array without pictures; they
	// are called by their index.
	Arrays bool
	// Path is how the person named the dataset on the command line. The
	// commands that a report proposes use it; Dataset.Source when empty.
	Path string
	// Findings are what looks wrong. They are shown by falling probability;
	// findings of equal probability keep their order here.
	Findings []dataset.Finding
	// Checked are the kinds that were looked for, so that a report can say
	// which of them were not found. Kinds with findings need not be listed.
	Checked []dataset.Kind
	// Scores are the labels that were judged, in the order to be written.
	Scores []Score
	// Estimate says how many labels are wrong; nil when that is not known.
	Estimate *Estimate
	// Confusion are the cells above zero of the table of given class against
	// the class that the out-of-sample prediction puts first.
	Confusion []Cell
	// Suppressed are the kinds of which so many were found that they say more
	// about the dataset than about single images; they are not in Findings.
	Suppressed []Suppressed
	// Skipped are the files and rows that were left out of the check.
	Skipped []dataset.Problem
	// Notes are sentences that a reader of the result should know.
	Notes []string
	// Steps are what was done, in order, with the time each took.
	Steps []Step
	// Elapsed is the time from start to end.
	Elapsed time.Duration
	// Created is when the check ended; the zero time is not shown.
	Created time.Time
}

// Score is the judgement of one label, whether or not it became a finding.
type Score struct {
	// Annotation indexes Dataset.Annotations.
	Annotation int
	// Suggestion is the class that fits best; dataset.None when there is none.
	Suggestion int
	// Score is the label quality in [0,1]; low is bad.
	Score float64
	// Probability that the label is wrong, in [0,1].
	Probability float64
}

// Estimate is how many labels are thought to be wrong, with the ends of a rough
// range.
type Estimate struct{ Errors, Low, High float64 }

// Cell counts the labels of one given class that are predicted as another, or
// as the same. Given and Predicted index Dataset.Classes.
type Cell struct{ Given, Predicted, Count int }

// Suppressed is a kind of finding that was found too often to list.
type Suppressed struct {
	Kind   dataset.Kind
	Count  int
	Reason string // one sentence
}

// Step is one step of a check.
type Step struct {
	Name    string
	Elapsed time.Duration
	// Reused tells that an earlier run had done it already.
	Reused bool
}

// Pair sums up the findings that suggest one class in place of another.
type Pair struct {
	Given, Suggested int
	// Findings index Result.Findings, most probable first.
	Findings []int
	// Probability is the mean over Findings.
	Probability float64
}

// Count is the number of findings of one kind.
type Count struct {
	Kind  dataset.Kind
	Count int
}

// indexed returns r itself, or a copy with an index where it has none.
func (r *Result) indexed() *Result {
	if r.Index != nil {
		return r
	}
	c := *r
	c.Index = dataset.NewIndex(r.Dataset)
	return &c
}

// path returns how to name the dataset in a command.
func (r *Result) path() string {
	if r.Path != "" {
		return r.Path
	}
	return r.Dataset.Source
}

// Counts returns the number of findings of every kind found or checked, in the
// order of dataset.Kinds; kinds unknown to it follow by name.
func (r *Result) Counts() []Count {
	n := map[dataset.Kind]int{}
	for _, k := range r.Checked {
		n[k] = 0
	}
	for i := range r.Findings {
		n[r.Findings[i].Kind]++
	}
	out := make([]Count, 0, len(n))
	for _, info := range dataset.Kinds() {
		if c, ok := n[info.Kind]; ok {
			out = append(out, Count{info.Kind, c})
			delete(n, info.Kind)
		}
	}
	known := len(out)
	for k, c := range n {
		out = append(out, Count{k, c})
	}
	slices.SortFunc(out[known:], func(a, b Count) int { return cmp.Compare(a.Kind, b.Kind) })
	return out
}

// ranked returns the indices of the findings, most probable first; a
// probability that is not a number comes last.
func (r *Result) ranked() []int {
	order := make([]int, len(r.Findings))
	for i := range order {
		order[i] = i
	}
	key := func(i int) float64 {
		if p := r.Findings[i].Probability; !math.IsNaN(p) {
			return p
		}
		return math.Inf(-1)
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(key(b), key(a)) })
	return order
}

// byKind returns the ranked findings of each kind.
func (r *Result) byKind() map[dataset.Kind][]int {
	out := map[dataset.Kind][]int{}
	for _, i := range r.ranked() {
		k := r.Findings[i].Kind
		out[k] = append(out[k], i)
	}
	return out
}

// Pairs returns the class pairs of the findings that suggest another class,
// by falling sum of probability; ties by class.
func (r *Result) Pairs() []Pair {
	at := map[[2]int]int{}
	var out []Pair
	for _, i := range r.ranked() {
		f := &r.Findings[i]
		given, ok := r.given(f)
		if !ok || f.Suggestion == nil || f.Suggestion.Action != dataset.SetClass {
			continue
		}
		key := [2]int{given, f.Suggestion.Class}
		p, ok := at[key]
		if !ok {
			p = len(out)
			at[key] = p
			out = append(out, Pair{Given: key[0], Suggested: key[1]})
		}
		out[p].Findings = append(out[p].Findings, i)
		if !math.IsNaN(f.Probability) {
			out[p].Probability += f.Probability
		}
	}
	slices.SortFunc(out, func(a, b Pair) int {
		return cmp.Or(cmp.Compare(b.Probability, a.Probability),
			cmp.Compare(a.Given, b.Given), cmp.Compare(a.Suggested, b.Suggested))
	})
	for i := range out {
		out[i].Probability /= float64(len(out[i].Findings))
	}
	return out
}

// given returns the class that a finding speaks of.
func (r *Result) given(f *dataset.Finding) (class int, ok bool) {
	switch {
	case f.Annotation != dataset.None:
		return r.Dataset.Annotations[f.Annotation].Class, true
	case f.Class != dataset.None:
		return f.Class, true
	}
	return dataset.None, false
}

// class returns the name of a class; ok is false for dataset.None.
func (r *Result) class(c int) (name string, ok bool) {
	if c < 0 || c >= len(r.Dataset.Classes) {
		return "", false
	}
	return r.Dataset.Classes[c], true
}

// target returns the picture of a finding; ok is false when it speaks of the
// whole dataset.
func (r *Result) target(f *dataset.Finding) (image int, ok bool) {
	switch {
	case f.Image != dataset.None:
		return f.Image, true
	case f.Annotation != dataset.None:
		return r.Dataset.Annotations[f.Annotation].Image, true
	}
	return dataset.None, false
}
