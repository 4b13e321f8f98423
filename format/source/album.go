package source

import (
	"bytes"
	"fmt"
	"image"
	_ "image/gif"  // for the sizes of pictures
	_ "image/jpeg" // likewise
	_ "image/png"  // likewise
	"io"
	"os"
	"path/filepath"

	_ "golang.org/x/image/bmp"  // likewise
	_ "golang.org/x/image/tiff" // likewise
	_ "golang.org/x/image/webp" // likewise

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/pixel"
)

// ReadPicture returns the encoded picture of an image of ds, wherever it lies.
func ReadPicture(ds *dataset.Dataset, im *dataset.Image) ([]byte, error) {
	if ds.Pictures != nil {
		return ds.Pictures.Read(im)
	}
	return os.ReadFile(filepath.Join(ds.Root, filepath.FromSlash(im.Path)))
}

// StatPicture returns size in bytes and modification time in nanoseconds of an
// image of ds, as [dataset.Pictures] does.
func StatPicture(ds *dataset.Dataset, im *dataset.Image) (bytes, modTime int64, err error) {
	if ds.Pictures != nil {
		return ds.Pictures.Stat(im)
	}
	info, err := os.Stat(filepath.Join(ds.Root, filepath.FromSlash(im.Path)))
	if err != nil {
		return 0, 0, err
	}
	if !info.Mode().IsRegular() {
		return 0, 0, fmt.Errorf("it is no regular file")
	}
	return info.Size(), info.ModTime().UnixNano(), nil
}

// SizeOf returns width and height of the picture in a file as it is stored,
// whatever EXIF says, from as little of the file as that needs.
func SizeOf(path string) (width, height int, err error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, 0, err
	}
	defer f.Close()
	c, _, err := image.DecodeConfig(f)
	if err == nil && c.Width > 0 && c.Height > 0 {
		return c.Width, c.Height, nil
	}
	// What the standard decoders do not know, our own may.
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return 0, 0, err
	}
	data, err := io.ReadAll(io.LimitReader(f, 1<<30))
	if err != nil {
		return 0, 0, err
	}
	return SizeOfBytes(data)
}

// SizeOfBytes is SizeOf of an encoded picture in memory.
func SizeOfBytes(data []byte) (width, height int, err error) {
	c, _, err := image.DecodeConfig(bytes.NewReader(data))
	if err == nil && c.Width > 0 && c.Height > 0 {
		return c.Width, c.Height, nil
	}
	_, info, err := pixel.Decode(data, pixel.DecodeOptions{MaxSide: 64})
	if err != nil {
		return 0, 0, err
	}
	return info.Width, info.Height, nil
}
