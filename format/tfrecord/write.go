package tfrecord

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
	"github.com/errata-cv/errata/pixel"
)

// Write implements [source.Writer]: label_map.pbtxt, and one file of records for
// each split with the pictures inside, "default.tfrecord" for images without one.
func (recordFormat) Write(ctx context.Context, ds *dataset.Dataset, out source.Sink) error {
	if err := create(out, "label_map.pbtxt", labelMapText(ds.Classes)); err != nil {
		return err
	}
	ix := dataset.NewIndex(ds)
	splits := ds.Splits()
	if slices.ContainsFunc(ds.Images, func(im dataset.Image) bool { return im.Split == "" }) {
		splits = append(splits, "")
	}
	for _, split := range splits {
		if err := writeShard(ctx, ds, ix, split, out); err != nil {
			return err
		}
	}
	return nil
}

func writeShard(ctx context.Context, ds *dataset.Dataset, ix *dataset.Index, split string, out source.Sink) (err error) {
	name := "default.tfrecord"
	if split != "" {
		name = strings.ReplaceAll(split, "/", "-") + ".tfrecord"
		if source.SplitOf(name) != split {
			name = "records/" + name
		}
	}
	w, err := out.Create(name)
	if err != nil {
		return err
	}
	defer func() {
		if cerr := w.Close(); err == nil {
			err = cerr
		}
	}()
	for i := range ds.Images {
		if ds.Images[i].Split != split {
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		data, err := record(ds, ix.Annotations(i), i, out)
		if err != nil {
			return fmt.Errorf("%s: %w", source.Show(ds.Images[i].Path), err)
		}
		for _, part := range [][]byte{frameHead(len(data)), data, frameTail(data)} {
			if _, err := w.Write(part); err != nil {
				return err
			}
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

func labelMapText(classes []string) string {
	var b strings.Builder
	for i, c := range classes {
		fmt.Fprintf(&b, "item {\n  id: %d\n  name: %s\n}\n", i+1, quoteText(c))
	}
	return b.String()
}

// quoteText spells a text in the text format of protocol buffers.
func quoteText(s string) string {
	out := []byte{'\''}
	for _, c := range []byte(s) {
		switch {
		case c == '\'' || c == '\\':
			out = append(out, '\\', c)
		case c < ' ' || c == 0x7f:
			out = fmt.Appendf(out, `\%03o`, c)
		default:
			out = append(out, c)
		}
	}
	return string(append(out, '\''))
}

// record makes the Example of one image.
func record(ds *dataset.Dataset, of []int, i int, out source.Sink) ([]byte, error) {
	im := &ds.Images[i]
	picture, err := out.Bytes(i)
	if err != nil {
		return nil, err
	}
	w, h, err := out.Size(i)
	if err != nil {
		return nil, err
	}
	kind, _ := pixel.Sniff(picture[:min(len(picture), pixel.SniffLen)])
	sum := sha256.Sum256(picture)
	base := path.Base(im.Path)
	f := builder{}
	f.bytes(encoded, picture)
	f.bytes(filename, []byte(base))
	f.bytes(sourceID, []byte(im.ID))
	f.bytes("image/format", []byte(kind))
	f.bytes("image/key/sha256", []byte(hex.EncodeToString(sum[:])))
	f.ints(imageWidth, int64(w))
	f.ints(imageHeight, int64(h))
	c := &correction{place: place{w: float64(w), h: float64(h)}}
	var marked []dataset.Annotation
	for _, a := range of {
		an := ds.Annotations[a]
		if an.Geometry == nil {
			f.bytes("image/class/text", []byte(ds.Classes[an.Class]))
			f.ints("image/class/label", int64(an.Class+1))
			continue
		}
		if _, invalid := an.Geometry.(dataset.Invalid); !invalid {
			marked = append(marked, an)
		}
	}
	masks := slices.ContainsFunc(marked, func(a dataset.Annotation) bool { return isMask(a.Geometry, w, h) })
	crowds := slices.ContainsFunc(marked, func(a dataset.Annotation) bool { return a.Crowd })
	for _, a := range marked {
		for s, v := range c.shares(a.Geometry.Bounds()) {
			f.floats(sides[s], v)
		}
		f.bytes(objectNaming.text, []byte(ds.Classes[a.Class]))
		f.ints(objectNaming.label, int64(a.Class+1))
		if masks {
			var data []byte
			if isMask(a.Geometry, w, h) {
				if data, err = encodeMask(a.Geometry.(dataset.Mask)); err != nil {
					return nil, err
				}
			}
			f.bytes(maskPNG, data)
		}
		if crowds {
			f.ints(isCrowd, map[bool]int64{true: 1}[a.Crowd])
		}
	}
	f.attributes(marked)
	return f.encode(), nil
}

func isMask(g dataset.Geometry, w, h int) bool {
	m, ok := g.(dataset.Mask)
	return ok && m.Width == w && m.Height == h
}

// A builder gathers features by name.
type builder map[string]*feature

func (b builder) get(name string, kind int) *feature {
	if b[name] == nil {
		b[name] = &feature{kind: kind}
	}
	return b[name]
}

func (b builder) bytes(name string, v []byte) {
	f := b.get(name, bytesList)
	f.bytes = append(f.bytes, v)
}

func (b builder) floats(name string, v float32) {
	f := b.get(name, floatList)
	f.floats = append(f.floats, v)
}

func (b builder) ints(name string, v int64) {
	f := b.get(name, intList)
	f.ints = append(f.ints, v)
}

// attributes writes one list for each attribute that an object has: of whole
// numbers when every object has one, else of texts.
func (b builder) attributes(marked []dataset.Annotation) {
	values := map[string][]string{}
	for i, a := range marked {
		for _, t := range a.Attributes {
			if values[t.Name] == nil {
				values[t.Name] = make([]string, len(marked))
			}
			values[t.Name][i] = t.Value
		}
	}
	for name, list := range values {
		full := objects + name
		if b[full] != nil || strings.HasPrefix(full, boxes) || full == areaOf || full == isCrowd || full == maskPNG {
			continue
		}
		numbers := make([]int64, 0, len(list))
		for _, v := range list {
			if n, err := strconv.ParseInt(v, 10, 64); err == nil && strconv.FormatInt(n, 10) == v {
				numbers = append(numbers, n)
			}
		}
		f := b.get(full, bytesList)
		if len(numbers) == len(list) {
			f.kind, f.ints = intList, numbers
			continue
		}
		for _, v := range list {
			f.bytes = append(f.bytes, []byte(v))
		}
	}
}

// encode returns the Example with its features in the order of their names.
func (b builder) encode() []byte {
	names := make([]string, 0, len(b))
	for name := range b {
		names = append(names, name)
	}
	slices.Sort(names)
	var entries bytes.Buffer
	for _, name := range names {
		entries.Write(encodeEntry(name, b[name]))
	}
	out := append(binary.AppendUvarint([]byte{1<<3 | chunk}, uint64(entries.Len())), entries.Bytes()...)
	return out
}
