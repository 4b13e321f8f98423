package webdataset

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
	"github.com/errata-cv/errata/pixel"
)

// Name chooses the format.
const Name = "webdataset"

// Format is this format for the list in package format.
var Format source.Format = tarFormat{}

type tarFormat struct{}

func (tarFormat) Info() source.Info {
	return source.Info{
		Name: Name, Title: "WebDataset", Layout: "tar shards (train-000000.tar) of pictures with .cls or .json members of the same names",
		Holds: source.Holds{
			Labels: true, MultiLabel: true, Boxes: true, Crowds: true, Scores: true, Attributes: true, IDs: true,
			Splits: true, Unlabelled: true, Unused: true,
		},
		Notes: []string{
			"Pictures are read in place; nothing is unpacked to disk.",
			"Compressed shards (.tar.gz) can be read but not corrected.",
			"Members .txt count as labels when they are short and alike, else they are captions.",
		},
	}
}

func isShard(name string) bool {
	name = strings.ToLower(name)
	return strings.HasSuffix(name, ".tar") || strings.HasSuffix(name, ".tar.gz") || strings.HasSuffix(name, ".tgz")
}

// Detect is sure of tar files with samples: a picture and a label of one name.
func (tarFormat) Detect(p *source.Peek) (source.Match, error) {
	if !p.Dir {
		return detect(p.Head(""), "it", isShard(p.Path)), nil
	}
	best := source.Match{Reason: "no tar file with pictures is in it"}
	for _, dir := range append([]string{""}, p.Dirs("")...) {
		for i, e := range p.List(dir) {
			if e.IsDir() || !isShard(e.Name()) || i > 200 {
				continue
			}
			if m := detect(p.Head(path.Join(dir, e.Name())), source.Show(e.Name()), true); m.Confidence > best.Confidence {
				best = m
			}
			if best.Confidence == source.Sure {
				return best, nil
			}
		}
	}
	return best, nil
}

func detect(head []byte, name string, named bool) source.Match {
	if len(head) > 2 && head[0] == 0x1f && head[1] == 0x8b && named {
		return source.Match{Confidence: source.Likely, Reason: name + " is named as a compressed tar file"}
	}
	if len(head) < block || string(head[257:262]) != "ustar" && !named {
		return source.Match{Reason: name + " is no tar file"}
	}
	// The first members as far as they are within the head.
	var keys [2]string
	s := shard{open: func() (source.ReadAtCloser, error) { return inMemory{bytes.NewReader(head)}, nil }}
	_ = s.samples(context.Background(), func(_ io.ReaderAt, sm sample) { // never fails in memory
		for _, m := range sm.members {
			switch {
			case pixel.HasImageExtension("." + m.extension):
				keys[0] = sm.key
			case m.extension == "json" || m.extension == "txt" || slices.Contains(labelExtensions, m.extension):
				keys[1] = sm.key
			}
		}
	}, func(string) {})
	switch {
	case keys[0] != "" && keys[1] != "":
		return source.Match{Confidence: source.Sure, Reason: name + " is a tar file of pictures and labels"}
	case keys[0] != "" || keys[1] != "":
		return source.Match{Confidence: source.Likely, Reason: name + " is a tar file of pictures"}
	}
	return source.Match{Reason: name + " is no tar file that starts with a picture or a label"}
}

// An origin finds the samples of images again.
type origin struct {
	folder string
	at     map[string]place
	names  classes
	// ids are the numbers that objects give beside the names of classes.
	ids map[string]int64
	// captions tells that .txt members are no labels.
	captions bool
}

// shards lists the tar files at path in the order of their names. Where one is
// there plain and compressed, the plain one counts.
func shards(path string) (folder string, names []string, err error) {
	folder, names, err = source.Files(path, 3, func(full string) bool { return isShard(filepath.Base(full)) })
	names = slices.DeleteFunc(names, func(n string) bool {
		plain, packed := strings.CutSuffix(n, ".gz")
		return packed && slices.Contains(names, plain)
	})
	return folder, names, err
}

