package fix

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format"
	"github.com/errata-cv/errata/format/source"
)

// A Move takes a file to another place. See [source.Move].
type Move = source.Move

// A Plan is what has to be done to correct one dataset.
type Plan struct {
	ds      *dataset.Dataset
	ix      *dataset.Index
	changes []dataset.Change // of annotations in their order, then drops by image
	patch   *source.Patch
	// file is the absolute path of the source when it is one file and nothing
	// but that file changes; empty for a source that is a folder.
	file string
}

// Make works out how to write changes back to the source that ds was read
// from. Changes may come in any order and more than once. Dropping an image
// wins over all else that is said of it, deleting an object over changing it; a
// change to what is given already is none. Changes that contradict each other or
// the dataset are an error.
func Make(ctx context.Context, ds *dataset.Dataset, ix *dataset.Index, changes []dataset.Change) (*Plan, error) {
	clean, err := tidy(ds, ix, changes)
	if err != nil {
		return nil, err
	}
	f, ok := format.Find(ds.Format)
	patcher, patches := f.(source.Patcher)
	if !ok || !patches {
		return nil, fmt.Errorf("corrections cannot be written back to the format %q; errata formats says which ones can", ds.Format)
	}
	p := &Plan{ds: ds, ix: ix, changes: clean}
	if p.patch, err = patcher.Patch(ctx, ds, clean); err != nil {
		return nil, err
	}
	for i, m := range p.patch.Moves {
		if m.Drop && m.To == "" {
			p.patch.Moves[i].To = m.From
		}
	}
	if info, err := os.Stat(ds.Source); err == nil && info.Mode().IsRegular() {
		p.file = ds.Source
		for _, file := range p.patch.Files {
			if len(p.patch.Moves) > 0 || filepath.Join(p.patch.Root, filepath.FromSlash(file.Name)) != p.file {
				p.file = ""
			}
		}
		if len(p.patch.Moves) > 0 {
			p.file = ""
		}
	}
	if p.patch.Root == "" {
		if p.patch.Root = ds.Source; p.file != "" {
			p.patch.Root = filepath.Dir(ds.Source)
		}
	}
	return p, nil
}

// tidy makes one change of each sort of all changes, in a fixed order.
func tidy(ds *dataset.Dataset, ix *dataset.Index, changes []dataset.Change) ([]dataset.Change, error) {
	type slot struct {
		annotation int
		action     dataset.Action
		attribute  string
	}
	drop, deleted := map[int]bool{}, map[int]bool{}
	kept := map[slot]dataset.Change{}
	var added []dataset.Change
	for _, c := range changes {
		if err := c.Check(ds); err != nil {
			return nil, err
		}
		switch c.Action {
		case dataset.DropImage:
			drop[c.Image] = true
		case dataset.DeleteObject:
			deleted[c.Annotation] = true
		case dataset.AddObject:
			if !slices.ContainsFunc(added, func(o dataset.Change) bool { return reflect.DeepEqual(o, c) }) {
				added = append(added, c)
			}
		default:
			s := slot{c.Annotation, c.Action, c.Attribute.Name}
			old, twice := kept[s]
			switch {
			case twice && c.Action == dataset.SetClass && old.To != c.To:
				return nil, fmt.Errorf("two changes give %s different classes, %q and %q", source.Show(ix.Key(c.Annotation).String()), ds.Classes[old.To], ds.Classes[c.To])
			case twice && !reflect.DeepEqual(old, c):
				return nil, fmt.Errorf("two changes contradict each other about %s: each has another %s", source.Show(ix.Key(c.Annotation).String()), c.Action)
			}
			kept[s] = c
		}
	}
	var out []dataset.Change
	for _, c := range kept {
		a := &ds.Annotations[c.Annotation]
		none := c.Action == dataset.SetClass && c.From == c.To ||
			c.Action == dataset.MoveObject && reflect.DeepEqual(a.Geometry, c.Geometry) ||
			c.Action == dataset.SetAttribute && slices.Contains(a.Attributes, c.Attribute)
		if !none && !drop[c.Image] && !deleted[c.Annotation] {
			out = append(out, c)
		}
	}
	for a := range deleted {
		if image := ds.Annotations[a].Image; !drop[image] {
			out = append(out, dataset.Change{Action: dataset.DeleteObject, Annotation: a, Image: image, From: dataset.None, To: dataset.None})
		}
	}
	slices.SortFunc(out, func(a, b dataset.Change) int {
		return cmp.Or(cmp.Compare(a.Annotation, b.Annotation), cmp.Compare(a.Action, b.Action), cmp.Compare(a.Attribute.Name, b.Attribute.Name))
	})
	slices.SortStableFunc(added, func(a, b dataset.Change) int { return cmp.Compare(a.Image, b.Image) })
	for _, c := range added {
		if !drop[c.Image] {
			c.Annotation = dataset.None
			out = append(out, c)
		}
	}
	for _, image := range slices.Sorted(maps.Keys(drop)) {
		out = append(out, dataset.Change{Action: dataset.DropImage, Annotation: dataset.None, Image: image, From: dataset.None, To: dataset.None})
	}
	return out, nil
}

