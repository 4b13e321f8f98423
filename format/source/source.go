// Package source holds what all readers of a dataset format share: the
// [Options] of a read, the [Format] interface that each of them implements, and
// the rules about file names that hold for every format.
//
// Most programs need package format, which lists the formats and opens a path
// with the right one; it names these types again.
package source

import (
	"context"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/errata-cv/errata/dataset"
)

// Options say how to read a source. The zero value reads everything.
type Options struct {
	// Images is the folder where the pictures of a table lie. Empty means that
	// the paths in the table are relative to the table.
	Images string
	// LabelColumn names the column of a table that holds the label, or counts
	// it from 1. Empty means that the column is found by its name.
	LabelColumn string
	// Classes is the fixed list of classes. A label outside of it becomes a
	// problem. Empty means that every label that occurs is a class.
	Classes []string
	// Split reads the images of this split only. The list of classes is still
	// that of the whole source.
	Split string
}

// Confidence says how sure a format is that a path is in that format.
type Confidence int

// The grades of confidence. The surest format reads the path; where several are
// Sure, a person has to choose.
const (
	// No: Read would fail.
	No Confidence = iota
	// Possible: Read may make sense of it, and so may many others.
	Possible
	// Likely: it is laid out as this format expects, and nothing in it names the
	// format.
	Likely
	// Sure: its content names the format, or cannot be anything else.
	Sure
)

// Match is the answer of a format to the question "is this yours?".
type Match struct {
	Confidence Confidence
	// Reason is a clause that says what was found or what was missing, such as
	// "no folder holds pictures".
	Reason string
}

// Format reads one kind of source. Implementations are stateless.
type Format interface {
	// Info describes the format; its Name chooses it on the command line.
	Info() Info
	// Detect looks at a path that exists and says whether Read would make
	// sense of it. It reads no more than it needs to answer, and returns an
	// error only when the path cannot be looked at.
	Detect(p *Peek) (Match, error)
	// Read returns the dataset at path. What it cannot take at face value
	// becomes a dataset.Problem; an error means that there is no dataset at all
	// and says what to do.
	Read(ctx context.Context, path string, o Options) (*dataset.Dataset, error)
}

// Info describes a format for tables, help texts and [Writer].
type Info struct {
	// Name is the word that chooses the format on the command line.
	Name string
	// Title is its name as people write it, for example "Pascal VOC".
	Title string
	// Layout shows what it looks like on disk, in a clause.
	Layout string
	// Holds is what it can say of a dataset.
	Holds Holds
	// Notes are sentences on what is read in which way and what is passed over.
	Notes []string
}

// Holds tells which facts a format has a place for.
type Holds struct {
	// Labels are classes of whole images, MultiLabel several on one of them.
	Labels, MultiLabel bool
	// Geometries of objects.
	Boxes, RotatedBoxes, Polygons, Masks bool
	// Parts tells that a polygon may have several.
	Parts bool
	// Regions tells that masks say the class of every pixel: those of one class
	// become one, and they may not overlap.
	Regions bool
	// Crowds, Scores, Annotators and Attributes of annotations.
	Crowds, Scores, Annotators, Attributes bool
	// IDs of annotations.
	IDs bool
	// Splits of images, and further Metadata about them.
	Splits, Metadata bool
	// Unlabelled tells that images without annotations, and Unused that classes
	// without annotations keep their place.
	Unlabelled, Unused bool
	// Whole tells that coordinates are whole numbers of pixels.
	Whole bool
}

// Ignored reports whether a file or folder of this name is passed over in
// silence wherever it lies: hidden ones (the workspace .errata among them) and
// what file managers and archives leave behind.
func Ignored(name string) bool {
	switch strings.ToLower(name) {
	case "thumbs.db", "ehthumbs.db", "desktop.ini", "__macosx", "@eadir", "$recycle.bin", "lost+found":
		return true
	}
	return strings.HasPrefix(name, ".")
}

// Show spells a path or a name for a person: as it is when it can be printed,
// quoted with escapes when it holds control characters or bytes that are not
// UTF-8.
func Show(name string) string {
	if !utf8.ValidString(name) {
		return strconv.Quote(name)
	}
	for _, r := range name {
		if !unicode.IsPrint(r) {
			return strconv.Quote(name)
		}
	}
	return name
}
