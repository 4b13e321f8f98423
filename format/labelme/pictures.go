package labelme

import (
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
)

// pictures gives those that are embedded in label files beside those that are
// files.
type pictures struct {
	root, base string
	// files leads from the paths of embedded pictures to their label files.
	files map[string]string
}

// Read implements [dataset.Pictures].
func (p *pictures) Read(im *dataset.Image) ([]byte, error) {
	if file, ok := p.files[im.Path]; ok {
		return p.from(file)
	}
	return os.ReadFile(filepath.Join(p.root, filepath.FromSlash(im.Path)))
}

// from returns the picture in a label file.
func (p *pictures) from(file string) ([]byte, error) {
	l, _, err := (&folder{base: p.base}).open(file)
	if err != nil {
		return nil, fmt.Errorf("cannot read the picture in %s: %w", source.Show(file), err)
	}
	text, _ := l.root.Get("imageData").Text()
	data, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(data) == 0 {
		return nil, fmt.Errorf("the imageData of %s is no picture in base64", source.Show(file))
	}
	return data, nil
}

// Stat implements [dataset.Pictures]. Of an embedded picture it gives the size
// and time of the label file.
func (p *pictures) Stat(im *dataset.Image) (bytes, modTime int64, err error) {
	full := filepath.Join(p.root, filepath.FromSlash(im.Path))
	if file, ok := p.files[im.Path]; ok {
		full = filepath.Join(p.base, filepath.FromSlash(file))
	}
	info, err := os.Stat(full)
	if err != nil {
		return 0, 0, err
	}
	if !info.Mode().IsRegular() {
		return 0, 0, fmt.Errorf("it is no regular file")
	}
	return info.Size(), info.ModTime().UnixNano(), nil
}
