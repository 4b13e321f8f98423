package source

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/errata-cv/errata/dataset"
)

// A Span is a picture that lies inside of a larger file as it is.
type Span struct {
	// File is the path of the larger file, relative to the root.
	File string
	// Offset and Length bound the encoded picture in it, in bytes.
	Offset, Length int64
}

// maxPicture bounds the encoded picture that is read at once.
const maxPicture = 1 << 30

// Spans are the [dataset.Pictures] of a dataset whose pictures are byte ranges
// of larger files. An image that has no span is a file of its own.
type Spans struct {
	// Root is the absolute folder that all names are relative to.
	Root string
	// Of leads from the paths of images to where they are.
	Of map[string]Span
}

// Read implements [dataset.Pictures].
func (s *Spans) Read(im *dataset.Image) ([]byte, error) {
	at, ok := s.Of[im.Path]
	if !ok {
		return os.ReadFile(filepath.Join(s.Root, filepath.FromSlash(im.Path)))
	}
	if at.Length > maxPicture {
		return nil, fmt.Errorf("the picture has %d bytes in %s; at most %d can be read", at.Length, Show(at.File), int64(maxPicture))
	}
	f, err := os.Open(filepath.Join(s.Root, filepath.FromSlash(at.File)))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if at.Offset+at.Length > info.Size() {
		return nil, fmt.Errorf("%s has become shorter since it was read; read the dataset again", Show(at.File))
	}
	data := make([]byte, at.Length)
	if _, err := f.ReadAt(data, at.Offset); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return data, nil
}

// Stat implements [dataset.Pictures]: the time is that of the larger file.
func (s *Spans) Stat(im *dataset.Image) (bytes, modTime int64, err error) {
	at, ok := s.Of[im.Path]
	name := at.File
	if !ok {
		name = im.Path
	}
	info, err := os.Stat(filepath.Join(s.Root, filepath.FromSlash(name)))
	if err != nil {
		return 0, 0, err
	}
	if !ok {
		return info.Size(), info.ModTime().UnixNano(), nil
	}
	return at.Length, info.ModTime().UnixNano(), nil
}
