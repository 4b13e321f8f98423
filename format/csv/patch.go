package csvtable

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/csvtext"
	"github.com/errata-cv/errata/format/source"
)

// A Patch is what to change in the bytes of one table. It holds for that very
// table: Size and SHA256 are of all its bytes.
type Patch struct {
	// File is the absolute path of the table it was made from.
	File   string
	Size   int64
	SHA256 [sha256.Size]byte
	// Edits are in the order of the table and do not overlap.
	Edits []Edit

	delim byte
}

// An Edit changes one record: it replaces the label cell, removes the record
// with its line end, or puts a further record behind it.
type Edit struct {
	// Offset is where the record starts, in bytes from the start of the file.
	Offset int64
	// Line is the number of its first line, from 1.
	Line int
	// Record are the bytes of the record, its line end included.
	Record []byte
	// Start and End bound the label cell in Record; the whole record when it is
	// removed; both are its length when records are put behind it.
	Start, End int
	// New takes the place of Record[Start:End]; nil removes the record.
	New []byte
	// Added are the labels of the records in New that are put behind it.
	Added []string
}

// Removes reports whether the edit removes the record.
func (e *Edit) Removes() bool { return e.New == nil }

// Changes are corrections of a dataset that was read from a table.
type Changes struct {
	// Relabel leads from annotations to their new classes.
	Relabel map[int]int
	// Drop holds the images whose records are removed.
	Drop map[int]bool
	// Delete holds annotations whose records are removed.
	Delete map[int]bool
	// Add leads from images to the classes that they get further records for.
	Add map[int][]int
}

// errChanged says that a table does not fit to the dataset any more.
type errChanged struct{ sentence string }

func (e *errChanged) Error() string { return e.sentence }

// NewPatch finds the bytes to change in the table that ds was read from. A new
// label goes into every row that says what the annotation says, so that rows
// which only repeat it stay repetitions; a dropped image loses every row that
// names it. A table that no longer agrees with ds is an error.
func NewPatch(ctx context.Context, ds *dataset.Dataset, c Changes) (*Patch, error) {
	candidates, err := labelColumns(ds)
	if err != nil {
		return nil, err
	}
	var first error
	for _, column := range candidates {
		p, err := newPatch(ctx, ds, column, c, len(candidates) > 1)
		var changed *errChanged
		if err == nil || !errors.As(err, &changed) {
			return p, err
		}
		if first == nil {
			first = err
		}
	}
	if first == nil {
		first = fmt.Errorf("the columns of %s are not those it was read with; check it again", source.Show(ds.Name))
	}
	return nil, first
}

// labelColumns returns the label columns with which the table has the metadata
// columns of ds, those where sampled labels are classes if there are any. There
// is mostly one.
func labelColumns(ds *dataset.Dataset) ([]string, error) {
	t, err := openTable(ds.Source, "")
	if t == nil {
		return nil, err
	}
	defer t.close()
	var likely, others []string
	found := map[int]bool{}
	keep := func(t *table, column string) {
		l := t.layout
		if found[l.label] || !slices.Equal(l.metadataNames(), ds.MetadataColumns) {
			return
		}
		found[l.label] = true
		if t.hasClass(ds.Classes) {
			likely = append(likely, column)
		} else {
			others = append(others, column)
		}
	}
	if err == nil {
		keep(t, "")
	}
	times := map[string]int{}
	for _, column := range t.layout.columns {
		times[column]++
	}
	for i, column := range t.layout.columns {
		switch {
		case times[column] > 1:
			column = strconv.Itoa(i + 1)
		case slices.Contains(ds.MetadataColumns, column):
			continue
		}
		if named, err := openTable(ds.Source, column); named != nil {
			named.close()
			if err == nil {
				keep(named, column)
			}
		}
	}
	if likely != nil {
		return likely, nil
	}
	return others, nil
}

