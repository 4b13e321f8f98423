package fix

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
)

// patchVersion 2 has files where version 1 had the edits of one table.
const patchVersion = 2

// patchDocument is the JSON of Patch; the package comment explains it.
type patchDocument struct {
	Version int           `json:"version"`
	Format  string        `json:"format"`
	Source  text          `json:"source"`
	Changes []patchChange `json:"changes"`
	Files   []patchedFile `json:"files,omitempty"`
	Moves   []patchMove   `json:"moves,omitempty"`
}

type patchChange struct {
	Action    dataset.Action         `json:"action"`
	Target    dataset.Key            `json:"target"`
	ID        string                 `json:"annotation,omitempty"`
	From      text                   `json:"from,omitempty"`
	To        text                   `json:"to,omitempty"`
	Geometry  *dataset.GeometryValue `json:"geometry,omitempty"`
	Attribute *dataset.Attribute     `json:"attribute,omitempty"`
}

type patchedFile struct {
	Name   text        `json:"name"`
	Bytes  int64       `json:"bytes"`
	SHA256 string      `json:"sha256"`
	New    bool        `json:"new,omitempty"`
	Edits  []patchEdit `json:"edits"`
}

type patchEdit struct {
	Line   int   `json:"line,omitempty"`
	Offset int64 `json:"offset"`
	Old    text  `json:"old"`
	New    text  `json:"new"`
}

type patchMove struct {
	From text `json:"from"`
	To   text `json:"to,omitempty"`
	Drop bool `json:"drop,omitempty"`
}

// Patch writes the plan as JSON for programs. The package comment describes it.
func (p *Plan) Patch(w io.Writer) error {
	f := patchDocument{
		Version: patchVersion, Format: p.ds.Format, Source: text(filepath.Base(p.ds.Source)),
		Changes: []patchChange{},
	}
	for _, c := range p.changes {
		pc := patchChange{Action: c.Action, Target: dataset.Key{Image: p.ds.Images[c.Image].Path}}
		if c.Annotation != dataset.None {
			pc.Target, pc.ID = p.ix.Key(c.Annotation), p.ds.Annotations[c.Annotation].ID
		}
		if c.From != dataset.None {
			pc.From = text(p.ds.Classes[c.From])
		}
		if c.To != dataset.None {
			pc.To = text(p.ds.Classes[c.To])
		}
		if c.Geometry != nil {
			pc.Geometry = &dataset.GeometryValue{Geometry: c.Geometry}
		}
		if c.Action == dataset.SetAttribute {
			pc.Attribute = &c.Attribute
		}
		f.Changes = append(f.Changes, pc)
	}
	for _, file := range p.patch.Files {
		pf := patchedFile{Name: text(file.Name), Bytes: file.Size, SHA256: hex.EncodeToString(file.SHA256[:]), New: file.New}
		for _, e := range file.Edits {
			pf.Edits = append(pf.Edits, patchEdit{Line: e.Line, Offset: e.Offset, Old: text(e.Old), New: text(e.New)})
		}
		f.Files = append(f.Files, pf)
	}
	for _, m := range p.patch.Moves {
		pm := patchMove{From: text(m.From), Drop: m.Drop}
		if !m.Drop {
			pm.To = text(m.To)
		}
		f.Moves = append(f.Moves, pm)
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(f)
}

// ReadPatch reads the changes of a patch file as changes of ds, for [Make]. A
// change that does not fit to ds is an error.
func ReadPatch(r io.Reader, ds *dataset.Dataset, ix *dataset.Index) ([]dataset.Change, error) {
	var f patchDocument
	if err := json.NewDecoder(r).Decode(&f); err != nil {
		return nil, fmt.Errorf("the patch is no JSON of errata fix: %w", err)
	}
	if f.Version < 1 || f.Version > patchVersion {
		return nil, fmt.Errorf("the patch is of version %d, this program knows version %d", f.Version, patchVersion)
	}
	classes := make(map[text]int, len(ds.Classes))
	for i, c := range ds.Classes {
		classes[text(c)] = i
	}
	var out []dataset.Change
	for _, pc := range f.Changes {
		c, err := pc.change(ds, ix, classes)
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

// change finds what a change of a patch file speaks of in ds.
func (pc *patchChange) change(ds *dataset.Dataset, ix *dataset.Index, classes map[text]int) (dataset.Change, error) {
	name := source.Show(pc.Target.String())
	c := dataset.Change{Action: pc.Action, Annotation: dataset.None, From: dataset.None, To: dataset.None}
	image, ok := ix.Image(pc.Target.Image)
	if !ok {
		return c, fmt.Errorf("the patch speaks of %s, which is not in the dataset", name)
	}
	c.Image = image
	switch pc.Action {
	case dataset.DropImage, dataset.AddObject:
	case dataset.SetClass, dataset.MoveObject, dataset.DeleteObject, dataset.SetAttribute:
		if c.Annotation, ok = ix.Annotation(pc.Target); !ok {
			return c, fmt.Errorf("the patch speaks of annotation %d of %s, which is not in the dataset", pc.Target.Ordinal+1, source.Show(pc.Target.Image))
		}
	default:
		return c, fmt.Errorf("the patch holds an action %q, which this program does not know", pc.Action)
	}
	if pc.Action == dataset.SetClass {
		c.From = ds.Annotations[c.Annotation].Class
		if given := ds.Classes[c.From]; given != string(pc.From) {
			return c, fmt.Errorf("the patch relabels %s from %q, but the dataset says %q", name, string(pc.From), given)
		}
	}
	if pc.Action == dataset.SetClass || pc.Action == dataset.AddObject {
		if c.To, ok = classes[pc.To]; !ok {
			return c, fmt.Errorf("the patch gives %s the class %q, which the dataset does not have", name, string(pc.To))
		}
	}
	if pc.Geometry != nil {
		c.Geometry = pc.Geometry.Geometry
	}
	if pc.Attribute != nil {
		c.Attribute = *pc.Attribute
	}
	return c, c.Check(ds)
}
