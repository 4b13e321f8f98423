package formattest

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
)

// A PatchCase is a source to correct.
type PatchCase struct {
	Format source.Patcher
	// Root is a folder that is copied for the test; Path names the source in
	// it, "" for the folder itself.
	Root, Path string
	Options    source.Options
	// Actions are tried each alone and all together. Empty means set-class,
	// move-object, delete-object, add-object and drop-image.
	Actions []dataset.Action
	// Attribute is what set-attribute sets.
	Attribute dataset.Attribute
	// MaxOld bounds the bytes that one change may replace; 0 for 2,000. A
	// negative number means that files are encoded, so that any number may.
	MaxOld int
	// Image is the image to correct; by default the first with three
	// annotations, or else with the most.
	Image string
	// Compare says what has to be equal when the corrected source is read.
	Compare Comparison
}

// Patch corrects copies of the source and reads them back.
func (c PatchCase) Patch(t *testing.T) {
	t.Helper()
	if c.Actions == nil {
		c.Actions = []dataset.Action{dataset.SetClass, dataset.MoveObject, dataset.DeleteObject, dataset.AddObject, dataset.DropImage}
	}
	if c.MaxOld == 0 {
		c.MaxOld = 2000
	}
	t.Run("nothing", func(t *testing.T) { c.run(t, nil) })
	for _, a := range c.Actions {
		t.Run(string(a), func(t *testing.T) { c.run(t, []dataset.Action{a}) })
	}
	t.Run("all", func(t *testing.T) { c.run(t, c.Actions) })
}

func (c PatchCase) run(t *testing.T, actions []dataset.Action) {
	t.Helper()
	root := filepath.Join(t.TempDir(), filepath.Base(c.Root))
	CopyTree(t, c.Root, root)
	path := filepath.Join(root, filepath.FromSlash(c.Path))
	ds, err := c.Format.Read(t.Context(), path, c.Options)
	if err != nil {
		t.Fatal(err)
	}
	changes := c.changes(t, ds, actions)
	p, err := c.Format.Patch(t.Context(), ds, changes)
	if err != nil {
		t.Fatal(err)
	}
	if len(changes) == 0 {
		if !p.Empty() {
			t.Fatalf("without changes the patch has %d files and %d moves", len(p.Files), len(p.Moves))
		}
		return
	}
	if p.Empty() {
		t.Fatal("the patch is empty")
	}
	replaced := 0
	for _, f := range p.Files {
		for _, e := range f.Edits {
			if !f.New {
				replaced += len(e.Old)
			}
			t.Logf("%s offset %d: %.200q -> %.200q", f.Name, e.Offset, e.Old, e.New)
		}
	}
	for _, m := range p.Moves {
		t.Logf("move %+v", m)
	}
	if c.MaxOld > 0 && replaced > c.MaxOld*len(changes) {
		t.Errorf("%d bytes are replaced by %d changes", replaced, len(changes))
	}
	Apply(t, p)
	got, err := c.Format.Read(t.Context(), path, c.Options)
	if err != nil {
		t.Fatalf("the corrected source cannot be read: %v", err)
	}
	want, err := dataset.Apply(ds, changes)
	if p.Applied != nil {
		want, err = p.Applied()
	}
	if err != nil {
		t.Fatal(err)
	}
	cmp := c.Compare
	if slices.Contains(actions, dataset.AddObject) {
		cmp.NoIDs, cmp.NoAttributes, cmp.NoAnnotators = true, true, true
	}
	moves := map[string]string{}
	for _, m := range p.Moves {
		if !m.Drop {
			moves[m.From] = m.To
		}
	}
	for i := range want.Images {
		if to, ok := moves[want.Images[i].Path]; ok {
			want.Images[i].Path = to
		}
	}
	for _, d := range Diff(got, want, cmp) {
		t.Errorf("corrected (first) differs from what was asked for: %s", d)
	}
}

