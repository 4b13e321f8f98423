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

const patchVersion = 1

// patchFile is the JSON of Patch; the package comment explains it.
type patchFile struct {
	Version int           `json:"version"`
	Format  string        `json:"format"`
	Source  text          `json:"source"`
	Bytes   int64         `json:"bytes,omitempty"`
	SHA256  string        `json:"sha256,omitempty"`
	Changes []patchChange `json:"changes"`
	Edits   []patchEdit   `json:"edits,omitempty"`
	Moves   []patchMove   `json:"moves,omitempty"`
}

type patchChange struct {
	Action dataset.Action `json:"action"`
	Target dataset.Key    `json:"target"`
	ID     string         `json:"annotation,omitempty"`
	From   text           `json:"from,omitempty"`
	To     text           `json:"to,omitempty"`
}

type patchEdit struct {
	Line   int   `json:"line"`
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
	f := patchFile{
		Version: patchVersion, Format: p.ds.Format, Source: text(filepath.Base(p.ds.Source)),
		Changes: []patchChange{},
	}
	for _, c := range p.changes {
		pc := patchChange{Action: c.Action, Target: dataset.Key{Image: p.ds.Images[c.Image].Path}}
		if c.Action == dataset.SetClass {
			pc.Target, pc.ID = p.ix.Key(c.Annotation), p.ds.Annotations[c.Annotation].ID
			pc.From, pc.To = text(p.ds.Classes[c.From]), text(p.ds.Classes[c.To])
		}
		f.Changes = append(f.Changes, pc)
	}
	if t := p.table; t != nil {
		f.Bytes, f.SHA256 = t.Size, hex.EncodeToString(t.SHA256[:])
		for _, e := range t.Edits {
			f.Edits = append(f.Edits, patchEdit{
				Line: e.Line, Offset: e.Offset + int64(e.Start),
				Old: text(e.Record[e.Start:e.End]), New: text(e.New),
			})
		}
	}
	for _, m := range p.moves {
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
	var f patchFile
	if err := json.NewDecoder(r).Decode(&f); err != nil {
		return nil, fmt.Errorf("the patch is no JSON of errata fix: %w", err)
	}
	if f.Version != patchVersion {
		return nil, fmt.Errorf("the patch is of version %d, this program knows version %d", f.Version, patchVersion)
	}
	classes := make(map[text]int, len(ds.Classes))
	for i, c := range ds.Classes {
		classes[text(c)] = i
	}
	var out []dataset.Change
	for _, pc := range f.Changes {
		name := source.Show(pc.Target.String())
		switch pc.Action {
		case dataset.DropImage:
			image, ok := ix.Image(pc.Target.Image)
			if !ok {
				return nil, fmt.Errorf("the patch drops %s, which is not in the dataset", name)
			}
			out = append(out, dataset.Change{Action: pc.Action, Annotation: dataset.None, Image: image, From: dataset.None, To: dataset.None})
		case dataset.SetClass:
			a, ok := ix.Annotation(pc.Target)
			if !ok {
				return nil, fmt.Errorf("the patch relabels %s, which is not in the dataset", name)
			}
			an := ds.Annotations[a]
			if given := ds.Classes[an.Class]; given != string(pc.From) {
				return nil, fmt.Errorf("the patch relabels %s from %q, but the dataset says %q", name, string(pc.From), given)
			}
			to, ok := classes[pc.To]
			if !ok {
				return nil, fmt.Errorf("the patch gives %s the class %q, which the dataset does not have", name, string(pc.To))
			}
			out = append(out, dataset.Change{Action: pc.Action, Annotation: a, Image: an.Image, From: an.Class, To: to})
		default:
			return nil, fmt.Errorf("the patch holds an action %q, which this program does not know", pc.Action)
		}
	}
	return out, nil
}
