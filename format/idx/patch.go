package idx

import (
	"context"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
)

// Patch implements [source.Patcher].
func (idxFormat) Patch(ctx context.Context, ds *dataset.Dataset, changes []dataset.Change) (*source.Patch, error) {
	o, ok := ds.Origin.(*origin)
	if !ok {
		return nil, fmt.Errorf("%s was not read from IDX files; read it again", source.Show(ds.Name))
	}
	c := &correction{origin: o, edits: map[*table][]source.Edit{}, dropped: map[*table]int{}}
	for _, ch := range changes {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		var err error
		path := ds.Images[ch.Image].Path
		at, ok := o.at[path]
		if !ok {
			return nil, fmt.Errorf("%s is in no IDX file; read the dataset again", source.Show(path))
		}
		switch ch.Action {
		case dataset.SetClass:
			err = c.setClass(at, ds.Classes[ch.From], ds.Classes[ch.To])
		case dataset.DropImage:
			err = c.drop(at)
		default:
			err = fmt.Errorf("an IDX file has exactly one label for each picture, so a label can be corrected but none added, moved or deleted; drop the picture instead")
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", source.Show(path), err)
		}
	}
	return c.patch(ctx)
}

type correction struct {
	origin  *origin
	edits   map[*table][]source.Edit
	dropped map[*table]int // rows that go
}

// className returns the class that a label means.
func (o *origin) className(v int64) string {
	if v >= 0 && v < int64(len(o.names)) {
		return o.names[v]
	}
	return strconv.FormatInt(v, 10)
}

// number returns the label of a class.
func (o *origin) number(class string) (int64, error) {
	if i := slices.Index(o.names, class); i >= 0 {
		return int64(i), nil
	}
	v, err := strconv.ParseInt(class, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("the class %q has no number; put it on the list in classes.txt first", class)
	}
	return v, nil
}

// cell reads a row of a table again.
func (c *correction) cell(t *table, row int) (offset int64, old []byte, err error) {
	if t.packed {
		return 0, nil, fmt.Errorf("%s is compressed; unpack it with gunzip, then read and correct it again", source.Show(t.name))
	}
	f, err := os.Open(filepath.Join(c.origin.folder, t.name))
	if err != nil {
		return 0, nil, fmt.Errorf("cannot read %s again: %w", source.Show(t.name), err)
	}
	defer f.Close()
	offset, old = t.head()+int64(row)*t.row(), make([]byte, t.row())
	if n, err := f.ReadAt(old, offset); n < len(old) {
		return 0, nil, fmt.Errorf("%s has become shorter since it was read; read it again: %w", source.Show(t.name), err)
	}
	return offset, old, nil
}

func (c *correction) setClass(at place, from, to string) error {
	offset, old, err := c.cell(at.labels, at.row)
	if err != nil {
		return err
	}
	if was := c.origin.className(at.labels.value(old)); was != from {
		return fmt.Errorf("its label says %q and not %q any more; read the dataset again", was, from)
	}
	is, err := c.origin.number(to)
	if err != nil {
		return err
	}
	b, ok := at.labels.spell(is)
	if !ok {
		return fmt.Errorf("the number %d of the class %q does not fit into the %d bytes of a label", is, to, at.labels.width)
	}
	c.edits[at.labels] = append(c.edits[at.labels], source.Edit{Offset: offset, Old: old, New: b})
	return nil
}

// drop takes the row of a picture out of both files.
func (c *correction) drop(at place) error {
	if c.origin.file {
		return fmt.Errorf("dropping a picture changes the files of pictures and of labels, and you gave one of them; give the folder %s instead", source.Show(filepath.Base(c.origin.folder)))
	}
	for _, t := range []*table{at.images, at.labels} {
		if t == nil || at.row >= t.there {
			continue
		}
		offset, old, err := c.cell(t, at.row)
		if err != nil {
			return err
		}
		c.edits[t] = append(c.edits[t], source.Edit{Offset: offset, Old: old})
		c.dropped[t]++
	}
	return nil
}

func (c *correction) patch(ctx context.Context) (*source.Patch, error) {
	p := &source.Patch{Root: c.origin.folder}
	for t, edits := range c.edits {
		if n := c.dropped[t]; n > 0 {
			edits = append(edits, source.Edit{Offset: 4, Old: count(t.dims[0]), New: count(t.dims[0] - n)})
		}
		if err := p.Edit(ctx, t.name, edits, false); err != nil {
			return nil, err
		}
	}
	p.SortFiles()
	return p, nil
}

func count(n int) []byte { return binary.BigEndian.AppendUint32(nil, uint32(n)) }
