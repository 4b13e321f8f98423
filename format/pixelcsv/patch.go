package pixelcsv

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
)

// Patch implements [source.Patcher].
func (tableFormat) Patch(ctx context.Context, ds *dataset.Dataset, changes []dataset.Change) (*source.Patch, error) {
	o, ok := ds.Origin.(*origin)
	if !ok {
		return nil, fmt.Errorf("%s was not read from a table of pixels; read it again", source.Show(ds.Name))
	}
	edits := map[string][]source.Edit{}
	for _, c := range changes {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		path := ds.Images[c.Image].Path
		at, line, err := o.line(path)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", source.Show(path), err)
		}
		switch c.Action {
		case dataset.DropImage:
			edits[at.file] = append(edits[at.file], source.Edit{Offset: at.offset, Old: line})
		case dataset.SetClass:
			e, err := o.setClass(at, line, ds.Classes[c.From], ds.Classes[c.To])
			if err != nil {
				return nil, fmt.Errorf("%s: %w", source.Show(path), err)
			}
			edits[at.file] = append(edits[at.file], e)
		default:
			return nil, fmt.Errorf("%s: a table of pixels has exactly one label in each row, so a label can be corrected but none added, moved or deleted; drop the picture instead", source.Show(path))
		}
	}
	p := &source.Patch{Root: o.folder}
	return p, p.EditAll(ctx, edits, true)
}

func (o *origin) setClass(at row, line []byte, from, to string) (source.Edit, error) {
	mark := 0
	if bytes.HasPrefix(line, []byte("\xef\xbb\xbf")) {
		mark = 3
	}
	text := bytes.TrimRight(line, "\r\n")[mark:]
	if bytes.Count(text, []byte{at.delimiter}) != at.cells-1 {
		return source.Edit{}, fmt.Errorf("%s line %d has other cells than when it was read; read the dataset again", source.Show(at.file), at.line)
	}
	start, end := at.cell(text)
	if was, _ := o.className(string(text[start:end])); was != from {
		return source.Edit{}, fmt.Errorf("its label says %q and not %q any more; read the dataset again", was, from)
	}
	label := to
	if i := slices.Index(o.names, to); i >= 0 {
		label = strconv.Itoa(i)
	} else if _, err := strconv.ParseInt(to, 10, 64); err != nil {
		return source.Edit{}, fmt.Errorf("the class %q has no number; put it on the list in classes.txt first", to)
	}
	return source.Edit{Offset: at.offset + int64(mark+start), Old: text[start:end], New: []byte(label)}, nil
}
