package source

import (
	"bytes"
	"errors"
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

// SizeOf returns width and height of the picture in a file as it is shown: EXIF
// may turn it. It reads as little of the file as that needs.
func SizeOf(path string) (width, height int, err error) {
	return upright(StoredSize(path))
}

// SizeOfBytes is SizeOf of an encoded picture in memory.
func SizeOfBytes(data []byte) (width, height int, err error) {
	return upright(storedSize(data, func() ([]byte, error) { return data, nil }))
}

func upright(width, height, orientation int, err error) (int, int, error) {
	if orientation >= 5 {
		width, height = height, width
	}
	return width, height, err
}

// headSize is where the size and the EXIF block of a picture mostly are.
const headSize = 64 << 10

// StoredSize returns width and height of the picture in a file as it is stored,
// and its EXIF orientation, 1 to 8.
func StoredSize(path string) (width, height, orientation int, err error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, 0, 0, err
	}
	defer f.Close()
	head := make([]byte, headSize)
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return 0, 0, 0, err
	}
	return storedSize(head[:n], func() ([]byte, error) {
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			return nil, err
		}
		return io.ReadAll(io.LimitReader(f, 1<<30))
	})
}

// storedSize looks at the head of a picture, and at all of it where that is not
// enough or the standard decoders do not know it.
func storedSize(head []byte, all func() ([]byte, error)) (width, height, orientation int, err error) {
	c, _, err := image.DecodeConfig(bytes.NewReader(head))
	if err == nil && c.Width > 0 && c.Height > 0 {
		return c.Width, c.Height, pixel.Orientation(head), nil
	}
	data, err := all()
	if err != nil {
		return 0, 0, 0, err
	}
	c, _, err = image.DecodeConfig(bytes.NewReader(data))
	if err == nil && c.Width > 0 && c.Height > 0 {
		return c.Width, c.Height, pixel.Orientation(data), nil
	}
	_, info, err := pixel.Decode(data, pixel.DecodeOptions{MaxSide: 64})
	if err != nil {
		return 0, 0, 0, err
	}
	return info.Width, info.Height, info.Orientation, nil
}
