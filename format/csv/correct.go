package csvtable

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
)

// Patch implements [source.Patcher]: it is [NewPatch] for the changes of all
// formats. A table has labels of whole images only, so nothing in it can be
// moved; attributes are columns, which stay as they are.
func (tableFormat) Patch(ctx context.Context, ds *dataset.Dataset, changes []dataset.Change) (*source.Patch, error) {
	c := Changes{Relabel: map[int]int{}, Drop: map[int]bool{}, Delete: map[int]bool{}, Add: map[int][]int{}}
	for _, ch := range changes {
		switch ch.Action {
		case dataset.SetClass:
			c.Relabel[ch.Annotation] = ch.To
		case dataset.DropImage:
			c.Drop[ch.Image] = true
		case dataset.DeleteObject:
			c.Delete[ch.Annotation] = true
		case dataset.AddObject:
			if ch.Geometry != nil {
				return nil, fmt.Errorf("%s is a table of labels of whole pictures; an object with a place cannot be added to it", source.Show(filepath.Base(ds.Source)))
			}
			c.Add[ch.Image] = append(c.Add[ch.Image], ch.To)
		default:
			return nil, fmt.Errorf("%s is a table of labels of whole pictures; %s means nothing there", source.Show(filepath.Base(ds.Source)), ch.Action)
		}
	}
	p, err := NewPatch(ctx, ds, c)
	if err != nil {
		return nil, err
	}
	out := &source.Patch{Root: filepath.Dir(p.File)}
	if len(p.Edits) == 0 {
		return out, nil
	}
	out.Files = []source.FilePatch{p.file()}
	return out, nil
}

// file spells the patch as all formats do.
func (p *Patch) file() source.FilePatch {
	f := source.FilePatch{Name: filepath.Base(p.File), Size: p.Size, SHA256: p.SHA256, Verify: p.Verify}
	for _, e := range p.Edits {
		f.Edits = append(f.Edits, source.Edit{Offset: e.Offset + int64(e.Start), Line: e.Line + bytes.Count(e.Record[:e.Start], []byte{'\n'}), Old: e.Record[e.Start:e.End], New: e.New})
	}
	return f
}
