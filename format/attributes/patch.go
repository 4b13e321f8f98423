package attributes

import (
	"context"
	"fmt"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/csvtext"
	"github.com/errata-cv/errata/format/linetext"
	"github.com/errata-cv/errata/format/source"
)

func itoa(n int) string { return strconv.Itoa(n) }

// Patch turns attributes on and off. See the package comment.
func (format) Patch(ctx context.Context, ds *dataset.Dataset, changes []dataset.Change) (*source.Patch, error) {
	named := ds.Source
	if o, ok := ds.Origin.(origin); ok {
		named = string(o)
	}
	s, err := discover(named)
	if err != nil {
		return nil, err
	}
	p := &source.Patch{Root: s.base}
	if len(changes) == 0 {
		return p, nil
	}
	images := ""
	if ds.Root != s.base {
		images = ds.Root
	}
	if err := s.locate(source.Options{Images: images}); err != nil {
		return nil, err
	}
	e := &editor{
		set: s, ds: ds, index: dataset.NewIndex(ds), keyed: source.KeyChanges(ds, changes),
		edits: map[string][]source.Edit{}, counts: map[string]int{}, rows: map[string]bool{}, removed: map[string]int{},
	}
	if err := s.each(ctx, e.visit); err != nil {
		return nil, err
	}
	if err := e.keyed.Missed(ds.Name); err != nil {
		return nil, err
	}
	if err := e.without(); err != nil {
		return nil, err
	}
	if err := e.drop(p); err != nil {
		return nil, err
	}
	p.Applied = func() (*dataset.Dataset, error) { return dataset.Apply(ds, e.effects) }
	for _, name := range slices.Sorted(maps.Keys(e.edits)) {
		if err := p.Edit(ctx, name, e.edits[name], true); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// An editor turns changes into edits while the rows are read again.
type editor struct {
	set   *set
	ds    *dataset.Dataset
	index *dataset.Index
	keyed *source.KeyedChanges
	edits map[string][]source.Edit
	// counts are the annotations of each picture so far; rows are the pictures
	// that a row names; removed counts the rows that go, by sheet.
	counts  map[string]int
	rows    map[string]bool
	removed map[string]int
	// effects are the changes that come of the edits: a row may be for several
	// pictures, and says everything once.
	effects []dataset.Change
}

func (e *editor) edit(name string, edit source.Edit) { e.edits[name] = append(e.edits[name], edit) }

// A wish is what becomes of the labels of a row.
type wish struct {
	// to are the classes that labels get, "" for a deleted one, by their place.
	to map[int]string
	// added are further classes.
	added []string
}

func (e *editor) visit(r *row) error {
	w := wish{to: map[int]string{}}
	dropped := len(r.paths) > 0
	for _, p := range r.paths {
		e.rows[p] = true
		dropped = dropped && e.keyed.Dropped[p]
		from := e.counts[p]
		e.counts[p] += len(r.labels)
		for k := range r.labels {
			for _, c := range e.keyed.Take(dataset.Key{Image: p, Ordinal: from + k}) {
				to := ""
				switch c.Action {
				case dataset.SetClass:
					if given := e.ds.Classes[c.From]; given != r.labels[k] {
						return fmt.Errorf("%s has changed since it was read: it says %q and not %q; check it again", r.place(), r.labels[k], given)
					}
					to = e.ds.Classes[c.To]
				case dataset.DeleteObject:
				default:
					return fmt.Errorf("%s: labels of whole pictures cannot do %q", r.place(), c.Action)
				}
				if other, known := w.to[k]; known && other != to {
					return fmt.Errorf("%s is for %d pictures, and the corrections of %q in them contradict each other; make them agree first", r.place(), len(r.paths), r.labels[k])
				}
				w.to[k] = to
			}
		}
		// New labels of a picture go to its first row.
		if from == 0 || from == e.counts[p]-len(r.labels) && e.keyed.Added[p] != nil {
			for _, c := range e.keyed.Added[p] {
				if c.Geometry != nil {
					return fmt.Errorf("%s: attributes are of whole pictures, and the object has a place; add it without one", source.Show(p))
				}
				if class := e.ds.Classes[c.To]; !slices.Contains(w.added, class) {
					w.added = append(w.added, class)
				}
			}
			delete(e.keyed.Added, p)
		}
	}
	if dropped {
		e.removed[r.sheet.name]++
		e.edit(r.sheet.name, source.Edit{Offset: r.from, Old: r.sheet.data[r.from:r.to]})
		return nil
	}
	if len(w.to) == 0 && len(w.added) == 0 {
		return nil
	}
	e.note(r, w)
	if r.sheet.kind == matrix || r.sheet.kind == table {
		return e.flip(r, w)
	}
	return e.reword(r, w)
}

// note keeps what the changed row says of each of its pictures.
func (e *editor) note(r *row, w wish) {
	class := func(name string) int { return slices.Index(e.ds.Classes, name) }
	for _, p := range r.paths {
		image, ok := e.index.Image(p)
		if !ok || e.keyed.Dropped[p] {
			continue // of another split, or gone
		}
		has := map[string]bool{}
		for k, label := range r.labels {
			if _, changes := w.to[k]; !changes {
				has[label] = true
			}
		}
		from := e.counts[p] - len(r.labels)
		for k := range r.labels {
			to, changes := w.to[k]
			a, ok := e.index.Annotation(dataset.Key{Image: p, Ordinal: from + k})
			if !changes || !ok {
				continue
			}
			c := dataset.Change{Action: dataset.DeleteObject, Image: image, Annotation: a, From: dataset.None, To: dataset.None}
			if to != "" && !has[to] {
				c.Action, c.From, c.To = dataset.SetClass, e.ds.Annotations[a].Class, class(to)
				has[to] = true
			}
			e.effects = append(e.effects, c)
		}
		for _, name := range w.added {
			if !has[name] {
				has[name] = true
				e.effects = append(e.effects, dataset.Change{Action: dataset.AddObject, Image: image, Annotation: dataset.None, From: dataset.None, To: class(name)})
			}
		}
	}
}

// flip writes yes and no into the cells of a row.
func (e *editor) flip(r *row, w wish) error {
	want := make([]bool, len(r.fields))
	for _, at := range r.at {
		want[at] = true
	}
	for k := range w.to {
		want[r.at[k]] = false
	}
	on := w.added
	for _, to := range w.to {
		if to != "" {
			on = append(on, to)
		}
	}
	for _, class := range on {
		i := slices.Index(r.sheet.classes, class)
		if i < 0 || i >= len(want) {
			return fmt.Errorf("%s has no column for %q; add it first", source.Show(r.sheet.name), class)
		}
		want[i] = true
	}
	for i, f := range r.fields {
		was := slices.Contains(r.at, i)
		if was == want[i] {
			continue
		}
		if f.Offset == none {
			return fmt.Errorf("%s ends before the column %q", r.place(), r.sheet.classes[i])
		}
		e.edit(r.sheet.name, r.sheet.toggle(f, want[i]))
	}
	return nil
}

// toggle writes yes or no into a cell. In CelebA's columns a 1 is as wide as a
// -1, with a blank in front.
func (sh *sheet) toggle(f linetext.Field, yes bool) source.Edit {
	if sh.kind == table {
		text := sh.layout.off
		if yes {
			text = sh.layout.on
		}
		quoted := strings.HasPrefix(f.Text, `"`)
		return source.Edit{Offset: f.Offset, Old: []byte(f.Text), New: csvtext.Spell(text, quoted, sh.layout.delim)}
	}
	wide := f.Offset > 1 && sh.data[f.Offset-1] == ' ' && sh.data[f.Offset-2] == ' '
	switch {
	case !yes && wide:
		return source.Edit{Offset: f.Offset - 1, Old: []byte(" " + f.Text), New: []byte("-1")}
	case !yes:
		return source.Edit{Offset: f.Offset, Old: []byte(f.Text), New: []byte("-1")}
	case sh.aligned():
		return source.Edit{Offset: f.Offset, Old: []byte(f.Text), New: []byte(" 1")}
	}
	return source.Edit{Offset: f.Offset, Old: []byte(f.Text), New: []byte("1")}
}

// aligned reports whether ones have a blank more in front than the others.
func (sh *sheet) aligned() bool { return strings.Contains(string(sh.data), "  1") }

// reword changes the words behind the key of a row.
func (e *editor) reword(r *row, w wish) error {
	end := r.first.End()
	// A row says everything once.
	stays := map[string]bool{}
	for k, label := range r.labels {
		if _, changes := w.to[k]; !changes {
			stays[label] = true
		}
	}
	for k, f := range r.fields {
		to, changes := w.to[k]
		if stays[to] {
			to = ""
		}
		stays[to] = to != ""
		switch {
		case changes && to == "":
			// The blanks in front go too.
			e.edit(r.sheet.name, source.Edit{Offset: end, Old: r.sheet.data[end:f.End()]})
		case changes:
			word, err := r.sheet.word(to)
			if err != nil {
				return err
			}
			e.edit(r.sheet.name, source.Edit{Offset: f.Offset, Old: []byte(f.Text), New: []byte(word)})
		}
		end = f.End()
	}
	var more []byte
	for _, class := range w.added {
		word, err := r.sheet.word(class)
		if err != nil {
			return err
		}
		if !stays[class] {
			more = append(append(more, ' '), word...)
		}
	}
	if more != nil {
		e.edit(r.sheet.name, source.Edit{Offset: end, New: more})
	}
	return nil
}

// word spells a class in a row.
func (sh *sheet) word(class string) (string, error) {
	if sh.kind == peta {
		if class == "" || strings.ContainsAny(class, " \t\r\n\v\f") {
			return "", fmt.Errorf("%s separates attributes by blanks, so it cannot hold %q", source.Show(sh.name), class)
		}
		return class, nil
	}
	if i := slices.Index(sh.classes, class); i >= 0 {
		return itoa(i), nil
	}
	return "", fmt.Errorf("%s has no class %q; add it at its end first", source.Show(sh.layout.classes), class)
}

// without gives labels to pictures that no row names: PETA gets a new row.
func (e *editor) without() error {
	for _, p := range slices.Sorted(maps.Keys(e.keyed.Added)) {
		i := slices.IndexFunc(e.set.sheets, func(sh *sheet) bool { return sh.kind == peta && inFolder(p, sh.folder) })
		if i < 0 {
			return fmt.Errorf("%s has no row for its labels in %s; add the row first", source.Show(p), source.Show(e.set.sheets[0].name))
		}
		sh := e.set.sheets[i]
		row := keysOf(p)[0]
		if strings.ContainsAny(row, " \t") {
			return fmt.Errorf("%s cannot name %s, which has a blank in its name", source.Show(sh.name), source.Show(p))
		}
		for _, c := range e.keyed.Added[p] {
			word, err := sh.word(e.ds.Classes[c.To])
			if err != nil {
				return err
			}
			row += " " + word
			e.effects = append(e.effects, c)
		}
		edits := linetext.NewEditor(sh.file)
		edits.Append(row)
		e.edits[sh.name] = append(e.edits[sh.name], edits.Edits()...)
	}
	return nil
}

func inFolder(p, folder string) bool {
	dir := path.Dir(p)
	return dir == folder || dir == "." && folder == ""
}

// drop takes pictures of PETA out of their folder, and dropped pictures out of
// CelebA's count and other files.
func (e *editor) drop(p *source.Patch) error {
	for _, name := range slices.Sorted(maps.Keys(e.keyed.Dropped)) {
		image, ok := e.index.Image(name)
		if !ok {
			continue
		}
		e.effects = append(e.effects, dataset.Change{Action: dataset.DropImage, Image: image, Annotation: dataset.None, From: dataset.None, To: dataset.None})
		if e.set.sheets[0].kind == peta {
			if e.set.root != e.set.base {
				return fmt.Errorf("%s lies outside of %s, so it cannot be taken out; do that by hand", source.Show(name), source.Show(e.set.base))
			}
			p.Moves = append(p.Moves, source.Move{From: name, To: name, Drop: true})
		} else if !e.rows[name] && e.set.sheets[0].kind != matrix {
			return fmt.Errorf("%s has no row for %s any more; it has changed since it was read, so check it again", source.Show(e.ds.Name), source.Show(name))
		}
	}
	if e.set.sheets[0].kind != matrix || len(e.keyed.Dropped) == 0 {
		return nil
	}
	sh := e.set.sheets[0]
	if err := e.recount(sh.name, sh.file, e.removed[sh.name]); err != nil {
		return err
	}
	for _, name := range e.set.beside() {
		data, err := readAll(filepath.Join(e.set.base, filepath.FromSlash(name)))
		if err != nil {
			return fmt.Errorf("cannot read %s: %w", source.Show(name), err)
		}
		file := linetext.Parse(data)
		n := 0
		for _, l := range file.Lines {
			if f := l.Fields(); len(f) > 1 && e.keyed.Dropped[e.set.picture(sh, f[0].Text)] {
				e.edit(name, source.Edit{Offset: l.Offset, Old: []byte(l.Text + l.End)})
				n++
			}
		}
		if err := e.recount(name, file, n); err != nil {
			return err
		}
	}
	return nil
}

// recount corrects the number of rows in the first line, if it was right.
func (e *editor) recount(name string, file *linetext.File, removed int) error {
	if removed == 0 || len(file.Lines) < 3 {
		return nil
	}
	f := file.Lines[0].Fields()
	if len(f) != 1 {
		return nil
	}
	rows := 0
	for _, l := range file.Lines[2:] {
		if !l.Blank() {
			rows++
		}
	}
	if n, err := strconv.Atoi(f[0].Text); err == nil && n == rows {
		e.edit(name, source.Edit{Offset: f[0].Offset, Old: []byte(f[0].Text), New: []byte(itoa(n - removed))})
	}
	return nil
}
