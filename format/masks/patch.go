package masks

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
)

// Patch repaints label pictures. See the package comment.
func (format) Patch(ctx context.Context, ds *dataset.Dataset, changes []dataset.Change) (*source.Patch, error) {
	l, err := discover(ds.Source, "")
	if err != nil || l.root != ds.Root {
		if l, err = discover(ds.Source, ds.Root); err != nil {
			return nil, err
		}
	}
	p := &source.Patch{Root: l.base}
	if len(changes) == 0 {
		return p, nil
	}
	keyed := source.KeyChanges(ds, changes)
	byImage := map[string]map[int][]dataset.Change{}
	for key, list := range keyed.Objects {
		if byImage[key.Image] == nil {
			byImage[key.Image] = map[int][]dataset.Change{}
		}
		byImage[key.Image][key.Ordinal] = list
	}
	w := &painter{layout: l, ds: ds, index: dataset.NewIndex(ds), patch: p, bright: slices.Contains(ds.Classes, bright), painted: map[int][]region{}}
	seen := map[string]bool{}
	for i := range l.items {
		it := &l.items[i]
		name := l.imagePath(it)
		if seen[name] {
			continue
		}
		seen[name] = true
		switch {
		case keyed.Dropped[name]:
			w.drop(it)
			for ordinal := range byImage[name] {
				keyed.Take(dataset.Key{Image: name, Ordinal: ordinal})
			}
		case len(byImage[name])+len(keyed.Added[name]) > 0:
			if err := w.paint(ctx, it, keyed); err != nil {
				return nil, err
			}
		}
	}
	if err := keyed.Missed(ds.Name); err != nil {
		return nil, err
	}
	for name := range keyed.Dropped {
		if !seen[name] {
			return nil, fmt.Errorf("%s is not in %s any more; it has changed since it was read, so check it again", source.Show(name), source.Show(ds.Name))
		}
	}
	for name := range keyed.Added {
		if !seen[name] {
			return nil, fmt.Errorf("%s is not in %s any more; it has changed since it was read, so check it again", source.Show(name), source.Show(ds.Name))
		}
	}
	if err := w.mendLists(ctx); err != nil {
		return nil, err
	}
	slices.SortFunc(p.Files, func(a, b source.FilePatch) int { return strings.Compare(a.Name, b.Name) })
	p.Applied = func() (*dataset.Dataset, error) { return w.applied(changes) }
	return p, nil
}

// A painter works a patch out.
type painter struct {
	layout  *layout
	ds      *dataset.Dataset
	index   *dataset.Index
	patch   *source.Patch
	bright  bool
	dropped []*item
	// painted are the regions of the pictures that were repainted.
	painted map[int][]region
}

// drop takes a picture with all that speaks of nothing else out of the dataset.
func (w *painter) drop(it *item) {
	w.dropped = append(w.dropped, it)
	move := func(name string) {
		w.patch.Moves = append(w.patch.Moves, source.Move{From: name, To: name, Drop: true})
	}
	if !it.pairing.listed {
		move(it.picture)
	}
	moved := map[string]bool{}
	for _, f := range it.files {
		moved[f.path] = true
		move(f.path)
	}
	// Cityscapes has more files of the same frame.
	if it.pairing.title == "Cityscapes" && len(it.files) > 0 {
		dir, frame := path.Dir(it.files[0].path), path.Base(stems(it.id, pictureSuffixes, nil)[0])
		frame = strings.TrimSuffix(frame, "_leftImg8bit") + "_gt"
		for _, f := range newDisk(w.layout.base).files(dir) {
			if full := path.Join(dir, f); strings.HasPrefix(f, frame) && !moved[full] {
				move(full)
			}
		}
	}
	for _, extra := range it.extras {
		move(extra)
	}
}

// mendLists takes dropped pictures out of the lists of splits.
func (w *painter) mendLists(ctx context.Context) error {
	if len(w.dropped) == 0 {
		return nil
	}
	for i := range w.layout.lists {
		list := &w.layout.lists[i]
		var edits []source.Edit
		list.names(func(id string, from, to int) {
			if slices.ContainsFunc(w.dropped, func(it *item) bool { return namesItem(id, it) }) {
				edits = append(edits, source.Edit{Offset: int64(from), Old: list.data[from:to]})
			}
		})
		if err := w.patch.Edit(ctx, list.path, edits, true); err != nil {
			return err
		}
	}
	return nil
}

// A stroke gives pixels a class and an object; the class "" takes them away.
type stroke struct {
	mask   dataset.Mask
	class  string
	object int64
}

