package idx

import (
	"fmt"
	"strings"

	"github.com/errata-cv/errata/format/source"
)

// IsPictures reports whether a file is named as one of pictures.
func IsPictures(name string) bool { return imagesName.MatchString(name) }

// Pictures describes the pictures in a file, and tells how many there are; for
// formats that keep the labels elsewhere.
func Pictures(folder, name string) (r *source.Raster, n int, err error) {
	t, err := openTable(folder, name)
	if err == nil {
		err = t.checkPictures()
	}
	if err != nil {
		return nil, 0, err
	}
	n, _ = t.rows()
	return t.raster(folder), n, nil
}

// checkPictures returns an error when a table holds no pictures.
func (t *table) checkPictures() error {
	switch {
	case len(t.dims) < 3 || t.width != 1:
		return fmt.Errorf("it has %d dimensions of values of %d bytes; pictures have 3 or 4 dimensions and values of 1 byte", len(t.dims), t.width)
	case len(t.dims) == 4 && t.dims[3] > 4:
		return fmt.Errorf("its pictures have %d channels; 1 to 4 are read", t.dims[3])
	}
	return nil
}

// raster describes the pictures of a table.
func (t *table) raster(folder string) *source.Raster {
	r := &source.Raster{Open: t.open(folder), File: t.name, Offset: t.head(), Height: t.dims[1], Width: t.dims[2], Channels: 1}
	if len(t.dims) == 4 {
		r.Channels = t.dims[3]
	}
	if strings.HasPrefix(strings.ToLower(t.name), "emnist") {
		r.Transposed = true
		r.Width, r.Height = r.Height, r.Width
	}
	return r
}
