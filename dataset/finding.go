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
	SetClass     Action = "set-class"
	DropImage    Action = "drop-image"
	AddObject    Action = "add-object"
	DeleteObject Action = "delete-object"
	MoveObject   Action = "move-object"
	SetAttribute Action = "set-attribute"
)

// Suggestion is a change that would mend a finding.
type Suggestion struct {
	Action Action
	// Class is the new class of SetClass and AddObject; None otherwise.
	Class int
	// Geometry is where MoveObject and AddObject put the object.
	Geometry Geometry
}

// Change is the net effect of decisions on one annotation or image, ready for a
// format to write.
type Change struct {
	Action Action
	// Annotation indexes Dataset.Annotations; None for AddObject, and it may be
	// None for DropImage.
	Annotation int
	// Image indexes Dataset.Images.
	Image int
	// From and To are the classes of SetClass; AddObject has To only, and the
	// other actions have None for both.
	From, To int
	// Geometry is that of MoveObject and AddObject. AddObject without one gives
	// the whole image a further label.
	Geometry Geometry
	// Attribute is what SetAttribute sets, by its name.
	Attribute Attribute
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
		if s := f.Suggestion; s != nil && s.Action == AddObject && s.Geometry == nil && s.Class != None {
			h.Write([]byte("\x00" + ds.Classes[s.Class])) // a picture may lack several labels
		}
	default:
		h.Write([]byte(f.Message))
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}
