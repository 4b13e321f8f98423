package datumaro

import (
	"path"
	"path/filepath"
	"strings"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/jsontext"
	"github.com/errata-cv/errata/format/source"
)

// album finds the pictures of items.
type album struct{ *source.Album }

// openAlbum lists the pictures of a folder.
func openAlbum(root string) *album { return &album{source.OpenAlbum(root)} }

// pictureRoot returns the folder that paths of pictures are relative to.
func (f *folder) pictureRoot(o source.Options) (string, error) {
	if o.Images != "" {
		return filepath.Abs(o.Images)
	}
	return f.home, nil
}

// picture returns the image that an item of a subset is about; ok is false for
// an item without one.
func (a *album) picture(item jsontext.Node, file string) (im dataset.Image, ok bool) {
	im.ID, im.Split = item.Get("id").String(), subset(file)
	image := item.Get("image")
	if image.Kind() != jsontext.Object {
		image = item.Get("media")
		for _, other := range []string{"point_cloud", "video", "video_frame"} {
			if item.Get(other).Kind() == jsontext.Object {
				return im, false
			}
		}
	}
	name, _ := image.Get("path").Text()
	if name == "" {
		if name = im.ID; name == "" {
			return im, false
		}
	}
	if size := image.Get("size"); size.Len() == 2 {
		h, okH := size.At(0).Int()
		w, okW := size.At(1).Int()
		if okH && okW && h > 0 && w > 0 && h <= maxSide && w <= maxSide {
			im.Width, im.Height = int(w), int(h)
		}
	}
	folders := path.Base(file)
	folders = folders[:len(folders)-len(path.Ext(folders))]
	clean := strings.ReplaceAll(name, `\`, "/")
	for _, p := range []string{path.Join(imagesDir, folders, clean), path.Join(imagesDir, clean), path.Join(folders, clean), path.Clean(clean)} {
		if a.Has(p) {
			im.Path = p
			return im, true
		}
	}
	if !path.IsAbs(clean) {
		if found, ok := a.Find(path.Join(imagesDir, folders, clean)); ok {
			im.Path = found
			return im, true
		}
	}
	im.Path, _ = a.Find(name)
	return im, true
}