// paint repaints the label pictures of one item.
func (w *painter) paint(ctx context.Context, it *item, keyed *source.KeyedChanges) error {
	name := w.layout.imagePath(it)
	if len(it.files) == 0 {
		return fmt.Errorf("%s has no label picture to paint in; make an empty one first", source.Show(name))
	}
	d, err := w.layout.load(it, true)
	if err != nil {
		return err
	}
	regions, err := d.regions(w.bright)
	if err != nil {
		return fmt.Errorf("%s: %w", source.Show(it.files[0].path), err)
	}
	if err := w.same(name, regions); err != nil {
		return err
	}
	var away, again, added []stroke
	census := newCensus(d, regions)
	for ordinal, r := range regions {
		list := keyed.Take(dataset.Key{Image: name, Ordinal: ordinal})
		if len(list) == 0 {
			continue
		}
		class, mask, object, moved := r.name, r.mask, r.id.object, false
		for _, c := range list {
			switch c.Action {
			case dataset.DeleteObject:
				class = ""
			case dataset.SetClass:
				class = w.ds.Classes[c.To]
				if object != none || !census.shared {
					object = census.take(class, object)
				}
			case dataset.MoveObject:
				moved = true
				if mask, err = maskOf(c.Geometry, r.mask.Width, r.mask.Height); err != nil {
					return fmt.Errorf("%s: %w", source.Show(name), err)
				}
			default:
				return fmt.Errorf("%s: label pictures have no attributes", source.Show(name))
			}
		}
		if class == "" || moved {
			away = append(away, stroke{mask: r.mask, object: none})
		}
		if class != "" {
			again = append(again, stroke{mask, class, object})
		}
	}
	for _, c := range keyed.Added[name] {
		if c.Geometry == nil {
			return fmt.Errorf("%s: a label of the whole picture has no place in a label picture; give it a shape", source.Show(name))
		}
		mask, err := maskOf(c.Geometry, d.planes[0].width, d.planes[0].height)
		if err != nil {
			return fmt.Errorf("%s: %w", source.Show(name), err)
		}
		class := w.ds.Classes[c.To]
		added = append(added, stroke{mask, class, census.take(class, none)})
	}
	strokes := slices.Concat(away, again, added)
	for i := range d.planes {
		if err := w.repaint(ctx, d, i, strokes); err != nil {
			return err
		}
	}
	if regions, err = d.regions(w.bright); err != nil {
		return err
	}
	if image, ok := w.index.Image(name); ok {
		w.painted[image] = regions
	}
	return nil
}

// applied is the dataset with the regions that the repainted pictures have:
// painting over a region cuts it, and regions of one class become one.
func (w *painter) applied(changes []dataset.Change) (*dataset.Dataset, error) {
	out := *w.ds
	out.Annotations, out.Problems = nil, nil
	for i := range w.ds.Images {
		regions, painted := w.painted[i]
		for _, r := range regions {
			if class := slices.Index(w.ds.Classes, r.name); class >= 0 {
				out.Annotations = append(out.Annotations, r.annotation(i, class))
			}
		}
		if !painted {
			for _, a := range w.index.Annotations(i) {
				out.Annotations = append(out.Annotations, w.ds.Annotations[a])
			}
		}
	}
	var drops []dataset.Change
	for _, c := range changes {
		if c.Action == dataset.DropImage {
			c.Annotation = dataset.None
			drops = append(drops, c)
		}
	}
	return dataset.Apply(&out, drops)
}

// same makes sure that a picture still has the regions that the dataset says.
func (w *painter) same(name string, regions []region) error {
	image, ok := w.index.Image(name)
	if !ok {
		return fmt.Errorf("%s is not in %s", source.Show(name), source.Show(w.ds.Name))
	}
	of := w.index.Annotations(image)
	ok = len(of) == len(regions)
	for i := 0; ok && i < len(of); i++ {
		a := w.ds.Annotations[of[i]]
		mask, is := a.Geometry.(dataset.Mask)
		ok = is && w.ds.Classes[a.Class] == regions[i].name && slices.Equal(mask.Counts, regions[i].mask.Counts)
	}
	if !ok {
		return fmt.Errorf("the label picture of %s has changed since it was read; check it again", source.Show(name))
	}
	return nil
}

