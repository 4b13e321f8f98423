package vott

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/jsonfiles"
	"github.com/errata-cv/errata/format/jsontext"
	"github.com/errata-cv/errata/format/source"
)

// JSON reads the JSON that VoTT exports.
var JSON source.Format = jsonFormat{}

type jsonFormat struct{}

const (
	extension = ".json"
	maxSide   = 1 << 20
	maxFile   = 256 << 20
)

// Info implements [source.Format].
func (jsonFormat) Info() source.Info {
	return source.Info{
		Name:   "vott",
		Title:  "VoTT JSON",
		Layout: "JSON of a project with tags and assets, each with an asset and its regions",
		Holds:  source.Holds{Boxes: true, Polygons: true, IDs: true, Splits: true, Unlabelled: true, Unused: true},
		Notes: []string{
			"A region with several tags is an annotation of each; they share one place, so it can be moved when one is left.",
			"Points, lines and regions without tags stay in the file and are not checked.",
			"Files of more than 256 MiB are not read.",
		},
	}
}

// Detect implements [source.Format].
func (jsonFormat) Detect(p *source.Peek) (source.Match, error) {
	m, _ := jsonfiles.Look(p, match, extension)
	return m, nil
}

func match(o jsonfiles.Outline) source.Match {
	assets := false
	for key := range o {
		// The identity of the asset stands between.
		if rest, ok := strings.CutPrefix(key, "assets."); ok && (strings.HasSuffix(rest, ".regions") || strings.HasSuffix(rest, ".asset.path") || strings.HasSuffix(rest, ".asset.name")) {
			assets = true
			break
		}
	}
	switch {
	case assets:
		return source.Match{Confidence: source.Sure, Reason: "it is a project of VoTT with assets and regions"}
	case o.Has("tags[].name", "tags[].color") && o.HasAny("assets", "videoSettings", "activeLearningSettings", "exportFormat"):
		return source.Match{Confidence: source.Likely, Reason: "it is a project with tags and their colours"}
	}
	return source.Match{Reason: "it has no assets with regions"}
}

// ours tells the files of a folder that are read from others beside them.
func ours(o jsonfiles.Outline) bool { return match(o).Confidence >= source.Likely }

// A project is a file.
type project struct {
	tags   jsontext.Node
	names  []string
	assets jsontext.Node
}

func parse(full string) (*project, error) {
	info, err := os.Stat(full)
	if err != nil {
		return nil, err
	}
	if info.Size() > maxFile {
		return nil, fmt.Errorf("it has more than %d MiB; export it in parts", maxFile>>20)
	}
	data, err := os.ReadFile(full)
	if err != nil {
		return nil, err
	}
	n, err := jsontext.Parse(data)
	if err != nil {
		return nil, err
	}
	p := &project{tags: n.Get("tags"), assets: n.Get("assets")}
	if p.assets.Kind() != jsontext.Object {
		return nil, errors.New("it has no \"assets\", an object with an asset and its regions for each picture")
	}
	for _, t := range p.tags.Elements() {
		if name, ok := t.Get("name").Text(); ok {
			p.names = append(p.names, name)
		}
	}
	return p, nil
}

// pictureName is what an asset says of its picture.
func pictureName(asset jsontext.Node) string {
	for _, key := range []string{"path", "name"} {
		s, _ := asset.Get(key).Text()
		if s = strings.TrimPrefix(s, "file:"); s != "" {
			return s
		}
	}
	return ""
}

