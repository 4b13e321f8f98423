package csvtable

import (
	"context"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
)

// Name is the name of the format.
const Name = "csv"

// inMaps stands for the first annotation of an image that has more of them.
const inMaps = -2

// Read returns the dataset that a table describes. Path is the table, or a
// folder that holds only one. See the package comment for the rules.
func Read(ctx context.Context, path string, o source.Options) (*dataset.Dataset, error) {
	file, err := locate(path)
	if err != nil {
		return nil, err
	}
	t, err := openTable(file, o.LabelColumn)
	if t != nil {
		defer t.close()
	}
	if err != nil {
		return nil, err
	}
	root, err := findRoot(t.folder, o.Images, t.samplePaths())
	if err != nil {
		return nil, err
	}
	b, err := newBuilder(t, newResolver(root, t.folder), o.Classes)
	if err != nil {
		return nil, err
	}
	b.ds.Name, b.ds.Source = filepath.Base(file), file
	if err := t.rows(ctx, nil, b.add); err != nil {
		return nil, err
	}
	if err := b.check(); err != nil {
		return nil, err
	}
	if len(o.Classes) == 0 {
		sortClasses(b.ds)
	}
	if o.Split != "" {
		if err := b.keepSplit(o.Split); err != nil {
			return nil, err
		}
	}
	return b.ds, nil
}

// A label is what makes a row more than a repetition of another one.
type label struct {
	image, class int
	annotator    string
}

// An annotated image is one that an annotator labelled.
type annotated struct {
	image     int
	annotator string
}

// A builder turns rows into a dataset. The maps repeated and newest hold the
// annotations of images with more than one, by label and by annotator.
type builder struct {
	t         *table
	resolver  *resolver
	ds        *dataset.Dataset
	metadata  []int
	classes   map[string]int
	fixed     bool // the list of classes was given
	images    map[string]int
	first     []int // first annotation of each image, none, or inMaps
	repeated  map[label]int
	newest    map[annotated]int
	annotLine []int
	splitLine []int // line that gave each image its split
	rows      int
	found     int
	refusal   string // the first one
}

func newBuilder(t *table, r *resolver, classes []string) (*builder, error) {
	b := &builder{
		t: t, resolver: r, metadata: t.layout.metadata(),
		classes: map[string]int{}, fixed: len(classes) > 0, images: map[string]int{},
		repeated: map[label]int{}, newest: map[annotated]int{},
		ds: &dataset.Dataset{
			Root: r.root, Format: Name,
			Classes: append([]string(nil), classes...), MetadataColumns: t.layout.metadataNames(),
		},
	}
	for i, c := range classes {
		if _, twice := b.classes[c]; twice {
			return nil, fmt.Errorf("the list of classes names %q twice", c)
		}
		b.classes[c] = i
	}
	return b, nil
}

// problem records what could not be taken at face value about a row.
func (b *builder) problem(kind dataset.Kind, image string, r *row, message string) {
	b.ds.Problems = append(b.ds.Problems, dataset.Problem{Kind: kind, Image: image, Place: b.place(r.Line), Message: message})
}

func (b *builder) place(line int) string { return b.t.name + " line " + strconv.Itoa(line) }

func (b *builder) add(r *row) {
	b.rows++
	if want := len(b.t.layout.columns); len(r.Cells) > want {
		b.problem("", "", r, fmt.Sprintf("The row has %d cells, the table %d columns; the last cells were not read.", len(r.Cells), want))
	}
	if r.Stray {
		b.problem("", "", r, "A quote opens a cell and is not closed before the next delimiter or line end; it was read as an ordinary character.")
	}
	path, found, refusal := b.resolver.resolve(r.path)
	if refusal != "" {
		if b.refusal == "" {
			b.refusal = refusal
		}
		b.problem(dataset.Unreadable, "", r, "The row at "+b.place(r.Line)+" was skipped: "+refusal+".")
		return
	}
	image, seen := b.images[path]
	if !seen {
		image = b.newImage(path, r)
		if found {
			b.found++
		} else {
			b.problem(dataset.Unreadable, path, r, missing(r.path))
		}
	} else if split := b.ds.Images[image].Split; split != r.split {
		b.problem(dataset.SplitLeak, path, r, fmt.Sprintf("The row puts the picture into split %q, %s put it into %q.", r.split, b.place(b.splitLine[image]), split))
	}
	b.annotate(image, path, r)
}