// maskOf turns the shape of a correction into pixels.
func maskOf(g dataset.Geometry, width, height int) (dataset.Mask, error) {
	var m dataset.Mask
	switch g := g.(type) {
	case dataset.Mask:
		if m = g; m.Width != width || m.Height != height {
			return m, fmt.Errorf("the mask is for %d × %d pixels, the label picture has %d × %d", m.Width, m.Height, width, height)
		}
	case dataset.Polygon:
		m = g.Mask(width, height)
	case dataset.Box:
		m = g.Mask(width, height)
	case dataset.RotatedBox:
		m = dataset.Polygon{Parts: [][]float64{g.Corners()}}.Mask(width, height)
	}
	if m.Area() == 0 {
		return m, fmt.Errorf("the shape covers no pixel of the label picture (%d × %d)", width, height)
	}
	return m, nil
}

// A census knows which numbers of objects are free in a picture.
type census struct {
	s *spelling
	// shared tells that objects of all classes are counted together.
	shared bool
	taken  map[string]map[int64]bool
}

func newCensus(d *labelled, regions []region) *census {
	n := &census{s: d.spellings[0], taken: map[string]map[int64]bool{}}
	if d.objects != none {
		n.s, n.shared = d.spellings[d.objects], true
	}
	for _, r := range regions {
		n.mark(r.name, r.id.object)
	}
	return n
}

func (n *census) key(class string) string {
	if n.shared {
		return ""
	}
	return class
}

func (n *census) mark(class string, object int64) {
	k := n.key(class)
	if n.taken[k] == nil {
		n.taken[k] = map[int64]bool{}
	}
	n.taken[k][object] = true
}

// take returns the number of an object that gets the class: its own where it is
// free, or else the first free one.
func (n *census) take(class string, object int64) int64 {
	first := int64(0)
	switch n.s.kind {
	case by1000, by256:
		if e := n.s.legend.find(class); e != nil && !e.things {
			if n.s.kind == by256 {
				return 0
			}
			return none
		}
	case byObject:
		first = 1
	default:
		return none
	}
	if n.shared && object != none {
		return object
	}
	taken := n.taken[n.key(class)]
	if object == none || taken[object] {
		for object = first; taken[object] || n.s.kind == byObject && object == 255; object++ {
		}
	}
	n.mark(class, object)
	return object
}

// repaint makes the edit of one label picture.
func (w *painter) repaint(ctx context.Context, d *labelled, plane int, strokes []stroke) error {
	p, s, file := d.planes[plane], d.spellings[plane], d.files[plane]
	before := bytes.Clone(p.pix)
	for _, t := range strokes {
		v, err := s.encode(t.class, t.object)
		if err == nil && !p.fits(v) {
			err = fmt.Errorf("its pixels of %d bits cannot hold the value %d of %q", p.depth, v, t.class)
		}
		if err == nil && plane == 0 && t.class != "" {
			if id := s.identify(v); s.kind != byObject && (id.entry != none && s.legend.entries[id.entry].name != t.class || s.isVoid(id, true)) {
				err = fmt.Errorf("%s gives %q the value of pixels that are nobody's or of another class", s.legend.name, t.class)
			}
		}
		if err != nil {
			return fmt.Errorf("the label picture %s cannot be corrected: %w", source.Show(file.path), err)
		}
		t.paint(func(i int) { p.set(i, v) })
	}
	if bytes.Equal(before, p.pix) {
		return nil
	}
	idat, err := p.encode()
	if err != nil {
		return err
	}
	data := d.data[plane]
	edit := source.Edit{Offset: int64(p.from), Old: data[p.from:p.to], New: idat}
	f, err := source.EditFile(ctx, w.layout.base, file.path, []source.Edit{edit}, false)
	if err != nil {
		return err
	}
	pix := bytes.Clone(p.pix)
	f.Verify = func(_ context.Context, _, after io.Reader) error {
		data, err := io.ReadAll(after)
		if err != nil {
			return err
		}
		got, err := decode(data)
		if err != nil || !bytes.Equal(got.pix, pix) {
			return fmt.Errorf("%s does not hold the pixels that were painted", source.Show(file.path))
		}
		return nil
	}
	w.patch.Files = append(w.patch.Files, *f)
	return nil
}

// paint calls set with every pixel of a stroke, counted row by row.
func (t *stroke) paint(set func(i int)) {
	m := t.mask
	at := 0
	for i, n := range m.Counts {
		if i%2 == 1 {
			for k := at; k < at+int(n) && k < m.Width*m.Height; k++ {
				set(k%m.Height*m.Width + k/m.Height)
			}
		}
		at += int(n)
	}
}