// hasClass reports whether a sampled label is one of the classes.
func (t *table) hasClass(classes []string) bool {
	known := make(map[string]bool, len(classes))
	for _, c := range classes {
		known[c] = true
	}
	return slices.ContainsFunc(t.sample, func(r []string) bool {
		return t.layout.label < len(r) && known[r[t.layout.label]]
	})
}

// A rowKey is what rows of the same annotation have in common.
type rowKey struct{ path, label, annotator string }

func keyOf(ds *dataset.Dataset, annotation int) rowKey {
	a := ds.Annotations[annotation]
	return rowKey{ds.Images[a.Image].Path, ds.Classes[a.Class], a.Annotator}
}

// newPatch works with one label column. When thorough, it makes sure that all
// annotations are in the table, not only those that change.
func newPatch(ctx context.Context, ds *dataset.Dataset, labelColumn string, c Changes, thorough bool) (*Patch, error) {
	t, err := openTable(ds.Source, labelColumn)
	if t != nil {
		defer t.close()
	}
	if err != nil {
		return nil, err
	}
	relabel := make(map[rowKey]string, len(c.Relabel))
	for a, class := range c.Relabel {
		relabel[keyOf(ds, a)] = ds.Classes[class]
	}
	remove := make(map[rowKey]bool, len(c.Delete))
	for a := range c.Delete {
		remove[keyOf(ds, a)] = true
	}
	add := make(map[string][]string, len(c.Add))
	for i, classes := range c.Add {
		for _, class := range classes {
			add[ds.Images[i].Path] = append(add[ds.Images[i].Path], ds.Classes[class])
		}
	}
	missing := map[rowKey]bool{}
	for a := range ds.Annotations {
		if _, changes := c.Relabel[a]; changes || c.Delete[a] || thorough {
			missing[keyOf(ds, a)] = true
		}
	}
	drop := make(map[string]bool, len(c.Drop))
	for i := range c.Drop {
		drop[ds.Images[i].Path] = true
	}
	dropped := map[string]bool{}
	digest := &digest{Hash: sha256.New()}
	p := &Patch{File: ds.Source, delim: t.layout.delim}
	res := newResolver(ds.Root, t.folder)
	err = t.rows(ctx, digest, func(r *row) {
		path, _, refusal := res.resolve(r.path)
		if refusal != "" {
			return
		}
		e := Edit{Offset: r.Offset, Line: r.Line, End: len(r.Bytes)}
		key := rowKey{path, r.label, r.annotator}
		delete(missing, key)
		class, corrected := relabel[key]
		if labels := add[path]; labels != nil && r.labelCell != nil && !drop[path] {
			delete(add, path)
			p.Edits = append(p.Edits, further(r, labels, t.layout.delim))
		}
		switch {
		case drop[path]:
			dropped[path] = true
		case remove[key]:
		case corrected && r.labelCell != nil:
			e.Start, e.End = r.labelCell.Start, r.labelCell.End
			e.New = csvtext.Spell(class, r.labelCell.Quoted, t.layout.delim)
		default:
			return
		}
		e.Record = bytes.Clone(r.Bytes)
		p.Edits = append(p.Edits, e)
	})
	if err != nil {
		return nil, err
	}
	for a := range ds.Annotations {
		if key := keyOf(ds, a); missing[key] {
			return nil, &errChanged{fmt.Sprintf("%s has no row any more that labels %s %q; it has changed since it was read, so check it again", t.name, source.Show(key.path), key.label)}
		}
	}
	for _, im := range ds.Images {
		if path := im.Path; drop[path] && !dropped[path] {
			return nil, &errChanged{fmt.Sprintf("%s has no row any more for %s; it has changed since it was read, so check it again", t.name, source.Show(path))}
		}
	}
	for path := range add {
		return nil, fmt.Errorf("%s has no row for %s that a further label could be put behind", t.name, source.Show(path))
	}
	p.Size = digest.n
	digest.Sum(p.SHA256[:0])
	// A record that is put behind another one comes after what happens to that.
	slices.SortStableFunc(p.Edits, func(a, b Edit) int { return cmp.Compare(a.Offset+int64(a.Start), b.Offset+int64(b.Start)) })
	return p, nil
}

