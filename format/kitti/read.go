package kitti

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
var Format source.Format = kittiFormat{}

type kittiFormat struct{}

// Name chooses the format on the command line.
const Name = "kitti"

func (kittiFormat) Info() source.Info {
	return source.Info{
		Name: Name, Title: "KITTI",
		Layout: "training/label_2/*.txt with training/image_2/*.png, and lists in ImageSets",
		Holds:  source.Holds{Boxes: true, Crowds: true, Scores: true, Attributes: true, Splits: true, Unlabelled: true},
		Notes: []string{
			"The 2-D box is what is checked; truncation, occlusion, angles, sizes and places of objects are attributes.",
			"DontCare regions are crowds of the class DontCare.",
			"Tracking labels, tracklets, point clouds and calibrations are not read.",
		},
	}
}

// Detect is sure of a label_2 folder whose rows are a class and numbers.
func (kittiFormat) Detect(p *source.Peek) (source.Match, error) {
	if !p.Dir {
		return source.Match{Reason: "it is a file, not a folder with label_2"}, nil
	}
	folders := []string{labelFolder}
	for _, d := range p.Dirs("") {
		folders = append(folders, d+"/"+labelFolder)
	}
	if filepath.Base(p.Path) == labelFolder {
		folders = append(folders, "")
	}
	found := false
	for _, f := range folders {
		if !p.IsDir(f) && f != "" {
			continue
		}
		found = true
		for i, name := range p.Files(f, ".txt") {
			if i == 8 {
				break
			}
			for _, r := range parseRows(linetext.Parse(p.Head(source.Join(f, name)))) {
				if r.reason == "" && !isNumber(r.class()) {
					return source.Match{Confidence: source.Sure, Reason: "there are KITTI rows in " + source.Show(source.Join(f, name))}, nil
				}
				break
			}
		}
	}
	if found {
		return source.Match{Confidence: source.Likely, Reason: "there is a folder label_2"}, nil
	}
	return source.Match{Reason: "there is no folder label_2"}, nil
}

// An origin is what a patch has to know of a read.
type origin struct {
	layout *layout
	// labels are the label files of pictures, empty where there is none.
	labels map[string]string
}

// Read returns the dataset in a folder. See [source.Format].
func (kittiFormat) Read(ctx context.Context, name string, o source.Options) (*dataset.Dataset, error) {
	l, err := newLayout(name)
	if err != nil {
		return nil, err
	}
	splits, err := l.splits()
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
	org := &origin{layout: l, labels: map[string]string{}}
	b.Origin = org
	all, scored := 0, 0
	for _, part := range l.parts {
		labels := l.labels(part)
		for _, im := range picturesOf(part, labels, album) {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			stem := strings.TrimSuffix(path.Base(im), path.Ext(im))
			if labels[stem] == "" { // a picture without extension
				if _, has := labels[path.Base(im)]; has {
					stem = path.Base(im)
				}
			}
			split := splits[stem]
			if split == "" && len(l.parts) > 1 {
				split = part
			}
			i, fresh := b.Image(dataset.Image{Path: im, Split: split})
			if !fresh {
				continue
			}
			org.labels[im] = labels[stem]
			if labels[stem] == "" {
				continue
			}
			f, err := linetext.Read(filepath.Join(l.base, filepath.FromSlash(labels[stem])))
			if err != nil {
				b.Problem("", im, 0, labels[stem], "The label file %s cannot be read: %v.", source.Show(labels[stem]), err)
				continue
			}
			for _, r := range parseRows(f) {
				all++
				if r.scored {
					scored++
				}
				annotate(b, i, &r, labels[stem], o.Classes)
			}
		}
	}
	if b.Predictions = all > 0 && scored == all; !b.Predictions {
		for i := range b.Annotations {
			b.Annotations[i].Score = 0
		}
		if scored > 0 {
			b.Problem("", "", 0, "", "%d of %d rows have a score, which is kept in the files and not read, because predictions have one in all rows.", scored, all)
		}
	}
	return b.Done(o)
}

// picturesOf returns the pictures of a part: those in its folder of pictures and
// what the label files beside them are called.
func picturesOf(part string, labels map[string]string, album *source.Album) []string {
	var out []string
	folder := ""
	for _, name := range pictureFolders {
		prefix := source.Join(part, name) + "/"
		album.Paths(func(p string) {
			if strings.HasPrefix(p, prefix) {
				out = append(out, p)
			}
		})
		if len(out) > 0 {
			folder = source.Join(part, name)
			break
		}
	}
	has := map[string]bool{}
	for _, p := range out {
		has[strings.TrimSuffix(path.Base(p), path.Ext(p))] = true
	}
	if folder == "" {
		folder = source.Join(part, pictureFolders[0])
	}
	for _, stem := range slices.Sorted(maps.Keys(labels)) {
		if has[stem] {
			continue
		}
		p, found := album.Find(folder + "/" + stem)
		if !found {
			p += ".png"
		}
		out = append(out, p)
	}
	slices.Sort(out)
	return out
}

func annotate(b *source.Builder, image int, r *row, label string, classes []string) {
	listed := len(classes) > 0
	class, _ := b.Class(r.class(), listed)
	defined := !listed || slices.Contains(classes, r.class())
	im := b.Images[image].Path
	ordinal := b.Annotate(dataset.Annotation{
		Image: image, Class: class, Geometry: r.geometry(), Attributes: r.attributes(),
		Score: r.score, Crowd: r.class() == DontCare,
	})
	if !defined {
		at := fmt.Sprintf("%s line %d", source.Show(label), r.line.Number)
		b.Problem(dataset.UndefinedClass, im, ordinal, at, "%s has the class %q, which is not in the list of classes.", at, r.class())
	}
}
