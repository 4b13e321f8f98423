package mot

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/linetext"
	"github.com/errata-cv/errata/format/source"
	"github.com/errata-cv/errata/pixel"
)

// Format is this format for the list in package format.
var Format source.Format = motFormat{}

type motFormat struct{}

// Name chooses the format on the command line.
const Name = "mot"

func (motFormat) Info() source.Info {
	return source.Info{
		Name: Name, Title: "MOT challenge",
		Layout: "sequences with gt/gt.txt, img1/*.jpg and seqinfo.ini",
		Holds:  source.Holds{Boxes: true, Attributes: true, Splits: true, Unlabelled: true, Unused: true},
		Notes:  []string{"Detections, tracker results and MOTS run lengths are not read."},
	}
}

const truth = "gt/gt.txt"

// Detect is sure of a gt/gt.txt whose rows are numbers between commas.
func (motFormat) Detect(p *source.Peek) (source.Match, error) {
	if !p.Dir {
		if filepath.Base(p.Path) == "gt.txt" && isTruth(p.Head("")) {
			return source.Match{Confidence: source.Sure, Reason: "it has MOT rows"}, nil
		}
		return source.Match{Reason: "it is no gt.txt with MOT rows"}, nil
	}
	folders := []string{""}
	for i, d := range p.Dirs("") {
		if i == 50 {
			break
		}
		folders = append(folders, d)
		for k, sub := range p.Dirs(d) {
			if k == 50 {
				break
			}
			folders = append(folders, d+"/"+sub)
		}
	}
	for _, f := range folders {
		if name := source.Join(f, truth); p.IsFile(name) && isTruth(p.Head(name)) {
			return source.Match{Confidence: source.Sure, Reason: source.Show(name) + " has MOT rows"}, nil
		}
	}
	return source.Match{Reason: "there is no gt/gt.txt with MOT rows"}, nil
}

func isTruth(head []byte) bool {
	for _, l := range linetext.Parse(head).Lines {
		if !l.Blank() {
			_, ok := parseRow(l)
			return ok
		}
	}
	return false
}

// An origin is what a patch has to know of a read.
type origin struct {
	root string
	// sequences are folders relative to root, "" for root itself.
	sequences []*sequence
}

// A sequence is one folder with a gt.txt.
type sequence struct {
	folder string
	// frames lead from numbers to pictures relative to root.
	frames map[int]string
	// pictures are the folder of pictures relative to root.
	pictures string
	names    []string
	// listed tells that labels.txt names the classes.
	listed bool
}

// find looks for sequences in a folder, at most two folders down.
func find(name string) (*origin, error) {
	root, err := filepath.Abs(name)
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(root)
	if err != nil {
		return nil, fmt.Errorf("cannot open the dataset: %w", err)
	}
	if !info.IsDir() {
		root = filepath.Dir(filepath.Dir(root))
	}
	o := &origin{root: root}
	var walk func(folder string, depth int)
	walk = func(folder string, depth int) {
		if source.IsFile(filepath.Join(root, filepath.FromSlash(source.Join(folder, truth)))) {
			o.sequences = append(o.sequences, newSequence(root, folder))
			return
		}
		if depth == 2 {
			return
		}
		entries, _ := os.ReadDir(filepath.Join(root, filepath.FromSlash(folder))) // what cannot be listed holds nothing
		for _, e := range entries {
			if e.IsDir() && !source.Ignored(e.Name()) {
				walk(source.Join(folder, e.Name()), depth+1)
			}
		}
	}
	walk("", 0)
	if len(o.sequences) == 0 {
		return nil, fmt.Errorf("%s holds no sequence; expected a folder with %s and img1", source.Show(root), truth)
	}
	return o, nil
}

