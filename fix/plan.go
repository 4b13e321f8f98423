package fix

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/errata-cv/errata/dataset"
	csvtable "github.com/errata-cv/errata/format/csv"
	"github.com/errata-cv/errata/format/folder"
	"github.com/errata-cv/errata/format/source"
)

// A Plan is what has to be done to correct one dataset.
type Plan struct {
	ds      *dataset.Dataset
	ix      *dataset.Index
	changes []dataset.Change // relabels by annotation, then drops by image
	table   *csvtable.Patch  // of a table
	moves   []Move           // of a folder
}

// Make works out how to write changes back to the source that ds was read
// from. Changes may come in any order and more than once. Dropping an image
// wins over relabelling it; a change to the class that is given already is
// none. Changes that contradict each other or the dataset are an error.
func Make(ctx context.Context, ds *dataset.Dataset, ix *dataset.Index, changes []dataset.Change) (*Plan, error) {
	relabel, drop := map[int]int{}, map[int]bool{}
	for _, c := range changes {
		if err := check(ds, c); err != nil {
			return nil, err
		}
		if c.Action == dataset.DropImage {
			drop[c.Image] = true
			continue
		}
		if to, ok := relabel[c.Annotation]; ok && to != c.To {
			return nil, fmt.Errorf("two changes give %s different classes, %q and %q", source.Show(ix.Key(c.Annotation).String()), ds.Classes[to], ds.Classes[c.To])
		}
		relabel[c.Annotation] = c.To
	}
	p := &Plan{ds: ds, ix: ix}
	for a, to := range relabel {
		image, from := ds.Annotations[a].Image, ds.Annotations[a].Class
		if drop[image] || from == to {
			delete(relabel, a)
			continue
		}
		p.changes = append(p.changes, dataset.Change{Action: dataset.SetClass, Annotation: a, Image: image, From: from, To: to})
	}
	slices.SortFunc(p.changes, func(a, b dataset.Change) int { return cmp.Compare(a.Annotation, b.Annotation) })
	drops := len(p.changes)
	for image := range drop {
		p.changes = append(p.changes, dataset.Change{Action: dataset.DropImage, Annotation: dataset.None, Image: image, From: dataset.None, To: dataset.None})
	}
	slices.SortFunc(p.changes[drops:], func(a, b dataset.Change) int { return cmp.Compare(a.Image, b.Image) })
	var err error
	switch ds.Format {
	case csvtable.Name:
		p.table, err = csvtable.NewPatch(ctx, ds, csvtable.Changes{Relabel: relabel, Drop: drop})
	case folder.Name:
		p.moves, err = moves(ds, p.changes)
	default:
		err = fmt.Errorf("corrections cannot be written back to the format %q", ds.Format)
	}
	if err != nil {
		return nil, err
	}
	return p, nil
}

// check makes sure that a change speaks of what is in the dataset.
func check(ds *dataset.Dataset, c dataset.Change) error {
	switch c.Action {
	case dataset.DropImage:
		if c.Image < 0 || c.Image >= len(ds.Images) {
			return fmt.Errorf("a change drops image %d of %d", c.Image, len(ds.Images))
		}
	case dataset.SetClass:
		switch {
		case c.Annotation < 0 || c.Annotation >= len(ds.Annotations):
			return fmt.Errorf("a change speaks of annotation %d of %d", c.Annotation, len(ds.Annotations))
		case c.To < 0 || c.To >= len(ds.Classes):
			return fmt.Errorf("a change gives class %d of %d", c.To, len(ds.Classes))
		}
		a := ds.Annotations[c.Annotation]
		if path := ds.Images[a.Image].Path; c.From != a.Class || c.Image != a.Image {
			return fmt.Errorf("a change of %s does not fit: its class is %q; the dataset has changed since it was decided, so check it again", source.Show(path), ds.Classes[a.Class])
		}
	default:
		return fmt.Errorf("there is no action %q", c.Action)
	}
	return nil
}

// Count returns how many labels get another class and how many images go.
func (p *Plan) Count() (relabelled, dropped int) {
	for _, c := range p.changes {
		if c.Action == dataset.DropImage {
			dropped++
		} else {
			relabelled++
		}
	}
	return relabelled, dropped
}

// Moves lists the pictures of a folder that change their place, relabelled
// ones first, each kind in the order of the dataset. A table has none.
func (p *Plan) Moves() []Move { return slices.Clone(p.moves) }

// Options say how to write corrections. The zero value never replaces anything.
type Options struct {
	// Copy copies pictures where a hard link would do.
	Copy bool
	// Force lets Write take a place that is not free. What is there stays
	// beside it as NAME.errata-backup-STAMP.
	Force bool
	// Stamp sets this run's backup and undo files apart from those of others,
	// for example the time as 20060102-150405. Letters, digits, ".", "_" and
	// "-" are allowed. InPlace and Force need it.
	Stamp string
	// Quarantine is the folder for dropped pictures of a folder; empty means
	// the written folder's name with ".dropped" behind it.
	Quarantine string
	// Progress is called from one goroutine as files are done; may be nil.
	Progress func(done, total int)
}

// A Report says what was written.
type Report struct {
	// Path is the new table or folder, or the source when it was corrected in
	// place.
	Path                string
	Relabelled, Dropped int
	// Moves are the pictures of a folder that are in another place now.
	Moves []Move
	// Linked and Copied count the files of a new folder.
	Linked, Copied int
	// Skipped are pipes, sockets and devices, which are not carried over.
	Skipped []string
	// Quarantine is the folder of the dropped pictures; empty without any.
	Quarantine string
	// Backup is what was replaced; empty when nothing was.
	Backup string
	// Script and Manifest undo a correction in place: the one by sh, the other
	// by Undo. Empty when nothing was moved.
	Script, Manifest string
}

// Write makes a corrected dataset at out: a table, or a folder for a source
// that is one. An out that is a folder takes a table under its old name. What
// is there already is replaced only with Force.
func (p *Plan) Write(ctx context.Context, out string, o Options) (*Report, error) {
	if err := o.check(o.Force); err != nil {
		return nil, err
	}
	if p.table != nil {
		return p.writeTable(ctx, out, o)
	}
	return p.writeTree(ctx, out, o)
}

// InPlace corrects the source itself. Without changes it does nothing.
func (p *Plan) InPlace(ctx context.Context, o Options) (*Report, error) {
	if err := o.check(true); err != nil {
		return nil, err
	}
	if len(p.changes) == 0 {
		return &Report{Path: p.ds.Source}, nil
	}
	if p.table != nil {
		return p.replaceTable(ctx, o)
	}
	return p.moveInPlace(ctx, o)
}

// check makes sure that the stamp can be part of a file name.
func (o *Options) check(needed bool) error {
	for _, c := range []byte(o.Stamp) {
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '.' || c == '_' || c == '-') {
			return fmt.Errorf("the stamp %q may hold letters, digits, \".\", \"_\" and \"-\" only", o.Stamp)
		}
	}
	if needed && o.Stamp == "" {
		return errors.New("replacing files needs a stamp to name their backup with")
	}
	return nil
}

func (o *Options) progress(done, total int) {
	if o.Progress != nil {
		o.Progress(done, total)
	}
}

func (p *Plan) report(path string) *Report {
	r := &Report{Path: path, Moves: p.Moves()}
	r.Relabelled, r.Dropped = p.Count()
	return r
}