// changes makes one change for each action, on annotations of one image as far
// as it has them.
func (c PatchCase) changes(t *testing.T, ds *dataset.Dataset, actions []dataset.Action) []dataset.Change {
	t.Helper()
	ix := dataset.NewIndex(ds)
	image := -1
	for i, im := range ds.Images {
		n := len(ix.Annotations(i))
		if c.Image != "" && im.Path != c.Image || image >= 0 && n <= min(2, len(ix.Annotations(image))) || image >= 0 && len(ix.Annotations(image)) >= 3 {
			continue
		}
		image = i
	}
	if image < 0 || len(ix.Annotations(image)) == 0 {
		t.Fatalf("there is no image %q with an annotation", c.Image)
	}
	of := ix.Annotations(image)
	var out []dataset.Change
	for _, action := range actions {
		a := of[len(out)%len(of)]
		an := ds.Annotations[a]
		ch := dataset.Change{Action: action, Annotation: a, Image: image, From: dataset.None, To: dataset.None}
		switch action {
		case dataset.SetClass:
			ch.From, ch.To = an.Class, (an.Class+1)%len(ds.Classes)
			if ch.From == ch.To {
				t.Fatal("the dataset has one class")
			}
		case dataset.MoveObject:
			ch.Geometry = Shift(an.Geometry, 3, 2)
		case dataset.AddObject:
			ch.Annotation, ch.To = dataset.None, (an.Class+1)%len(ds.Classes)
			if an.Geometry != nil {
				ch.Geometry = Shift(an.Geometry, 1, 5)
			}
		case dataset.SetAttribute:
			ch.Attribute = c.Attribute
		case dataset.DropImage:
			ch.Annotation = dataset.None
			ch.Image = dataset.None
			for i := range ds.Images {
				if i != image && (ch.Image < 0 || len(ix.Annotations(i)) > 0 && len(ix.Annotations(ch.Image)) == 0) {
					ch.Image = i
				}
			}
			if ch.Image < 0 {
				continue // the only image
			}
		}
		if err := ch.Check(ds); err != nil {
			t.Fatal(err)
		}
		out = append(out, ch)
	}
	return out
}

// Shift returns g moved by whole pixels.
func Shift(g dataset.Geometry, dx, dy float64) dataset.Geometry {
	switch g := g.(type) {
	case dataset.Box:
		return dataset.Box{X: g.X + dx, Y: g.Y + dy, W: g.W, H: g.H}
	case dataset.RotatedBox:
		g.X, g.Y = g.X+dx, g.Y+dy
		return g
	case dataset.Polygon:
		out := dataset.Polygon{}
		for _, p := range g.Parts {
			q := slices.Clone(p)
			for i := range q {
				q[i] += [2]float64{dx, dy}[i%2]
			}
			out.Parts = append(out.Parts, q)
		}
		return out
	case dataset.Mask:
		// Columns wrap around: any other mask serves.
		in := make([]bool, g.Width*g.Height)
		at := 0
		for i, n := range g.Counts {
			for range n {
				in[(at+int(dx)*g.Height)%len(in)] = i%2 == 1
				at++
			}
		}
		out := dataset.Mask{Width: g.Width, Height: g.Height}
		run, inside := uint32(0), false
		for _, v := range in {
			if v != inside {
				out.Counts = append(out.Counts, run)
				run, inside = 0, v
			}
			run++
		}
		out.Counts = append(out.Counts, run)
		return out
	}
	return g
}

