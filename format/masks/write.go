package masks

import (
	"bytes"
	"compress/zlib"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
)

// maxWritten is the most classes that label pictures of 8 bits have room for:
// 0 is the background and 255 the border.
const maxWritten = 254

// Losses implements [source.Refuser].
func (format) Losses(ds *dataset.Dataset) []string {
	var out []string
	for _, c := range ds.Classes {
		if isVoid(c) {
			out = append(out, fmt.Sprintf("The class %q means pixels that belong to no class, so its objects are left out.", c))
		}
	}
	return out
}

// Write makes the layout of Pascal VOC's segmentation, which CVAT ("Segmentation
// mask 1.1"), Datumaro and most training code read: JPEGImages, SegmentationClass
// with indices and VOC's palette, labelmap.txt, and a list of pictures for each
// split in ImageSets/Segmentation. Annotations paint over those before them.
func (format) Write(ctx context.Context, ds *dataset.Dataset, out source.Sink) error {
	if len(ds.Classes) > maxWritten {
		return fmt.Errorf("label pictures have room for %d classes, the dataset has %d", maxWritten, len(ds.Classes))
	}
	var labels strings.Builder
	labels.WriteString("# label:color_rgb:parts:actions\nbackground:0,0,0::\n")
	values := make([]byte, len(ds.Classes))
	next := byte(1)
	for i, c := range ds.Classes {
		if isVoid(c) {
			continue
		}
		if strings.ContainsAny(c, "\r\n") || strings.TrimSpace(c) != c || c == "" || strings.HasPrefix(c, "#") {
			return fmt.Errorf("labelmap.txt cannot name the class %q; rename it first", c)
		}
		values[i] = next
		colour := vocColour(int(next))
		next++
		fmt.Fprintf(&labels, "%s:%d,%d,%d::\n", c, colour>>16, colour>>8&255, colour&255)
	}
	if err := create(out, "labelmap.txt", []byte(labels.String())); err != nil {
		return err
	}
	lists := map[string]*strings.Builder{}
	ids := pictureIDs(ds)
	ix := dataset.NewIndex(ds)
	for i, im := range ds.Images {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err := out.Picture(i, "JPEGImages/"+ids[i]+path.Ext(im.Path)); err != nil {
			return err
		}
		data, err := labelPicture(ds, ix.Annotations(i), values, func() (int, int, error) { return out.Size(i) })
		if err != nil {
			return fmt.Errorf("%s: %w", source.Show(im.Path), err)
		}
		if err := create(out, "SegmentationClass/"+ids[i]+".png", data); err != nil {
			return err
		}
		split := im.Split
		if split == "" {
			split = noSplit
		}
		if lists[split] == nil {
			lists[split] = &strings.Builder{}
		}
		fmt.Fprintln(lists[split], ids[i])
	}
	for _, split := range append(ds.Splits(), noSplit) {
		if l := lists[split]; l != nil {
			if err := create(out, "ImageSets/Segmentation/"+split+".txt", []byte(l.String())); err != nil {
				return err
			}
		}
	}
	return nil
}

func create(out source.Sink, name string, content []byte) error {
	w, err := out.Create(name)
	if err != nil {
		return err
	}
	if _, err := w.Write(content); err != nil {
		w.Close()
		return err
	}
	return w.Close()
}

// pictureIDs names the pictures: by their base names without extension where
// these are unique, else by their paths, with the extension where two differ in
// nothing else.
func pictureIDs(ds *dataset.Dataset) []string {
	ids := make([]string, len(ds.Images))
	for _, name := range []func(string) string{
		func(p string) string { return strings.TrimSuffix(path.Base(p), path.Ext(p)) },
		func(p string) string { return strings.TrimSuffix(p, path.Ext(p)) },
		func(p string) string {
			return strings.TrimSuffix(p, path.Ext(p)) + strings.ReplaceAll(path.Ext(p), ".", "_")
		},
	} {
		seen := map[string]bool{}
		for i, im := range ds.Images {
			ids[i] = name(im.Path)
			seen[ids[i]] = true
		}
		if len(seen) == len(ids) {
			break
		}
	}
	return ids
}

// labelPicture paints the annotations of one picture.
func labelPicture(ds *dataset.Dataset, annotations []int, values []byte, size func() (int, int, error)) ([]byte, error) {
	w, h, err := size()
	if err != nil {
		return nil, err
	}
	if w <= 0 || h <= 0 || w > maxSide || h > maxSide || w*h > maxPixels {
		return nil, fmt.Errorf("the picture has %d × %d pixels; label pictures have at most %d", w, h, maxPixels)
	}
	pix := make([]byte, w*h)
	for _, i := range annotations {
		a := ds.Annotations[i]
		if a.Geometry == nil || values[a.Class] == 0 {
			continue
		}
		m, err := maskOf(a.Geometry, w, h)
		if err != nil {
			continue // covers nothing, or was made for another picture
		}
		t := stroke{mask: m}
		t.paint(func(i int) { pix[i] = values[a.Class] })
	}
	return encodeIndices(pix, w, h)
}

// encodeIndices makes a PNG of indices with VOC's palette.
func encodeIndices(pix []byte, w, h int) ([]byte, error) {
	out := []byte(signature)
	header := binary.BigEndian.AppendUint32(nil, uint32(w))
	header = binary.BigEndian.AppendUint32(header, uint32(h))
	out = appendChunk(out, "IHDR", append(header, 8, palette, 0, 0, 0))
	var colours []byte
	for i := range 256 {
		c := vocColour(i)
		colours = append(colours, byte(c>>16), byte(c>>8), byte(c))
	}
	out = appendChunk(out, "PLTE", colours)
	var packed bytes.Buffer
	z := zlib.NewWriter(&packed)
	for y := range h {
		if _, err := z.Write([]byte{0}); err != nil {
			return nil, err
		}
		if _, err := io.Copy(z, bytes.NewReader(pix[y*w:(y+1)*w])); err != nil {
			return nil, err
		}
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	out = appendChunk(out, "IDAT", packed.Bytes())
	return appendChunk(out, "IEND", nil), nil
}
