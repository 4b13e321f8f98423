package source

import (
	"context"
	"io"

	"github.com/errata-cv/errata/dataset"
)

// Writer is a [Format] that can write any dataset anew, as far as it has a place
// for what the dataset says.
type Writer interface {
	Format
	// Write makes the files of a new dataset in out. What Info().Holds has no
	// place for is left out or made simpler without a word: the caller has told
	// what that is. Anything else that cannot be written is an error.
	Write(ctx context.Context, ds *dataset.Dataset, out Sink) error
}

// Refuser is a [Writer] with rules of its own, beyond Holds.
type Refuser interface {
	Writer
	// Losses lists what of ds the format has no place for beyond what Holds
	// says, one sentence each, for example class names with blanks.
	Losses(ds *dataset.Dataset) []string
}

// Sink takes the files of a new dataset. Names are relative to its folder,
// separated by "/", and may not leave it.
type Sink interface {
	// Create makes a file and the folders it lies in.
	Create(name string) (io.WriteCloser, error)
	// Picture puts the picture of image i of the dataset at name. Nothing is
	// done when the caller wants no pictures.
	Picture(i int, name string) error
	// Bytes returns the encoded picture of image i, for formats that hold
	// pictures inside of their files.
	Bytes(i int) ([]byte, error)
	// Size returns width and height of image i, as the source states them or
	// else as the picture says.
	Size(i int) (width, height int, err error)
}
