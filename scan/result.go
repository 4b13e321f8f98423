package scan

import (
	"time"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/matrix"
	"github.com/errata-cv/errata/neighbor"
	"github.com/errata-cv/errata/workspace"
)

// Result is what a scan measured and found. Everything in it can be rebuilt
// from the dataset and the workspace.
type Result struct {
	Dataset *dataset.Dataset
	Index   *dataset.Index
	// Task is what its labels say. Classes are judged in a Classification only.
	Task dataset.Task
	// Arrays tells that the labels come without pictures, from an array.
	Arrays bool
	// Images holds what was measured of each image of the dataset; an entry is
	// nil where the file could not be decoded.
	Images []*workspace.Content
	// Embedding has one row for each image of the dataset, zero where it could
	// not be decoded; nil when no image could.
	Embedding *matrix.Matrix
	// Neighbors is the graph of look-alikes over the rows of Embedding.
	Neighbors *neighbor.Graph
	// Probs are out-of-sample class probabilities, one row for each annotation;
	// nil when there are fewer than two classes to tell apart.
	Probs *matrix.Matrix
	// Groups gives images that are the same the same number; they always stand
	// on the same side of a split.
	Groups []int32
	// Labels is the judgement of every annotation.
	Labels []Label
	// Findings are what looks wrong, most probable first.
	Findings []dataset.Finding
	// Checked are the kinds that were looked for.
	Checked []dataset.Kind
	// Estimate is the number of wrong labels; nil when no label was judged.
	Estimate *Estimate
	// Suppressed are kinds found so often that they describe the dataset.
	Suppressed []Suppressed
	// Notes are sentences a reader of the result should know.
	Notes []string
	// Steps are what was done, in order.
	Steps []Step
	// Started and Elapsed time the scan.
	Started time.Time
	Elapsed time.Duration
}

// Label is the judgement of one annotation.
type Label struct {
	// Judged is false where nothing could be said: an unreadable image, or a
	// class that no other image carries.
	Judged bool
	// Suggestion is the class that fits best besides the given one; None when
	// there is none.
	Suggestion int
	// Score is the label quality in [0,1]; low is bad.
	Score float64
	// Probability that the label is wrong, in [0,1].
	Probability float64
}

// Estimate is the number of wrong labels with a rough range; see package rank.
type Estimate struct{ Errors, Low, High float64 }

// Suppressed is a kind of finding too frequent to list one by one.
type Suppressed struct {
	Kind   dataset.Kind
	Count  int
	Reason string
}

// Step is one step of a scan.
type Step struct {
	Name    string
	Elapsed time.Duration
	// Reused tells that the work of an earlier run was still good.
	Reused bool
}