// Read reads a shard, or all in a folder and the folders in it.
func (tarFormat) Read(ctx context.Context, path string, o source.Options) (*dataset.Dataset, error) {
	folder, names, err := shards(path)
	if err != nil {
		return nil, fmt.Errorf("cannot read the archives: %w", err)
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("%s holds no tar files; expected shards such as train-000000.tar", source.Show(path))
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	og := &origin{folder: folder, at: map[string]place{}, ids: map[string]int64{}}
	ds := &dataset.Dataset{
		Name: filepath.Base(abs), Root: folder, Source: abs, Format: Name, Origin: og,
		Pictures: &pictures{folder: folder, of: og.at},
	}
	b, err := source.NewBuilder(ds, o)
	if err != nil {
		return nil, err
	}
	if og.names = o.Classes; len(og.names) == 0 {
		if og.names, err = source.ClassList(folder); err != nil {
			return nil, err
		}
	}
	for _, name := range og.names {
		b.DefineClass(name)
	}
	r := &reading{Builder: b, origin: og, captions: map[int]bool{}}
	for _, name := range names {
		s := newShard(folder, name)
		err := s.samples(ctx, func(f io.ReaderAt, sm sample) { r.sample(s, f, sm) },
			func(message string) { b.Problem("", "", 0, source.Show(name), "%s", message) })
		if ctx.Err() != nil {
			return nil, err
		}
		if err != nil {
			b.Problem("", "", 0, source.Show(name), "the archive is left out: %v", err)
		}
	}
	if len(ds.Images) == 0 {
		if len(ds.Problems) > 0 {
			return nil, fmt.Errorf("%s: %s", ds.Problems[0].Place, ds.Problems[0].Message)
		}
		return nil, fmt.Errorf("%s holds no samples with pictures", source.Show(path))
	}
	ds.Predictions = !r.people && len(ds.Annotations) > 0
	b.SortClasses(len(og.names))
	r.dropCaptions()
	return b.Done(o)
}

type reading struct {
	*source.Builder
	origin *origin
	// captions are the annotations that come from .txt members.
	captions map[int]bool
	// people tells that an annotation has no score.
	people bool
}

func (r *reading) sample(s *shard, f io.ReaderAt, sm sample) {
	c := r.origin.names.read(f, sm)
	at := fmt.Sprintf("%s sample %s", source.Show(s.name), source.Show(sm.key))
	if c.picture < 0 {
		if len(c.entries) > 0 {
			r.Problem(dataset.OrphanAnnotation, "", 0, at, "it has a label and no picture; it is left out")
		}
		return
	}
	name := s.name + "/" + strings.TrimPrefix(path.Clean("/"+strings.ReplaceAll(sm.members[c.picture].name, `\`, "/")), "/")
	image, fresh := r.Image(dataset.Image{Path: name, Split: source.SplitOf(s.name)})
	if !fresh {
		r.Problem(dataset.DuplicateID, name, 0, at, "the archive has a sample of this name already; this one is left out")
		return
	}
	r.origin.at[name] = place{s, &sm, c.picture}
	for _, p := range c.problems {
		r.Problem("", name, 0, at, "%s", p)
	}
	for _, e := range c.entries {
		class, defined := r.Class(e.class, !e.listed)
		e.Image, e.Class = image, class
		if e.caption {
			r.captions[len(r.Annotations)] = true
		}
		ordinal := r.Annotate(e.Annotation)
		if !e.listed && len(r.origin.names) > 0 || !defined {
			r.Problem(dataset.UndefinedClass, name, ordinal, at, "the class %q is not on the list of classes", e.class)
		}
		r.people = r.people || !e.scored
		r.learn(e)
	}
}

// learn notes the number that an object gives beside the name of its class.
func (r *reading) learn(e entry) {
	for _, key := range numberKeys {
		if v, ok := e.object.Get(key).Int(); ok {
			if _, known := r.origin.ids[e.class]; !known {
				r.origin.ids[e.class] = v
			}
		}
	}
}

// dropCaptions takes labels of .txt members back where most are different.
func (r *reading) dropCaptions() {
	different := map[int]bool{}
	for i := range r.captions {
		different[r.Annotations[i].Class] = true
	}
	if len(different) <= 50 || 2*len(different) <= len(r.captions) {
		return
	}
	r.Problem("", "", 0, source.Show(r.Name), "the .txt members say %d different texts in %d samples; they are captions and not read as labels", len(different), len(r.captions))
	used := make([]bool, len(r.Classes))
	for i := range r.origin.names {
		used[i] = true
	}
	kept := r.Annotations[:0]
	for i, a := range r.Annotations {
		if !r.captions[i] {
			kept = append(kept, a)
			used[a.Class] = true
		}
	}
	r.Annotations = kept
	place := make([]int, len(r.Classes))
	names := r.Classes[:0]
	for i, name := range r.Classes {
		place[i] = len(names)
		if used[i] {
			names = append(names, name)
		}
	}
	r.Classes = names
	for i := range r.Annotations {
		r.Annotations[i].Class = place[r.Annotations[i].Class]
	}
	r.origin.captions = true
}
