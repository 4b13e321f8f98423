package parquet

import (
	"context"
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/parquet-go/parquet-go"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
)

// maxCopied bounds the column chunk that a correction reads and writes again.
const maxCopied = 1 << 30

// Patch implements [source.Patcher].
func (parquetFormat) Patch(ctx context.Context, ds *dataset.Dataset, changes []dataset.Change) (*source.Patch, error) {
	o, ok := ds.Origin.(*origin)
	if !ok {
		return nil, fmt.Errorf("%s was not read from Parquet files; read it again", source.Show(ds.Name))
	}
	byFile := map[string]map[int][]dataset.Change{}
	for _, c := range changes {
		at, ok := o.at[ds.Images[c.Image].Path]
		if !ok {
			return nil, fmt.Errorf("%s: %w", source.Show(ds.Images[c.Image].Path), errGone)
		}
		if byFile[at.file] == nil {
			byFile[at.file] = map[int][]dataset.Change{}
		}
		byFile[at.file][c.Image] = append(byFile[at.file][c.Image], c)
	}
	ix := dataset.NewIndex(ds)
	p := &source.Patch{Root: o.folder}
	for name, of := range byFile {
		edits, err := correct(ctx, ds, ix, o, name, of)
		if err != nil {
			return nil, err
		}
		if err := p.Edit(ctx, name, edits, false); err != nil {
			return nil, err
		}
	}
	p.SortFiles()
	return p, nil
}

// A rewriting is a row group that changes.
type rewriting struct {
	*file
	*columns
	index   int
	cells   table
	rows    map[*leaf]map[int][]parquet.Value // those that change
	dropped map[int]bool
}

// correct returns the edits of one file.
func correct(ctx context.Context, ds *dataset.Dataset, ix *dataset.Index, o *origin, name string, changes map[int][]dataset.Change) ([]source.Edit, error) {
	f, err := openFile(o.folder, name)
	if err != nil {
		return nil, fmt.Errorf("%s cannot be read again: %w", source.Show(name), err)
	}
	defer f.File.Close()
	c, err := f.columns(o.wanted)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", source.Show(name), err)
	}
	c.names, c.objectNames = o.labelNames[name], o.objectNames[name]
	images := make([]int, 0, len(changes))
	for i := range changes {
		images = append(images, i)
	}
	slices.Sort(images)
	groups := map[int]*rewriting{}
	for _, i := range images {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		path := ds.Images[i].Path
		at := o.at[path]
		g := groups[at.group]
		if g == nil {
			if at.group >= len(f.pq.RowGroups()) {
				return nil, fmt.Errorf("%s has changed since it was read; read it again", source.Show(name))
			}
			g = &rewriting{file: f, columns: c, index: at.group, cells: table{}, rows: map[*leaf]map[int][]parquet.Value{}, dropped: map[int]bool{}}
			groups[at.group] = g
		}
		if err := g.image(ds, ix.Annotations(i), at.row, changes[i]); err != nil {
			return nil, fmt.Errorf("%s: %w", source.Show(path), err)
		}
	}
	return f.edits(groups)
}

// load reads a column of the row group, if it is not read yet.
func (g *rewriting) load(l *leaf) (*cells, error) {
	if c := g.cells[l]; c != nil || l == nil {
		return c, nil
	}
	if size := g.pq.Metadata().RowGroups[g.index].Columns[l.index].MetaData.TotalUncompressedSize; size > maxCopied {
		return nil, fmt.Errorf("the column %s of its row group has %d bytes, and at most %d can be copied; write the file with smaller row groups first", source.Show(l.name()), size, maxCopied)
	}
	c, err := g.read(g.index, l, maxPage)
	if err != nil {
		return nil, err
	}
	g.cells[l] = c
	return c, nil
}

// row returns the cells of a row as they are after the changes so far.
func (g *rewriting) row(l *leaf, row int) []parquet.Value {
	if of, ok := g.rows[l][row]; ok {
		return of
	}
	return slices.Clone(g.cells[l].row(row))
}

func (g *rewriting) put(l *leaf, row int, of []parquet.Value) {
	if g.rows[l] == nil {
		g.rows[l] = map[int][]parquet.Value{}
	}
	g.rows[l][row] = of
}

