package duplicate

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/errata-cv/errata/dataset"
)

// Policy says which copy stays.
type Policy struct {
	// DropFrom names the split whose pictures give way when a component spans
	// several splits. Without it the most precious split keeps its picture:
	// test (or testing, holdout, eval, evaluation) before val (or valid,
	// validation, dev) before any other before train (or training).
	DropFrom string
}

// How sure a finding is: exact copies are certain; of pairs with correlating
// small pictures nearly all are the same scene; a hash or a caller's pair alone
// is right more often than not.
const (
	exactProbability     = 1
	confirmedProbability = 0.9
	hashProbability      = 0.6
)

// mostOthers bounds Finding.Others; a component may have thousands of members.
const mostOthers = 24

// Findings turns components into findings about ds, whose images the columns
// described, ordered by image, then by kind.
//
// One member of each component is kept: that of the most precious split, the
// first of several. Every other member gets one finding with the suggestion to
// drop it: split-leak when the kept picture is in another split, else
// exact-duplicate when an equal picture comes before it, else near-duplicate. So
// accepting all suggestions leaves one picture of each component. Score is 0 for
// exact copies and the share of differing hash bits otherwise.
//
// Where members carry different classes, each annotation that is not of the
// majority gets an inconsistent-component finding that suggests the majority;
// when no class has more than half of the annotations, all of them get one
// without a suggestion. Score is the share of annotations that agree with it.
// An image whose own annotations, by nobody in particular, differ counts as a
// component unless that is so for more than half of the images, which then
// simply carry several labels each.
//
// Others starts with the kept picture and holds at most 24 members. The evidence
// holds "members", the size of the component, "exact", and for copies "kept"
// (path), "distance" (bits) and "split", "kept_split"; for labels "labels", the
// number of annotations of each class by name.
func (c *Components) Findings(ds *dataset.Dataset, ix *dataset.Index, p Policy) ([]dataset.Finding, error) {
	if len(c.Near) != len(ds.Images) {
		return nil, fmt.Errorf("the columns described %d images, but the dataset has %d", len(c.Near), len(ds.Images))
	}
	if p.DropFrom != "" && !slices.Contains(ds.Splits(), p.DropFrom) {
		return nil, fmt.Errorf("there is no split %q to drop pictures from; the dataset has %q", p.DropFrom, ds.Splits())
	}
	b := &builder{Components: c, ds: ds, ix: ix, policy: p}
	for _, members := range groups(c.Near) {
		slices.SortStableFunc(members, func(x, y int) int {
			return cmp.Compare(b.rank(ds.Images[y].Split), b.rank(ds.Images[x].Split))
		})
		b.copies(members)
		b.labels(members)
	}
	b.contradictions()
	order := make(map[dataset.Kind]int)
	for i, k := range dataset.Kinds() {
		order[k.Kind] = i
	}
	slices.SortStableFunc(b.out, func(x, y dataset.Finding) int {
		return cmp.Or(cmp.Compare(x.Image, y.Image), cmp.Compare(order[x.Kind], order[y.Kind]), cmp.Compare(x.Annotation, y.Annotation))
	})
	return b.out, nil
}

type builder struct {
	*Components
	ds     *dataset.Dataset
	ix     *dataset.Index
	policy Policy
	out    []dataset.Finding
}

// rank is how precious a split is.
func (b *builder) rank(split string) int {
	if split == b.policy.DropFrom && split != "" {
		return -1
	}
	switch strings.ToLower(split) {
	case "test", "testing", "holdout", "eval", "evaluation":
		return 3
	case "val", "valid", "validation", "dev":
		return 2
	case "train", "training", "":
		return 0
	}
	return 1
}

// copies reports every member but the first.
func (b *builder) copies(members []int) {
	kept := members[0]
	first := map[int32]int{b.Exact[kept]: kept} // of each exact component
	for _, m := range members[1:] {
		f := dataset.Finding{
			Image: m, Annotation: dataset.None, Class: dataset.None,
			Others:     others(members, m),
			Suggestion: &dataset.Suggestion{Action: dataset.DropImage, Class: dataset.None},
			Evidence:   map[string]any{"kept": b.ds.Images[kept].Path, "members": len(members)},
		}
		twin, seen := first[b.Exact[m]]
		if !seen {
			first[b.Exact[m]] = m
		}
		split, keptSplit := b.ds.Images[m].Split, b.ds.Images[kept].Split
		leak := split != keptSplit && split != "" && keptSplit != ""
		if leak || !seen {
			twin = kept
		}
		f.Score, f.Probability = b.judge(m, twin, f.Evidence)
		words := "Almost the same picture as"
		if b.Exact[m] == b.Exact[twin] {
			words = "The same picture as"
		}
		f.Message = fmt.Sprintf("%s %s.", words, b.ds.Images[twin].Path)
		switch {
		case leak:
			f.Kind = dataset.SplitLeak
			f.Evidence["split"], f.Evidence["kept_split"] = split, keptSplit
			f.Message = fmt.Sprintf("%s %s: one is in %s, the other in %s.", words, b.ds.Images[kept].Path, split, keptSplit)
		case seen:
			f.Kind = dataset.ExactDuplicate
		default:
			f.Kind = dataset.NearDuplicate
		}
		b.out = append(b.out, f)
	}
}

