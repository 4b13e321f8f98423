package dataset

import "time"

// Verdict is what a person said of a finding or a label.
type Verdict string

// The verdicts.
const (
	// Accept takes the suggestion as it is.
	Accept Verdict = "accept"
	// Keep says that the source is right; it is not asked again.
	Keep Verdict = "keep"
	// Relabel gives the label the class named in the decision.
	Relabel Verdict = "relabel"
	// Drop removes the image from the dataset.
	Drop Verdict = "drop"
	// Unsure passes it on to somebody else.
	Unsure Verdict = "unsure"
	// Skip says nothing; it may be shown again.
	Skip Verdict = "skip"
	// Clear takes an earlier verdict back.
	Clear Verdict = "clear"
)

// Decision is one answer of one person about one target.
type Decision struct {
	// Target is the annotation it speaks of. For a finding about a picture it
	// is the first annotation of that picture (ordinal 0).
	Target Key `json:"target"`
	// Kind is the kind of finding that was answered; empty when the label was
	// looked at without one.
	Kind    Kind    `json:"kind,omitempty"`
	Verdict Verdict `json:"verdict"`
	// Before and After are class names; After is empty unless the verdict
	// gives the label a new class.
	Before string `json:"before,omitempty"`
	After  string `json:"after,omitempty"`
	// Action is what Accept does when it gives no class: DropImage, DeleteObject
	// or MoveObject, the last with Geometry as the new place. Empty stands for
	// DropImage, or for SetClass when After is there.
	Action   Action         `json:"action,omitempty"`
	Geometry *GeometryValue `json:"geometry,omitempty"`
	// Place is the box around the object as it was when it was decided about: x,
	// y, width and height in pixels. Objects are counted in their image, so that
	// another one may stand in its place later.
	Place *[4]float64 `json:"place,omitempty"`
	// Probability is the finding's probability when it was shown, in [0,1].
	Probability float64 `json:"probability,omitempty"`
}

// Entry is one record of the journal: an operation of one or many decisions,
// or the undoing or redoing of an earlier one. Entries are never changed.
type Entry struct {
	// Seq counts entries from 1 without gaps; the journal assigns it.
	Seq  int64     `json:"seq"`
	Time time.Time `json:"time"`
	Who  string    `json:"who"`
	// Op is "decide", "undo" or "redo".
	Op string `json:"op"`
	// Of is the Seq of the decide entry that an undo or redo speaks of.
	Of        int64      `json:"of,omitempty"`
	Decisions []Decision `json:"decisions,omitempty"`
	// Request is the client's key for the operation; the journal takes each
	// non-empty key once, so a repeated request is answered, not repeated.
	Request string `json:"request,omitempty"`
}
