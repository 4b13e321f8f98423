package dota

import (
	"context"
	"fmt"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/linetext"
	"github.com/errata-cv/errata/format/source"
)

// Format is this format for the list in package format.
var Format source.Format = dotaFormat{}

type dotaFormat struct{}

// Name chooses the format on the command line.
const Name = "dota"

func (dotaFormat) Info() source.Info {
	return source.Info{
		Name: Name, Title: "DOTA",
		Layout: "train/labelTxt/*.txt with train/images/*.png",
		Holds:  source.Holds{RotatedBoxes: true, Polygons: true, Attributes: true, Splits: true, Unlabelled: true},
		Notes: []string{
			"Four corners that are a rectangle are a rotated box, others an outline.",
			"The labelTxt folders that Roboflow exports with a data.yaml are read as well.",
			"Results of detectors by class (Task1_plane.txt) are not read.",
		},
	}
}

// Detect is sure of a labelTxt folder whose rows are eight numbers and a class.
func (dotaFormat) Detect(p *source.Peek) (source.Match, error) {
	if !p.Dir {
		return source.Match{Reason: "it is a file, not a folder with labelTxt"}, nil
	}
	var folders []string
	if isLabelFolder(filepath.Base(p.Path)) {
		folders = append(folders, "")
	}
	for _, d := range p.Dirs("") {
		if isLabelFolder(d) {
			folders = append(folders, d)
		}
		for _, sub := range p.Dirs(d) {
			if isLabelFolder(sub) {
				folders = append(folders, d+"/"+sub)
			}
		}
	}
	for _, f := range folders {
		for i, name := range p.Files(f, ".txt") {
			if i == 8 {
				break
			}
			if rows, _ := parseRows(linetext.Parse(p.Head(source.Join(f, name)))); len(rows) > 0 {
				return source.Match{Confidence: source.Sure, Reason: "there are DOTA rows in " + source.Show(source.Join(f, name))}, nil
			}
		}
	}
	if len(folders) > 0 {
		return source.Match{Confidence: source.Likely, Reason: "there is a folder " + source.Show(folders[0])}, nil
	}
	return source.Match{Reason: "there is no folder labelTxt"}, nil
}

// An origin is what a patch has to know of a read.
type origin struct {
	layout *layout
	// labels are the label files of pictures, empty where there is none.
	labels map[string]string
}

// Read returns the dataset in a folder. See [source.Format].
func (dotaFormat) Read(ctx context.Context, name string, o source.Options) (*dataset.Dataset, error) {
	l, err := newLayout(name)
	if err != nil {
		return nil, err
	}
	root := l.base
	if o.Images != "" {
		if root, err = filepath.Abs(o.Images); err != nil {
			return nil, err
		}
	}
	album := source.OpenAlbum(root)
	b, err := source.NewBuilder(&dataset.Dataset{Name: filepath.Base(l.base), Root: root, Source: l.base, Format: Name}, o)
	if err != nil {
		return nil, err
	}
	defined := o.Classes
	if len(defined) == 0 {
		defined = l.names
		for _, n := range l.names {
			b.DefineClass(n)
		}
	}
	org := &origin{layout: l, labels: map[string]string{}}
	b.Origin = org
	for _, p := range l.parts {
		labels := l.labels(p)
		for _, im := range picturesOf(p, labels, album) {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			i, fresh := b.Image(dataset.Image{Path: im.path, Split: p.split})
			if !fresh {
				continue
			}
			label := labels[im.stem]
			org.labels[im.path] = label
			if label == "" {
				continue
			}
			f, err := linetext.Read(filepath.Join(l.base, filepath.FromSlash(label)))
			if err != nil {
				b.Problem("", im.path, 0, label, "The label file %s cannot be read: %v.", source.Show(label), err)
				continue
			}
			annotate(b, i, f, label, defined)
		}
	}
	return b.Done(o)
}

type picture struct{ path, stem string }

// picturesOf returns the pictures of a part: those in its folder images and what
// the label files beside it are called.
func picturesOf(p part, labels map[string]string, album *source.Album) []picture {
	var out []picture
	folder := source.Join(p.folder, "images")
	has := map[string]bool{}
	album.Paths(func(name string) {
		if rest, ok := strings.CutPrefix(name, folder+"/"); ok {
			stem := strings.TrimSuffix(path.Base(rest), path.Ext(rest))
			out = append(out, picture{name, stem})
			has[stem] = true
		}
	})
	for _, stem := range slices.Sorted(maps.Keys(labels)) {
		if has[stem] {
			continue
		}
		name, found := album.Find(folder + "/" + stem)
		if !found {
			name += ".png"
		}
		out = append(out, picture{name, stem})
	}
	slices.SortFunc(out, func(a, b picture) int { return strings.Compare(a.path, b.path) })
	return out
}

// annotate adds the objects of a label file. Without defined classes, those that
// occur are.
func annotate(b *source.Builder, image int, f *linetext.File, label string, defined []string) {
	im := b.Images[image].Path
	rows, refused := parseRows(f)
	for _, l := range refused {
		at := fmt.Sprintf("%s line %d", source.Show(label), l.Number)
		b.Problem("", im, 0, at, "%s is passed over: expected x and y of four corners, the class, and 0 or 1 for difficult.", at)
	}
	for i := range rows {
		r := &rows[i]
		class, _ := b.Class(r.class(), len(defined) > 0)
		ordinal := b.Annotate(dataset.Annotation{Image: image, Class: class, Geometry: r.geometry(), Attributes: r.attributes()})
		if len(defined) > 0 && !slices.Contains(defined, r.class()) {
			at := fmt.Sprintf("%s line %d", source.Show(label), r.line.Number)
			b.Problem(dataset.UndefinedClass, im, ordinal, at, "%s has the class %q, which is not in the list of classes.", at, r.class())
		}
	}
}
