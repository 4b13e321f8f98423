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

// The grades of confidence. The surest format reads the path.
const (
	No Confidence = iota
	Possible
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
	// Name is the word that chooses the format on the command line.
	Name() string
	// Detect looks at a path that exists and says whether Read would make
	// sense of it. It reads no more than it needs to answer, and returns an
	// error only when the path cannot be looked at.
	Detect(path string) (Match, error)
	// Read returns the dataset at path. What it cannot take at face value
	// becomes a dataset.Problem; an error means that there is no dataset at all
	// and says what to do.
	Read(ctx context.Context, path string, o Options) (*dataset.Dataset, error)
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
