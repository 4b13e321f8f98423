package coco

import (
	"bufio"
	"context"
	"fmt"
	"path"
	"strings"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/jsonfiles"
	"github.com/errata-cv/errata/format/jsontext"
	"github.com/errata-cv/errata/format/source"
)

// Losses counts the images whose masks overlap, because a pixel can belong to
// one segment only.
func (panopticFormat) Losses(ds *dataset.Dataset) []string {
	images := 0
	ix := dataset.NewIndex(ds)
	for i := range ds.Images {
		var c *colours
		overlap := false
		for _, a := range ix.Annotations(i) {
			m, ok := ds.Annotations[a].Geometry.(dataset.Mask)
			if !ok || m.Check() != nil {
				continue
			}
			if c == nil {
				c = &colours{width: m.Width, height: m.Height, ids: make([]uint32, m.Width*m.Height)}
			}
			if m.Width == c.width && m.Height == c.height {
				overlap = overlap || c.cover(m, 1)
			}
		}
		if overlap {
			images++
		}
	}
	switch images {
	case 0:
		return nil
	case 1:
		return []string{"masks overlap in 1 image; a pixel will belong to the last of them only"}
	}
	return []string{fmt.Sprintf("masks overlap in %d images; a pixel will belong to the last of them only", images)}
}

// cover gives the pixels of a mask to a number and reports whether one of them
// had another before.
func (c *colours) cover(m dataset.Mask, id uint32) (overlap bool) {
	at := 0
	for i, n := range m.Counts {
		if i%2 == 1 {
			for p := at; p < at+int(n); p++ {
				pixel := &c.ids[p%c.height*c.width+p/c.height]
				overlap = overlap || *pixel != 0
				*pixel = id
			}
		}
		at += int(n)
	}
	return overlap
}

// Write makes annotations/panoptic_<split>.json with a folder of PNG files of
// that name for every split ("default" for images without one), and
// images/<split>/… of the pictures. Outlines and boxes become the pixels in
// them.
func (panopticFormat) Write(ctx context.Context, ds *dataset.Dataset, out source.Sink) error {
	names := pictureNames(ds)
	imageIDs := idsOf(len(ds.Images), func(i int) string { return ds.Images[i].ID })
	ix := dataset.NewIndex(ds)
	splits := ds.Splits()
	for _, im := range ds.Images {
		if im.Split == "" {
			splits = append([]string{""}, splits...)
			break
		}
	}
	for _, split := range splits {
		if err := writePanoptic(ctx, ds, ix, out, split, names, imageIDs); err != nil {
			return err
		}
	}
	for i, im := range ds.Images {
		if err := out.Picture(i, path.Join(pictureFolder(im.Split), names[i])); err != nil {
			return err
		}
	}
	return nil
}

func writePanoptic(ctx context.Context, ds *dataset.Dataset, ix *dataset.Index, out source.Sink, split string, names []string, imageIDs []int64) (err error) {
	folder := "annotations/panoptic_default"
	if split != "" {
		folder = "annotations/panoptic_" + fileSafe(split)
	}
	f, err := out.Create(folder + ".json")
	if err != nil {
		return err
	}
	defer func() {
		if e := f.Close(); err == nil {
			err = e
		}
	}()
	w := bufio.NewWriterSize(f, 1<<20)
	fmt.Fprint(w, "{\"info\": {},\n\"licenses\": [],\n\"categories\": [\n")
	for c, name := range ds.Classes {
		fmt.Fprintf(w, "%s{\"id\": %d, \"name\": %s, \"supercategory\": \"\", \"isthing\": 1}", comma(c), c+1, jsontext.Quote(name, true))
	}
	fmt.Fprint(w, "],\n\"images\": [\n")
	var of []int
	for i, im := range ds.Images {
		if im.Split == split {
			of = append(of, i)
		}
	}
	var records []byte
	taken := map[string]bool{}
	for n, i := range of {
		if err := ctx.Err(); err != nil {
			return err
		}
		width, height, err := out.Size(i)
		if err != nil {
			return fmt.Errorf("the size of %s is needed for its masks: %w", source.Show(ds.Images[i].Path), err)
		}
		fmt.Fprintf(w, "%s{\"id\": %d, \"width\": %d, \"height\": %d, \"file_name\": %s}", comma(n), imageIDs[i], width, height, jsontext.Quote(names[i], true))
		mask := strings.TrimSuffix(names[i], path.Ext(names[i])) + ".png"
		for k := 2; taken[mask]; k++ {
			mask = source.Numbered(names[i], k) + ".png"
		}
		taken[mask] = true
		c, segments, err := segmentsOf(ds, ix.Annotations(i), width, height)
		if err != nil {
			return fmt.Errorf("%s: %w", source.Show(ds.Images[i].Path), err)
		}
		records = fmt.Appendf(records, "%s{\"segments_info\": [%s], \"file_name\": %s, \"image_id\": %d}", comma(n), segments, jsontext.Quote(mask, true), imageIDs[i])
		if err := writeColours(out, folder+"/"+mask, c); err != nil {
			return err
		}
	}
	fmt.Fprintf(w, "],\n\"annotations\": [\n%s]}\n", records)
	return w.Flush()
}

func comma(n int) string {
	if n == 0 {
		return ""
	}
	return ",\n"
}

func writeColours(out source.Sink, name string, c *colours) error {
	data, err := c.encode()
	if err != nil {
		return err
	}
	f, err := out.Create(name)
	if err != nil {
		return err
	}
	if _, err := f.Write(data); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

// segmentsOf paints the annotations of an image and spells their records.
func segmentsOf(ds *dataset.Dataset, of []int, width, height int) (*colours, []byte, error) {
	if width <= 0 || height <= 0 || width > dataset.MaxMaskPixels/height {
		return nil, nil, fmt.Errorf("%d × %d pixels cannot be painted", width, height)
	}
	c := &colours{width: width, height: height, ids: make([]uint32, width*height)}
	ids := idsOf(len(of), func(k int) string { return ds.Annotations[of[k]].ID })
	for _, id := range ids {
		if id >= 1<<24 { // no colour
			ids = idsOf(len(of), func(int) string { return "" })
			break
		}
	}
	at := map[uint32]int{}
	for k, a := range of {
		m, err := c.maskOf(ds.Annotations[a].Geometry)
		if err != nil {
			continue // it has no pixels in the picture
		}
		c.cover(m, uint32(ids[k]))
		at[uint32(ids[k])] = k
	}
	masks, _ := c.masks(at, len(of))
	var out []byte
	for k, a := range of {
		an := &ds.Annotations[a]
		if an.Geometry == nil {
			continue
		}
		b, crowd := masks[k].Bounds(), 0
		if an.Crowd {
			crowd = 1
		}
		if len(out) > 0 {
			out = append(out, ", "...)
		}
		out = fmt.Appendf(out, `{"id": %d, "category_id": %d, "iscrowd": %d, "bbox": [%.0f, %.0f, %.0f, %.0f], "area": %.0f`, ids[k], an.Class+1, crowd, b.X, b.Y, b.W, b.H, masks[k].Area())
		for _, t := range an.Attributes {
			if !own([]byte(t.Name)) {
				out = fmt.Appendf(out, ", %s: %s", jsontext.Quote(t.Name, true), jsonfiles.Value(t.Value, jsontext.Node{}, true))
			}
		}
		out = append(out, '}')
	}
	return c, out, nil
}
