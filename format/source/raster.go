package source

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/errata-cv/errata/dataset"
)

// A Raster is a table of pictures of the same size whose samples of one byte lie
// one after the other.
type Raster struct {
	// Open opens the file that holds them.
	Open func() (ReadAtCloser, error)
	// File is its path relative to the root, for its time.
	File string
	// Offset is where the first picture starts.
	Offset int64
	// Width, Height and Channels are those of every picture; there are 1 to 4
	// channels: grey or colour, and alpha.
	Width, Height, Channels int
	// Planes tells that each channel comes whole, Transposed that columns come
	// where others have rows.
	Planes, Transposed bool
}

// ReadAtCloser is a file that is read at any place.
type ReadAtCloser interface {
	io.ReaderAt
	io.Closer
}

// Row returns the number of bytes of one picture.
func (r *Raster) Row() int64 { return int64(r.Width) * int64(r.Height) * int64(r.Channels) }

// MaxRaster bounds the bytes of one picture of a [Raster].
const MaxRaster = 1 << 28

// Picture returns picture i as a PGM file, or a PPM file when it has colours.
// Alpha is left out.
func (r *Raster) Picture(i int) ([]byte, error) {
	f, err := r.Open()
	if err != nil {
		return nil, err
	}
	defer f.Close()
	raw := make([]byte, r.Row())
	if n, err := f.ReadAt(raw, r.Offset+int64(i)*r.Row()); n < len(raw) {
		if err == nil || errors.Is(err, io.EOF) {
			err = fmt.Errorf("%s has become shorter since it was read; read the dataset again", Show(r.File))
		}
		return nil, err
	}
	kind, shown := "P5", 1
	if r.Channels >= 3 {
		kind, shown = "P6", 3
	}
	out := fmt.Appendf(nil, "%s\n%d %d\n255\n", kind, r.Width, r.Height)
	if r.Channels == shown && !r.Transposed && (!r.Planes || shown == 1) {
		return append(out, raw...), nil
	}
	// The distances between neighbours in raw.
	dx, dy, dc := r.Channels, r.Width*r.Channels, 1
	if r.Planes {
		dx, dy, dc = 1, r.Width, r.Width*r.Height
	}
	if r.Transposed {
		dx, dy = dx*r.Height, dy/r.Width
	}
	for y := range r.Height {
		for x := range r.Width {
			for c := range shown {
				out = append(out, raw[x*dx+y*dy+c*dc])
			}
		}
	}
	return out, nil
}

// A RasterAt is one picture of a [Raster].
type RasterAt struct {
	*Raster
	Index int
}

// Rasters are the [dataset.Pictures] of images by their paths.
type Rasters struct {
	// Root is the absolute folder that names of files are relative to.
	Root string
	Of   map[string]RasterAt
}

// Read implements [dataset.Pictures].
func (r *Rasters) Read(im *dataset.Image) ([]byte, error) {
	at, ok := r.Of[im.Path]
	if !ok {
		return nil, fmt.Errorf("there is no picture, the source has labels only: %w", fs.ErrNotExist)
	}
	return at.Picture(at.Index)
}

// Stat implements [dataset.Pictures].
func (r *Rasters) Stat(im *dataset.Image) (bytes, modTime int64, err error) {
	at, ok := r.Of[im.Path]
	if !ok {
		return 0, 0, fmt.Errorf("there is no picture, the source has labels only: %w", fs.ErrNotExist)
	}
	info, err := os.Stat(filepath.Join(r.Root, filepath.FromSlash(at.File)))
	if err != nil {
		return 0, 0, err
	}
	return at.Row(), info.ModTime().UnixNano(), nil
}