// newSequence lists the pictures and classes of a sequence.
func newSequence(root, folder string) *sequence {
	s := &sequence{folder: folder, frames: map[int]string{}, names: mot16, pictures: source.Join(folder, "img1")}
	if f, err := linetext.Read(filepath.Join(root, filepath.FromSlash(source.Join(folder, "seqinfo.ini")))); err == nil {
		for _, l := range f.Lines {
			if key, value, ok := strings.Cut(l.Text, "="); ok && strings.TrimSpace(key) == "imDir" {
				if dir := strings.TrimSpace(value); filepath.IsLocal(dir) {
					s.pictures = source.Join(folder, path.Clean(filepath.ToSlash(dir)))
				}
			}
		}
	}
	entries, _ := os.ReadDir(filepath.Join(root, filepath.FromSlash(s.pictures))) // there may be none
	for _, e := range entries {
		stem := strings.TrimSuffix(e.Name(), path.Ext(e.Name()))
		if n, err := strconv.Atoi(stem); err == nil && pixel.HasImageExtension(e.Name()) && s.frames[n] == "" {
			s.frames[n] = s.pictures + "/" + e.Name()
		}
	}
	if f, err := linetext.Read(filepath.Join(root, filepath.FromSlash(source.Join(folder, "gt/labels.txt")))); err == nil {
		s.names, s.listed = nil, true
		last := len(f.Lines)
		for last > 0 && f.Lines[last-1].Blank() {
			last--
		}
		for _, l := range f.Lines[:last] {
			s.names = append(s.names, l.Trimmed().Text)
		}
	}
	return s
}

// picture returns the path of a frame.
func (s *sequence) picture(frame int) string {
	if p := s.frames[frame]; p != "" {
		return p
	}
	return fmt.Sprintf("%s/%06d.jpg", s.pictures, frame)
}

// className returns the name of a class and whether it has one.
func (s *sequence) className(class int) (string, bool) {
	if class >= 1 && class <= len(s.names) {
		return s.names[class-1], true
	}
	return strconv.Itoa(class), false
}

// Read returns the dataset of one or several sequences. See [source.Format].
func (motFormat) Read(ctx context.Context, name string, o source.Options) (*dataset.Dataset, error) {
	org, err := find(name)
	if err != nil {
		return nil, err
	}
	b, err := source.NewBuilder(&dataset.Dataset{Name: filepath.Base(org.root), Root: org.root, Source: org.root, Format: Name, Origin: org}, o)
	if err != nil {
		return nil, err
	}
	for _, s := range org.sequences {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if err := s.read(b, org.root, o); err != nil {
			return nil, err
		}
	}
	return b.Done(o)
}

func (s *sequence) read(b *source.Builder, root string, o source.Options) error {
	label := source.Join(s.folder, truth)
	f, err := linetext.Read(filepath.Join(root, filepath.FromSlash(label)))
	if err != nil {
		return fmt.Errorf("cannot read %s: %w", source.Show(label), err)
	}
	frames := map[int][]row{}
	for n := range s.frames {
		frames[n] = nil
	}
	for _, l := range f.Lines {
		if l.Blank() {
			continue
		}
		r, ok := parseRow(l)
		if !ok {
			at := fmt.Sprintf("%s line %d", source.Show(label), l.Number)
			b.Problem("", "", 0, at, "%s is passed over: expected frame,id,left,top,width,height,conf,class,visibility in numbers.", at)
			continue
		}
		frames[r.frame] = append(frames[r.frame], r)
	}
	if s.listed && len(o.Classes) == 0 {
		for _, n := range s.names {
			b.DefineClass(n)
		}
	}
	split := ""
	if s.folder != "" {
		split = source.SplitOf(path.Join(path.Dir(s.folder), "sequence"))
	}
	for _, n := range slices.Sorted(maps.Keys(frames)) {
		i, _ := b.Image(dataset.Image{Path: s.picture(n), Split: split})
		for _, r := range frames[n] {
			name, named := s.className(r.class)
			class, _ := b.Class(name, !named)
			ordinal := b.Annotate(dataset.Annotation{Image: i, Class: class, Geometry: r.geometry(), Attributes: r.attributes()})
			if !named || len(o.Classes) > 0 && !slices.Contains(o.Classes, name) {
				at := fmt.Sprintf("%s line %d", source.Show(label), r.line.Number)
				b.Problem(dataset.UndefinedClass, b.Images[i].Path, ordinal, at, "%s has class %s, which is not in the list of classes.", at, name)
			}
		}
	}
	return nil
}