// A Count says how much a plan changes.
type Count struct {
	Relabelled, Moved, Added, Deleted, Attributes, Dropped int
}

// Any reports whether anything changes.
func (c Count) Any() bool { return c != Count{} }

// String lists what changes: "3 labels corrected, 1 picture dropped".
func (c Count) String() string {
	var parts []string
	say := func(n int, one, many, what string) {
		switch {
		case n == 1:
			parts = append(parts, "1 "+one+" "+what)
		case n > 1:
			parts = append(parts, fmt.Sprintf("%d %s %s", n, many, what))
		}
	}
	say(c.Relabelled, "label", "labels", "corrected")
	say(c.Moved, "object", "objects", "moved")
	say(c.Added, "annotation", "annotations", "added")
	say(c.Deleted, "annotation", "annotations", "deleted")
	say(c.Attributes, "attribute", "attributes", "set")
	say(c.Dropped, "picture", "pictures", "dropped")
	if parts == nil {
		return "nothing changed"
	}
	return strings.Join(parts, ", ")
}

// Count returns how many labels, objects and images change.
func (p *Plan) Count() Count {
	var n Count
	for _, c := range p.changes {
		switch c.Action {
		case dataset.SetClass:
			n.Relabelled++
		case dataset.MoveObject:
			n.Moved++
		case dataset.AddObject:
			n.Added++
		case dataset.DeleteObject:
			n.Deleted++
		case dataset.SetAttribute:
			n.Attributes++
		case dataset.DropImage:
			n.Dropped++
		}
	}
	return n
}

// Moves lists the files that change their place, in the order of the changes
// that move them. A source that is one file has none.
func (p *Plan) Moves() []Move { return slices.Clone(p.patch.Moves) }

// drops tells whether files leave the dataset.
func (p *Plan) drops() bool {
	return slices.ContainsFunc(p.patch.Moves, func(m Move) bool { return m.Drop })
}

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
	// Read are the options that the source was read with. When they are there,
	// what was written is read back and compared before it gets its name, or, in
	// place, put back if it is not what it should be.
	Read *source.Options
	// Progress is called from one goroutine as files are done; may be nil.
	Progress func(done, total int)
}

// A Report says what was written.
type Report struct {
	// Path is the new table or folder, or the source when it was corrected in
	// place.
	Path string
	// Count says what was corrected.
	Count Count
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

// Write makes a corrected dataset at out: a file, or a folder for a source that
// is one. An out that is a folder takes a file under its old name. What
// is there already is replaced only with Force.
func (p *Plan) Write(ctx context.Context, out string, o Options) (*Report, error) {
	if err := o.check(o.Force); err != nil {
		return nil, err
	}
	if p.file != "" {
		return p.writeFile(ctx, out, o)
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
	if p.file != "" {
		return p.replaceFile(ctx, o)
	}
	return p.correctInPlace(ctx, o)
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
	return &Report{Path: path, Moves: p.Moves(), Count: p.Count()}
}