// image makes the changes of one image.
func (g *rewriting) image(ds *dataset.Dataset, of []int, row int, changes []dataset.Change) error {
	if changes[0].Action == dataset.DropImage {
		g.dropped[row] = true
		return nil
	}
	for _, l := range append([]*leaf{g.label, g.bbox, g.category, g.objectID, g.area, g.crowd}, g.objects...) {
		c, err := g.load(l)
		if err != nil {
			return err
		}
		if c != nil && row >= c.rows() {
			return errGone
		}
	}
	entries := g.entries(g.cells, row)
	if len(entries) != len(of) {
		return fmt.Errorf("its row has other labels than when it was read; read the dataset again")
	}
	var gone []entry
	for _, ch := range changes {
		if ch.Action == dataset.AddObject {
			if err := g.add(row, ds.Classes[ch.To], ch.Geometry); err != nil {
				return err
			}
			continue
		}
		e := entries[slices.Index(of, ch.Annotation)]
		var err error
		switch ch.Action {
		case dataset.SetClass:
			if e.class != ds.Classes[ch.From] {
				return fmt.Errorf("its row says %q and not %q any more; read the dataset again", e.class, ds.Classes[ch.From])
			}
			err = g.setClass(row, e, ds.Classes[ch.To])
		case dataset.MoveObject:
			err = g.move(row, e, ch.Geometry)
		case dataset.DeleteObject:
			gone = append(gone, e)
		default:
			err = fmt.Errorf("the file has no attributes that could be set")
		}
		if err != nil {
			return err
		}
	}
	slices.SortFunc(gone, func(a, b entry) int { return b.element - a.element })
	for _, e := range gone {
		if err := g.remove(row, e); err != nil {
			return err
		}
	}
	return nil
}

// edits returns the edits of a file: the new chunks in front of its metadata,
// and what changes in these.
func (f *file) edits(groups map[int]*rewriting) ([]source.Edit, error) {
	var data []byte
	var out []source.Edit
	dropped := int64(0)
	replace := func(s *span, text []byte) {
		if s != nil {
			out = append(out, source.Edit{Offset: f.footerAt + int64(s.start), Old: f.footer[s.start:s.end], New: text})
		}
	}
	grow := func(s *span, by int64) {
		if s != nil && by != 0 {
			replace(s, integerText(s.integer(f.footer)+by))
		}
	}
	for i, meta := range f.meta.field(4).elements {
		g := groups[i]
		if g == nil {
			continue
		}
		chunks, err := g.chunks()
		if err != nil {
			return nil, err
		}
		unpacked, packed := int64(0), int64(0)
		for index, k := range chunks {
			if k == nil {
				continue
			}
			old := meta.field(1).elements[index]
			text, more, morePacked, err := k.describe(f.footer[old.start:old.end], f.footerAt+int64(len(data)))
			if err != nil {
				return nil, err
			}
			replace(old, text)
			data = append(data, k.data...)
			unpacked, packed = unpacked+more, packed+morePacked
		}
		grow(meta.field(2), unpacked)
		grow(meta.field(6), packed)
		grow(meta.field(3), -int64(len(g.dropped)))
		dropped += int64(len(g.dropped))
	}
	grow(f.meta.field(3), -dropped)
	if len(out) == 0 {
		return nil, nil
	}
	length := len(f.footer)
	for _, e := range out {
		length += len(e.New) - len(e.Old)
	}
	out = append(out, source.Edit{Offset: f.footerAt, New: data})
	return append(out, source.Edit{
		Offset: f.size - 8,
		Old:    binary.LittleEndian.AppendUint32(nil, uint32(len(f.footer))),
		New:    binary.LittleEndian.AppendUint32(nil, uint32(length)),
	}), nil
}

// chunks returns the new column chunks of a row group by their columns, nil for
// those that stay.
func (g *rewriting) chunks() ([]*chunk, error) {
	if len(g.dropped) > 0 {
		for _, l := range g.all {
			if _, err := g.load(l); err != nil {
				return nil, err
			}
		}
	}
	out := make([]*chunk, len(g.pq.Metadata().RowGroups[g.index].Columns))
	for _, l := range g.all {
		if len(g.rows[l]) == 0 && len(g.dropped) == 0 {
			continue
		}
		old := g.cells[l]
		fresh := &cells{}
		for row := range old.rows() {
			if g.dropped[row] {
				continue
			}
			fresh.first = append(fresh.first, len(fresh.values))
			if of, ok := g.rows[l][row]; ok {
				fresh.values = append(fresh.values, of...)
			} else {
				fresh.values = append(fresh.values, old.row(row)...)
			}
		}
		fresh.first = append(fresh.first, len(fresh.values))
		var err error
		if out[l.index], err = l.encode(fresh); err != nil {
			return nil, err
		}
	}
	return out, nil
}