func missing(cell string) string {
	if strings.Contains(cell, "://") {
		return "The picture " + source.Show(cell) + " is an address, not a file; download it and name the file."
	}
	return "The picture " + source.Show(cell) + " does not exist."
}

func (b *builder) newImage(path string, r *row) int {
	image := len(b.ds.Images)
	im := dataset.Image{Path: path, Split: r.split}
	if len(b.metadata) > 0 {
		im.Metadata = make([]string, len(b.metadata))
		for i, c := range b.metadata {
			if c < len(r.Cells) {
				im.Metadata[i] = string(r.Cells[c].Value)
			}
		}
	}
	b.ds.Images = append(b.ds.Images, im)
	b.images[path] = image
	b.first = append(b.first, none)
	b.splitLine = append(b.splitLine, r.Line)
	return image
}

func (b *builder) annotate(image int, path string, r *row) {
	class, known := b.classes[r.label]
	switch {
	case r.labelCell == nil:
		b.problem(dataset.UndefinedClass, path, r, "The row ends before the label.")
		return
	case strings.TrimSpace(r.label) == "":
		b.problem(dataset.UndefinedClass, path, r, "The label is empty.")
		return
	case !known && b.fixed:
		b.problem(dataset.UndefinedClass, path, r, fmt.Sprintf("The label %q is not in the list of classes.", r.label))
		return
	case !known:
		class = len(b.ds.Classes)
		b.classes[r.label] = class
		b.ds.Classes = append(b.ds.Classes, r.label)
	}
	annotation := len(b.ds.Annotations)
	if b.first[image] == none {
		b.first[image] = annotation
	} else if !b.again(image, class, path, r) {
		return
	}
	b.annotLine = append(b.annotLine, r.Line)
	b.ds.Annotations = append(b.ds.Annotations, dataset.Annotation{
		Image: image, Class: class, ID: strconv.Itoa(r.Line), Annotator: r.annotator,
	})
}

// again handles a further label of an image. It is false when the row only
// repeats an earlier one.
func (b *builder) again(image, class int, path string, r *row) bool {
	if first := b.first[image]; first >= 0 {
		a := b.ds.Annotations[first]
		b.repeated[label{image, a.Class, a.Annotator}] = first
		b.newest[annotated{image, a.Annotator}] = first
		b.first[image] = inMaps
	}
	this, who := label{image, class, r.annotator}, annotated{image, r.annotator}
	if a, ok := b.repeated[this]; ok {
		b.problem(dataset.ExactDuplicate, path, r, "The row repeats the picture and label of "+b.place(b.annotLine[a])+".")
		return false
	}
	if a, ok := b.newest[who]; ok {
		given := b.ds.Classes[b.ds.Annotations[a].Class]
		b.problem(dataset.InconsistentComponent, path, r, fmt.Sprintf("The row labels the picture %q, %s labels it %q.", r.label, b.place(b.annotLine[a]), given))
	}
	b.repeated[this], b.newest[who] = len(b.ds.Annotations), len(b.ds.Annotations)
	return true
}

// check refuses a table that gives no dataset.
func (b *builder) check() error {
	name := b.t.name
	switch {
	case b.rows == 0:
		return fmt.Errorf("%s has a header and no rows", name)
	case len(b.ds.Images) == 0:
		return fmt.Errorf("%s: no row could be used: %s; say where the pictures are with --images", name, b.refusal)
	case b.found == 0:
		first := b.resolver.root + string(filepath.Separator) + filepath.FromSlash(b.ds.Images[0].Path)
		return fmt.Errorf("%s: none of its %d pictures exists (the first would be %s); say where they are with --images", name, len(b.ds.Images), source.Show(first))
	case len(b.ds.Annotations) == 0 && b.fixed:
		return fmt.Errorf("%s: no label is in the list of classes (%s); check the list and --label-column", name, list(b.ds.Classes))
	case len(b.ds.Annotations) == 0:
		return fmt.Errorf("%s: every label in column %q is empty; name another column with --label-column", name, b.t.layout.columns[b.t.layout.label])
	}
	return nil
}

// keepSplit leaves the images of one split.
func (b *builder) keepSplit(split string) error {
	if b.t.layout.split == none {
		return fmt.Errorf("%s has no column for the split (split, subset, ...), so it has no split %q", b.t.name, split)
	}
	return source.KeepSplit(b.ds, split)
}