// Apply carries a patch out where the source lies.
func Apply(t testing.TB, p *source.Patch) {
	t.Helper()
	for i := range p.Files {
		f := &p.Files[i]
		full := filepath.Join(p.Root, filepath.FromSlash(f.Name))
		if !filepath.IsLocal(filepath.FromSlash(f.Name)) {
			t.Fatalf("the patch names %q", f.Name)
		}
		var before []byte
		if !f.New {
			var err error
			if before, err = os.ReadFile(full); err != nil {
				t.Fatal(err)
			}
		} else if _, err := os.Stat(full); err == nil {
			t.Fatalf("%s is new and there", f.Name)
		}
		var after bytes.Buffer
		if err := f.Apply(t.Context(), &after, bytes.NewReader(before)); err != nil {
			t.Fatal(err)
		}
		for _, e := range f.Edits {
			if !bytes.Equal(before[e.Offset:e.Offset+int64(len(e.Old))], e.Old) {
				t.Fatalf("%s does not hold %q at %d", f.Name, e.Old, e.Offset)
			}
		}
		if f.Verify != nil {
			if err := f.Verify(t.Context(), bytes.NewReader(before), bytes.NewReader(after.Bytes())); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.MkdirAll(filepath.Dir(full), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, after.Bytes(), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for _, m := range p.Moves {
		from := filepath.Join(p.Root, filepath.FromSlash(m.From))
		if m.Drop {
			if err := os.Remove(from); err != nil {
				t.Fatal(err)
			}
			continue
		}
		to := filepath.Join(p.Root, filepath.FromSlash(m.To))
		if err := os.MkdirAll(filepath.Dir(to), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(from, to); err != nil {
			t.Fatal(err)
		}
	}
}

// CopyTree copies files and folders; links become what they lead to.
func CopyTree(t testing.TB, from, to string) {
	t.Helper()
	err := filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		target := filepath.Join(to, rel)
		info, err := os.Stat(path)
		switch {
		case err != nil:
			return nil // a link to nowhere
		case info.IsDir():
			return os.MkdirAll(target, 0o777)
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(target, data, 0o666)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A Folder is a [source.Sink] that writes below a folder.
type Folder struct {
	Dir string
	// Dataset is what is written.
	Dataset *dataset.Dataset
	// Pictures tells whether pictures are copied.
	Pictures bool
}

// Create implements [source.Sink].
func (f Folder) Create(name string) (io.WriteCloser, error) {
	if !filepath.IsLocal(filepath.FromSlash(name)) {
		return nil, fmt.Errorf("%q leaves the folder", name)
	}
	full := filepath.Join(f.Dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(full), 0o777); err != nil {
		return nil, err
	}
	return os.OpenFile(full, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
}

// Picture implements [source.Sink].
func (f Folder) Picture(i int, name string) error {
	if !f.Pictures {
		return nil
	}
	data, err := f.Bytes(i)
	if err != nil {
		return err
	}
	w, err := f.Create(name)
	if err != nil {
		return err
	}
	if _, err := w.Write(data); err != nil {
		return err
	}
	return w.Close()
}

// Bytes implements [source.Sink].
func (f Folder) Bytes(i int) ([]byte, error) {
	return source.ReadPicture(f.Dataset, &f.Dataset.Images[i])
}

// Size implements [source.Sink].
func (f Folder) Size(i int) (int, int, error) {
	if im := f.Dataset.Images[i]; im.Width > 0 && im.Height > 0 {
		return im.Width, im.Height, nil
	}
	data, err := f.Bytes(i)
	if err != nil {
		return 0, 0, err
	}
	return source.SizeOfBytes(data)
}

// RoundTrip writes ds in a format, reads it back, and reports what differs of
// what the format holds.
func RoundTrip(t *testing.T, f source.Writer, ds *dataset.Dataset) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), strings.ReplaceAll(f.Info().Name, "/", "-"))
	if err := os.Mkdir(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := f.Write(t.Context(), ds, Folder{Dir: dir, Dataset: ds, Pictures: true}); err != nil {
		t.Fatal(err)
	}
	got, err := f.Read(t.Context(), dir, source.Options{})
	if err != nil {
		t.Fatalf("what was written cannot be read: %v", err)
	}
	c := As(f.Info().Holds)
	if f.Info().Holds.Whole {
		c.Tolerance = 0.5
	}
	for _, d := range Diff(ds, got, c) {
		t.Errorf("original (first) differs from what was written and read: %s", d)
	}
}