// judge scores how much alike two members are.
func (b *builder) judge(m, kept int, evidence map[string]any) (score, probability float64) {
	exact := b.Exact[m] == b.Exact[kept]
	evidence["exact"] = exact
	if exact {
		return 0, exactProbability
	}
	if d := b.distance(m, kept); d != dataset.None {
		evidence["distance"] = d
		score = float64(d) / 64
	}
	return score, b.nearProbability()
}

func (b *builder) nearProbability() float64 {
	if b.columns.Inputs != nil {
		return confirmedProbability
	}
	return hashProbability
}

// labels reports annotations of different classes on the members.
func (b *builder) labels(members []int) {
	votes := make(map[int]int)
	total := 0
	for _, m := range members {
		for _, a := range b.ix.Annotations(m) {
			votes[b.ds.Annotations[a].Class]++
			total++
		}
	}
	if len(votes) < 2 {
		return
	}
	majority, named := dataset.None, make(map[string]int)
	for class, n := range votes {
		named[b.ds.Classes[class]] = n
		if 2*n > total {
			majority = class
		}
	}
	exact := true
	for _, m := range members {
		exact = exact && b.Exact[m] == b.Exact[members[0]]
	}
	sure := float64(exactProbability)
	if !exact {
		sure = b.nearProbability()
	}
	for _, m := range members {
		for _, a := range b.ix.Annotations(m) {
			class := b.ds.Annotations[a].Class
			if class == majority {
				continue
			}
			share := float64(votes[class]) / float64(total)
			f := dataset.Finding{
				Kind: dataset.InconsistentComponent, Image: m, Annotation: a, Class: class,
				Others: others(members, m), Score: share, Probability: sure * (1 - share),
				Evidence: map[string]any{"members": len(members), "exact": exact, "labels": named},
				Message:  fmt.Sprintf("Labelled %s, but the same picture is also labelled %s.", b.ds.Classes[class], b.list(votes, class)),
			}
			if majority != dataset.None {
				f.Suggestion = &dataset.Suggestion{Action: dataset.SetClass, Class: majority}
			}
			b.out = append(b.out, f)
		}
	}
}

// list names the classes voted for but one, the most frequent first.
func (b *builder) list(votes map[int]int, but int) string {
	var classes []int
	for class := range votes {
		if class != but {
			classes = append(classes, class)
		}
	}
	slices.SortFunc(classes, func(x, y int) int { return cmp.Or(cmp.Compare(votes[y], votes[x]), cmp.Compare(x, y)) })
	var names []string
	for _, class := range classes {
		names = append(names, b.ds.Classes[class])
	}
	return strings.Join(names, ", ")
}

// contradictions reports images alone in their component whose own annotations
// differ.
func (b *builder) contradictions() {
	size := sizes(b.Near)
	var several []int
	labelled, differ := 0, 0
	for i := range b.ds.Images {
		of := b.ix.Annotations(i)
		if len(of) > 0 {
			labelled++
		}
		if !b.contradicts(of) {
			continue
		}
		differ++
		if size[b.Near[i]] == 1 {
			several = append(several, i)
		}
	}
	if 2*differ > labelled {
		return
	}
	for _, i := range several {
		b.labels([]int{i})
	}
}

// contradicts tells whether annotations without an annotator differ.
func (b *builder) contradicts(of []int) bool {
	for _, a := range of {
		if b.ds.Annotations[a].Annotator != "" {
			return false
		}
	}
	for _, a := range of[min(1, len(of)):] {
		if b.ds.Annotations[a].Class != b.ds.Annotations[of[0]].Class {
			return true
		}
	}
	return false
}

// others returns up to mostOthers members but m, in their order.
func others(members []int, m int) []int {
	out := make([]int, 0, min(len(members)-1, mostOthers))
	for _, o := range members {
		if len(out) == mostOthers {
			break
		}
		if o != m {
			out = append(out, o)
		}
	}
	return out
}