// find returns the path of the picture of an asset, "" when it names none.
func find(s *jsonfiles.Set, file string, asset jsontext.Node) string {
	name := pictureName(asset)
	if name == "" {
		return ""
	}
	if p, ok := s.Album.Find(path.Join(path.Dir(file), name)); ok {
		return p
	}
	// The path is often one of the machine where the tags were given.
	base := name[strings.LastIndexAny(name, `/\`)+1:]
	if s, ok := asset.Get("name").Text(); ok && s != "" {
		base = s
	}
	if p, ok := s.Album.Find(base); ok {
		return p
	}
	p, _ := s.Album.Find(path.Join(path.Dir(file), base))
	return p
}

func names(in io.Reader, take func(name string) error) error {
	return jsontext.Stream(context.Background(), in, jsontext.Handler{Value: func(key string, n jsontext.Node) error {
		if key != "assets" {
			return nil
		}
		for _, a := range n.Members() {
			if name, ok := a.Get("asset").Get("name").Text(); ok {
				if err := take(name); err != nil {
					return err
				}
			}
		}
		return nil
	}})
}

// Read implements [source.Format].
func (jsonFormat) Read(ctx context.Context, p string, o source.Options) (*dataset.Dataset, error) {
	set, err := jsonfiles.Open(p, o, ours, names, extension)
	if err != nil {
		return nil, fmt.Errorf("cannot read %s: %w", source.Show(p), err)
	}
	b, err := source.NewBuilder(&dataset.Dataset{
		Name: filepath.Base(set.Path), Root: set.Album.Root, Source: set.Path, Format: "vott",
	}, o)
	if err != nil {
		return nil, err
	}
	var skipped source.Tally
	for _, file := range set.Files {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		pr, err := parse(filepath.Join(set.Base, filepath.FromSlash(file)))
		switch {
		case err != nil && set.Single:
			return nil, fmt.Errorf("%s cannot be read: %w", source.Show(p), err)
		case err != nil:
			b.Problem("", "", 0, file, "%s is left out: %v", source.Show(file), err)
		default:
			readProject(b, set, file, pr, len(o.Classes) > 0, &skipped)
		}
	}
	if len(b.Images) == 0 {
		return nil, fmt.Errorf("%s holds no assets of VoTT: a project has \"assets\", each with an asset, which has a name and a path, and its regions", source.Show(p))
	}
	skipped.List(b, filepath.Base(set.Path))
	return b.Done(o)
}

func readProject(b *source.Builder, set *jsonfiles.Set, file string, pr *project, fixed bool, skipped *source.Tally) {
	split := set.Split(file)
	listed := map[string]bool{}
	for _, name := range pr.names {
		listed[name] = true
		if !fixed {
			b.DefineClass(name)
		}
	}
	if fixed {
		listed = map[string]bool{}
	}
	for id, a := range pr.assets.Members() {
		asset := a.Get("asset")
		path := find(set, file, asset)
		if path == "" {
			b.Problem("", "", 0, file, "%s: the asset %s is left out: it names no picture", source.Show(file), source.Show(id))
			continue
		}
		im := dataset.Image{Path: path, Split: split, ID: id}
		w, okW := asset.Get("size").Get("width").Int()
		h, okH := asset.Get("size").Get("height").Int()
		if okW && okH && w > 0 && h > 0 && w <= maxSide && h <= maxSide {
			im.Width, im.Height = int(w), int(h)
		}
		image, fresh := b.Image(im)
		if !fresh {
			b.Problem("", path, 0, file, "%s: the asset %s is a further one of the picture %s; the regions of all its assets are taken together", source.Show(file), source.Show(id), source.Show(path))
		}
		ids := map[string]bool{}
		for i, n := range a.Get("regions").Elements() {
			r, skip := readRegion(n)
			if skip != (kind{}) {
				skipped.Add(skip.one, skip.many)
				continue
			}
			for k, tag := range r.tags {
				class, defined := b.Class(tag, len(pr.names) > 0)
				if len(pr.names) > 0 && !fixed {
					defined = listed[tag]
				}
				ordinal := b.Annotate(dataset.Annotation{Image: image, Class: class, ID: r.id, Geometry: r.geometry})
				if !defined {
					b.Problem(dataset.UndefinedClass, path, ordinal, file, "%s: region %d of %s has the tag %q, which is not in the list of tags", source.Show(file), i+1, source.Show(path), tag)
				}
				if k == 0 && r.id != "" && ids[r.id] {
					b.Problem(dataset.DuplicateID, path, ordinal, file, "%s: region %d of %s has the id %s of another one", source.Show(file), i+1, source.Show(path), r.id)
				}
			}
			ids[r.id] = true
		}
	}
}
