package attributes

import (
	"bytes"
	"context"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/linetext"
	"github.com/errata-cv/errata/format/source"
)

// Name is the name of the format.
const Name = "attributes"

// origin is the absolute path that was named: of several files in a folder it
// may be one.
type origin string

// Format is this format for the list in package format.
var Format source.Format = format{}

type format struct{}

func (format) Info() source.Info {
	return source.Info{
		Name: Name, Title: "Attributes (PETA, CelebA, multi-hot tables, ImageNet lists)",
		Layout: "Label.txt, list_attr_celeba.txt, or a table with a column of 1 and 0 for each attribute (_classes.csv)",
		Holds:  source.Holds{Labels: true, MultiLabel: true, Splits: true, Metadata: true, Unlabelled: true, Unused: true},
		Notes: []string{
			"Every attribute that a picture has is a label of the whole picture.",
			"A row of PETA's Label.txt is for all pictures of a person: correcting one of them corrects the row and so all of them.",
			"Of CelebA's other files the splits and identities are read; boxes and landmarks stay in their files and are not read.",
			"A label that becomes one which the picture has already is only turned off.",
		},
	}
}

// Detect is sure when files hold attributes in a way that nothing else does.
func (format) Detect(p *source.Peek) (source.Match, error) {
	var found *sheet
	if p.Dir {
		sheets, clash := find(p)
		if clash != "" {
			return source.Match{Confidence: source.Possible, Reason: "several tables in it hold attributes (" + clash + "): give the path of one"}, nil
		}
		if len(sheets) > 0 {
			found = sheets[0]
		}
	} else if ext := strings.ToLower(filepath.Ext(p.Path)); ext == ".txt" || ext == ".csv" || ext == ".tsv" {
		beside, err := source.NewPeek(filepath.Dir(p.Path))
		if err != nil {
			return source.Match{}, err
		}
		found = sheetOf(filepath.Base(p.Path), p.Head(""), beside)
	}
	if found == nil {
		return source.Match{Reason: "no Label.txt, list_attr_celeba.txt or table of 1 and 0 was found"}, nil
	}
	what := map[kind]string{
		peta: " holds attributes of persons or pictures, as PETA does", matrix: " is CelebA's table of attributes",
		table: " has a column of yes and no for each attribute", list: " numbers the classes of a list of pictures",
	}[found.kind]
	return source.Match{Confidence: source.Sure, Reason: source.Show(path.Base(found.name)) + what}, nil
}

// Read returns the dataset of attributes at path. See the package comment.
func (format) Read(ctx context.Context, name string, o source.Options) (*dataset.Dataset, error) {
	s, err := discover(name)
	if err != nil {
		return nil, err
	}
	if err := s.locate(o); err != nil {
		return nil, err
	}
	ds := &dataset.Dataset{Name: filepath.Base(s.source), Root: s.root, Source: s.source, Format: Name, Origin: origin(s.named)}
	b, err := source.NewBuilder(ds, o)
	if err != nil {
		return nil, err
	}
	if err := s.defineClasses(ctx, b); err != nil {
		return nil, err
	}
	// Where pictures are found by their folder, they stand in its order.
	for _, p := range s.pictures {
		b.Image(dataset.Image{Path: p})
	}
	shared, rows := 0, 0
	err = s.each(ctx, func(r *row) error {
		rows++
		if len(r.paths) == 0 {
			b.Problem(dataset.OrphanAnnotation, "", 0, r.place(), "The row of %s belongs to no picture in its folder.", source.Show(r.key))
		}
		if len(r.paths) > 1 {
			shared++
		}
		for _, p := range r.paths {
			i, _ := b.Image(dataset.Image{Path: p, Split: r.split})
			for k, label := range r.labels {
				class, _ := b.Class(label, true)
				n := b.Annotate(dataset.Annotation{Image: i, Class: class})
				if r.sheet.kind == list && !slices.Contains(r.sheet.classes, label) {
					b.Problem(dataset.UndefinedClass, p, n, r.place(), "The number %s is that of no class; %s has %d.", r.fields[r.at[k]].Text, source.Show(r.sheet.layout.classes), len(r.sheet.classes))
				}
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if shared > 0 {
		b.Problem("", "", 0, "", "%d of %d rows label several pictures at once: correcting one of them corrects all of them.", shared, rows)
	}
	if err := s.celeba(b); err != nil {
		return nil, err
	}
	// Labels of one picture stand together when several rows name it.
	return b.Done(o)
}

func (r *row) place() string {
	return source.Show(r.sheet.name) + " line " + itoa(r.line.Number)
}

// defineClasses lists the classes: those of the columns or of the list, or else
// all attributes that occur, sorted.
func (s *set) defineClasses(ctx context.Context, b *source.Builder) error {
	if s.sheets[0].kind != peta {
		for _, sh := range s.sheets {
			for _, c := range sh.classes {
				b.DefineClass(c)
			}
		}
		return nil
	}
	seen := map[string]bool{}
	err := s.each(ctx, func(r *row) error {
		for _, l := range r.labels {
			seen[l] = true
		}
		return nil
	})
	names := make([]string, 0, len(seen))
	for n := range seen {
		names = append(names, n)
	}
	slices.Sort(names)
	for _, n := range names {
		b.DefineClass(n)
	}
	return err
}

// CelebA's other files.
const (
	partitionFile = "list_eval_partition.txt"
	identityFile  = "identity_CelebA.txt"
)

// beside lists CelebA's other files with a line for each picture, relative to
// the base.
func (s *set) beside() []string {
	if s.sheets[0].kind != matrix {
		return nil
	}
	p, err := source.NewPeek(s.base)
	if err != nil {
		return nil
	}
	var out []string
	for _, folder := range append([]string{""}, p.Dirs("")...) {
		for _, f := range p.Files(folder, ".txt") {
			name := path.Join(folder, f)
			if name != s.sheets[0].name && (strings.HasPrefix(f, "list_") || f == identityFile) {
				out = append(out, name)
			}
		}
	}
	return out
}

// celeba adds the splits and identities that CelebA's other files give.
func (s *set) celeba(b *source.Builder) error {
	for _, name := range s.beside() {
		base := path.Base(name)
		if base != partitionFile && base != identityFile {
			b.Problem("", "", 0, name, "%s is not read; it stays as it is.", source.Show(name))
			continue
		}
		data, err := os.ReadFile(filepath.Join(s.base, filepath.FromSlash(name)))
		if err != nil {
			return err
		}
		if base == identityFile && len(b.MetadataColumns) == 0 {
			b.MetadataColumns = []string{"identity"}
		}
		for _, l := range linetext.Parse(bytes.Clone(data)).Lines {
			f := l.Fields()
			if len(f) != 2 {
				continue
			}
			i, _ := b.Image(dataset.Image{Path: s.picture(s.sheets[0], f[0].Text)})
			im := &b.Images[i]
			if base == partitionFile {
				im.Split = map[string]string{"0": "train", "1": "val", "2": "test"}[f[1].Text]
			} else {
				im.Metadata = []string{f[1].Text}
			}
		}
	}
	return nil
}
