package dataset

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
)

// None stands for "no image", "no annotation" or "no class" in indices.
const None = -1

// Finding is one thing that looks wrong, and why.
type Finding struct {
	Kind Kind
	// Image indexes Dataset.Images; None when it speaks of the whole dataset.
	Image int
	// Annotation indexes Dataset.Annotations; None when it speaks of a picture.
	Annotation int
	// Class is the class a dataset finding speaks of, or the given class of the
	// annotation; None otherwise.
	Class int
	// Others are further images it is about: the other members of a component.
	Others []int
	// Suggestion is the change that would mend it; nil when there is none.
	Suggestion *Suggestion
	// Score is the label or image quality in [0,1]; low is bad.
	Score float64
	// Probability that it is a true error, in [0,1].
	Probability float64
	// Evidence is what a person needs to believe or dismiss it. Values are
	// numbers, strings, and slices and maps of them.
	Evidence map[string]any
	// Message is one sentence for a person.
	Message string
}

// Action is what a suggestion or change does.
type Action string

// The actions.
const (
	SetClass  Action = "set-class"
	DropImage Action = "drop-image"
)

// Suggestion is a change that would mend a finding.
type Suggestion struct {
	Action Action
	// Class is the new class of a SetClass; None otherwise.
	Class int
}

// Change is the net effect of decisions on one annotation, ready for a format
// to write: a new class, or the removal of its image.
type Change struct {
	Action Action
	// Annotation indexes Dataset.Annotations. For DropImage it may be None.
	Annotation int
	// Image indexes Dataset.Images.
	Image int
	// From and To are classes; both None for DropImage.
	From, To int
}

// ID returns a name of the finding that stays the same from run to run as long
// as its kind and target do: 16 hexadecimal digits.
func (f *Finding) ID(ds *Dataset, ix *Index) string {
	h := sha256.New()
	h.Write([]byte(f.Kind))
	h.Write([]byte{0})
	switch {
	case f.Annotation != None:
		k := ix.Key(f.Annotation)
		h.Write([]byte(k.Image + "\x00" + strconv.Itoa(k.Ordinal)))
	case f.Image != None:
		h.Write([]byte(ds.Images[f.Image].Path))
	default:
		h.Write([]byte(f.Message))
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}
