package createml

import (
	"bufio"
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/jsontext"
	"github.com/errata-cv/errata/format/source"
)

const fileName = "_annotations.createml.json"

// Write implements [source.Writer]: a file in the folder of each split, and the
// pictures beside it. Objects that are no boxes become the boxes around them.
func (createmlFormat) Write(ctx context.Context, ds *dataset.Dataset, out source.Sink) error {
	ix := dataset.NewIndex(ds)
	for _, split := range append([]string{""}, ds.Splits()...) {
		var images []int
		inside := true // all pictures lie in a folder that is called like the split
		for i, im := range ds.Images {
			if im.Split == split {
				images = append(images, i)
				inside = inside && strings.HasPrefix(im.Path, split+"/")
			}
		}
		if len(images) == 0 {
			continue
		}
		dir := ""
		if split != "" {
			dir = split + "/"
		}
		name := func(i int) string {
			if inside {
				return strings.TrimPrefix(ds.Images[i].Path, dir)
			}
			return ds.Images[i].Path
		}
		if err := writeFile(ctx, ds, ix, out, dir+fileName, images, name); err != nil {
			return err
		}
		for _, i := range images {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := out.Picture(i, dir+name(i)); err != nil {
				return err
			}
		}
	}
	return nil
}

func writeFile(ctx context.Context, ds *dataset.Dataset, ix *dataset.Index, out source.Sink, file string, images []int, name func(i int) string) error {
	f, err := out.Create(file)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(f, 1<<18)
	w.WriteString("[")
	for k, i := range images {
		if ctx.Err() != nil {
			break
		}
		if k > 0 {
			w.WriteByte(',')
		}
		fmt.Fprintf(w, "\n  {\n    \"image\": %s,\n    \"annotations\": [", jsontext.Quote(name(i), false))
		n := 0
		for _, a := range ix.Annotations(i) {
			g := ds.Annotations[a].Geometry
			if g == nil {
				continue
			}
			if n > 0 {
				w.WriteByte(',')
			}
			n++
			w.WriteString("\n      ")
			w.Write(objectText(ds.Classes[ds.Annotations[a].Class], g.Bounds(), jsontext.Node{}))
		}
		if n > 0 {
			w.WriteString("\n    ")
		}
		w.WriteString("]\n  }")
	}
	w.WriteString("\n]\n")
	err = w.Flush()
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = ctx.Err()
	}
	return err
}

// Losses implements [source.Refuser].
func (createmlFormat) Losses(ds *dataset.Dataset) []string {
	var out []string
	splits := ds.Splits()
	for _, split := range splits {
		if strings.ContainsAny(split, `/\`) || source.Ignored(split) || !filepath.IsLocal(split) {
			out = append(out, fmt.Sprintf("the split %q: splits are folders, and this is no name of one", split))
		}
	}
	return out
}
