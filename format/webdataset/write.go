package webdataset

import (
	"archive/tar"
	"bytes"
	"context"
	"fmt"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/jsontext"
	"github.com/errata-cv/errata/format/source"
	"github.com/errata-cv/errata/pixel"
)

const (
	// A shard ends when it has so many bytes or pictures.
	shardBytes  = 1 << 30
	shardImages = 10_000
)

// Write implements [source.Writer]: classes.txt and shards of each split. An
// image with one label gets a .cls member, others .json.
func (tarFormat) Write(ctx context.Context, ds *dataset.Dataset, out source.Sink) error {
	for i, c := range ds.Classes {
		if strings.TrimSpace(c) != c || c == "" || strings.ContainsAny(c, "\r\n") || slices.Contains(ds.Classes[:i], c) {
			return fmt.Errorf("the class name %q cannot be a line of classes.txt; rename it first", c)
		}
	}
	if len(ds.Classes) > 0 {
		if err := create(out, "classes.txt", strings.Join(ds.Classes, "\n")+"\n"); err != nil {
			return err
		}
	}
	ix := dataset.NewIndex(ds)
	splits := ds.Splits()
	if slices.ContainsFunc(ds.Images, func(im dataset.Image) bool { return im.Split == "" }) {
		splits = append(splits, "")
	}
	keys := map[string]bool{}
	for _, split := range splits {
		name := "data"
		if split != "" {
			name = strings.ReplaceAll(split, "/", "-")
			if source.SplitOf(name+"-000000.tar") != split {
				name = "shards/" + name
			}
		}
		w := &writing{out: out, name: name}
		for i := range ds.Images {
			if ds.Images[i].Split != split {
				continue
			}
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := w.sample(ds, ix.Annotations(i), i, keys); err != nil {
				return fmt.Errorf("%s: %w", source.Show(ds.Images[i].Path), err)
			}
		}
		if err := w.close(); err != nil {
			return err
		}
	}
	return nil
}

func create(out source.Sink, name, content string) error {
	w, err := out.Create(name)
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, content)
	if cerr := w.Close(); err == nil {
		err = cerr
	}
	return err
}

// A writing writes the shards of one split.
type writing struct {
	out    source.Sink
	name   string
	shards int
	images int
	bytes  int
	file   io.WriteCloser
	tar    *tar.Writer
}

func (w *writing) close() error {
	if w.tar == nil {
		return nil
	}
	err := w.tar.Close()
	if cerr := w.file.Close(); err == nil {
		err = cerr
	}
	w.tar, w.images, w.bytes = nil, 0, 0
	return err
}

func (w *writing) member(name string, content []byte) error {
	if w.tar == nil {
		f, err := w.out.Create(fmt.Sprintf("%s-%06d.tar", w.name, w.shards))
		if err != nil {
			return err
		}
		w.shards++
		w.file, w.tar = f, tar.NewWriter(f)
	}
	if err := w.tar.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(content)), Typeflag: tar.TypeReg}); err != nil {
		return err
	}
	w.bytes += len(content)
	_, err := w.tar.Write(content)
	return err
}

func (w *writing) sample(ds *dataset.Dataset, of []int, i int, keys map[string]bool) error {
	picture, err := w.out.Bytes(i)
	if err != nil {
		return err
	}
	if w.images >= shardImages || w.bytes >= shardBytes {
		if err := w.close(); err != nil {
			return err
		}
	}
	w.images++
	base := path.Base(ds.Images[i].Path)
	extension := strings.ToLower(path.Ext(base))
	stem := strings.ReplaceAll(strings.TrimSuffix(base, path.Ext(base)), ".", "_")
	if source.Ignored(stem) || stem == "" {
		stem = "image"
	}
	key := stem
	for n := 2; keys[key]; n++ {
		key = fmt.Sprintf("%s-%d", stem, n)
	}
	keys[key] = true
	if kind, ok := pixel.Sniff(picture[:min(len(picture), pixel.SniffLen)]); ok && !pixel.HasImageExtension(extension) {
		extension = "." + kind
	}
	if err := w.member(key+extension, picture); err != nil {
		return err
	}
	if len(of) == 1 && ds.Annotations[of[0]].Geometry == nil {
		return w.member(key+".cls", strconv.AppendInt(nil, int64(ds.Annotations[of[0]].Class), 10))
	}
	if len(of) == 0 {
		return nil
	}
	return w.member(key+".json", encode(ds, of))
}

// encode spells annotations as JSON.
func encode(ds *dataset.Dataset, of []int) []byte {
	var labels []string
	var objects [][]byte
	for _, a := range of {
		an := ds.Annotations[a]
		if an.Geometry == nil {
			labels = append(labels, ds.Classes[an.Class])
			continue
		}
		if _, invalid := an.Geometry.(dataset.Invalid); invalid {
			continue
		}
		var b bytes.Buffer
		fmt.Fprintf(&b, `{"bbox": %s, "category": %s`, bboxText(an.Geometry.Bounds()), jsontext.Quote(ds.Classes[an.Class], true))
		if an.ID != "" {
			fmt.Fprintf(&b, `, "id": %s`, jsontext.Quote(an.ID, true))
		}
		if an.Crowd {
			b.WriteString(`, "iscrowd": 1`)
		}
		if ds.Predictions {
			fmt.Fprintf(&b, `, "score": %s`, jsontext.Decimal(an.Score))
		}
		for i, t := range an.Attributes {
			b.WriteString([]string{`, "attributes": {`, `, `}[min(i, 1)])
			fmt.Fprintf(&b, "%s: %s", jsontext.Quote(t.Name, true), jsontext.Quote(t.Value, true))
		}
		if len(an.Attributes) > 0 {
			b.WriteString("}")
		}
		b.WriteString("}")
		objects = append(objects, b.Bytes())
	}
	var out bytes.Buffer
	out.WriteString("{")
	if labels != nil {
		out.WriteString(`"labels": [`)
		for i, l := range labels {
			out.WriteString([]string{"", ", "}[min(i, 1)])
			out.Write(jsontext.Quote(l, true))
		}
		out.WriteString("]")
	}
	if len(objects) > 0 {
		if labels != nil {
			out.WriteString(", ")
		}
		out.WriteString(`"annotations": [`)
		for i, o := range objects {
			out.WriteString([]string{"", ", "}[min(i, 1)])
			out.Write(o)
		}
		out.WriteString("]")
	}
	out.WriteString("}")
	return out.Bytes()
}