// further puts copies of a row behind it that carry other labels.
func further(r *row, labels []string, delim byte) Edit {
	record := bytes.Clone(r.Bytes)
	e := Edit{Offset: r.Offset, Line: r.Line, Record: record, Start: len(record), End: len(record), Added: labels}
	end := record[len(bytes.TrimRight(record, "\r\n")):]
	if len(end) == 0 {
		e.New = append(e.New, '\n')
	}
	for i, label := range labels {
		e.New = append(e.New, record[:r.labelCell.Start]...)
		e.New = append(e.New, csvtext.Spell(label, r.labelCell.Quoted, delim)...)
		e.New = append(e.New, record[r.labelCell.End:]...)
		if len(end) == 0 && i < len(labels)-1 {
			e.New = append(e.New, '\n')
		}
	}
	return e
}

// A digest hashes and counts what is written to it.
type digest struct {
	hash.Hash
	n int64
}

func (d *digest) Write(b []byte) (int, error) {
	d.n += int64(len(b))
	return d.Hash.Write(b)
}

// Verify reads the table before and after the patch and fails unless every
// record says the same except for the edits. Odd quotes in a table can make a
// correction change how other cells are read; such a correction is refused.
func (p *Patch) Verify(ctx context.Context, before, after io.Reader) error {
	old, corrected := csvtext.NewScanner(before, p.delim), csvtext.NewScanner(after, p.delim)
	edits := p.Edits
	for n := 0; old.Scan(); n++ {
		if n%4096 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		var e, behind *Edit
		removed := false
		for len(edits) > 0 && edits[0].Offset == old.Record().Offset {
			this := &edits[0]
			edits = edits[1:]
			switch {
			case this.Added != nil:
				behind = this
			case this.Removes():
				removed = true
			default:
				e = this
			}
		}
		if behind != nil {
			// The copies are of the record as it was.
			if !removed && (!corrected.Scan() || !sameCells(old.Record(), corrected.Record(), e, p.delim)) {
				return p.misread(old.Record().Line, corrected.Err())
			}
			for range behind.Added {
				if !corrected.Scan() || len(corrected.Record().Cells) != len(old.Record().Cells) {
					return p.misread(old.Record().Line, corrected.Err())
				}
			}
			continue
		}
		if removed {
			continue
		}
		if !corrected.Scan() || !sameCells(old.Record(), corrected.Record(), e, p.delim) {
			return p.misread(old.Record().Line, corrected.Err())
		}
	}
	if old.Err() != nil {
		return old.Err()
	}
	if corrected.Scan() {
		return fmt.Errorf("%s: with the corrections made, it would have more rows than before because a quote is not closed; correct the quotes first", source.Show(filepath.Base(p.File)))
	}
	return corrected.Err()
}

func (p *Patch) misread(line int, err error) error {
	if err != nil {
		return err
	}
	return fmt.Errorf("%s line %d: with the corrections made, this row would be read differently because a quote in it or above is not closed; correct the quotes first", source.Show(filepath.Base(p.File)), line)
}

// sameCells compares two records but for the edited cell.
func sameCells(a, b *csvtext.Record, e *Edit, delim byte) bool {
	if len(a.Cells) != len(b.Cells) {
		return false
	}
	for i, c := range a.Cells {
		d := b.Cells[i]
		if e != nil && c.Start == e.Start && c.End == e.End {
			if !bytes.Equal(csvtext.Spell(string(d.Value), d.Quoted, delim), e.New) {
				return false
			}
		} else if !bytes.Equal(c.Value, d.Value) {
			return false
		}
	}
	return true
}
