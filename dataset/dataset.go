package dataset

import "fmt"

// Dataset is a labelled image set as its source states it. Nothing in it is
// corrected: problems that a reader met are listed in Problems.
type Dataset struct {
	// Name is what people call it: the base name of the folder or file.
	Name string
	// Root is the absolute folder that every Image.Path is relative to.
	Root string
	// Source is the absolute path of the folder or annotation file read.
	Source string
	// Format is the name of the format that read it, for example "folder".
	Format string
	// Classes are the class names; an Annotation.Class indexes them.
	Classes []string
	// MetadataColumns name the values of every Image.Metadata.
	MetadataColumns []string
	// Images are the pictures in the order of the source. Paths are unique.
	Images []Image
	// Annotations are the labels in the order of the source.
	Annotations []Annotation
	// Problems are what the reader could not take at face value.
	Problems []Problem
	// Predictions tells that the annotations are a model's output with scores.
	Predictions bool
	// Pictures gives the bytes of pictures that are no files of their own; nil
	// when every Image.Path is a file in Root.
	Pictures Pictures
	// Origin is what the format that read it needs to find its records again;
	// it is of no use to anybody else.
	Origin any
}

// Pictures gives the bytes of pictures that lie inside of other files: members
// of an archive, cells of a table. It may be used from several goroutines.
type Pictures interface {
	// Read returns the encoded picture.
	Read(im *Image) ([]byte, error)
	// Stat returns its size in bytes and a time in nanoseconds that is another
	// one when the bytes may have changed, without reading it whole.
	Stat(im *Image) (bytes, modTime int64, err error)
}

// Image is one picture of a dataset.
type Image struct {
	// Path is relative to Dataset.Root, separated by "/" and otherwise the
	// very bytes of the file system; it need not be valid UTF-8.
	Path string
	// Split is the part of the dataset it belongs to ("train", "val", ...),
	// empty when the dataset has none.
	Split string
	// Metadata holds one value for each of Dataset.MetadataColumns, or is nil.
	Metadata []string
	// ID is the image's own identity in the source; empty where it has none.
	ID string
	// Width and Height are what the source states, in pixels; 0 where it does
	// not, or where nobody had to look.
	Width, Height int
}

// Annotation is one human label: a class on a whole image, or an object.
type Annotation struct {
	// Image indexes Dataset.Images.
	Image int
	// Class indexes Dataset.Classes.
	Class int
	// ID is the annotation's own identity in the source, such as the line of
	// a CSV record; empty where the source gives it none.
	ID string
	// Annotator says who gave the label; empty when unknown.
	Annotator string
	// Geometry says where the object is; nil for a label of the whole image.
	Geometry Geometry
	// Attributes are further facts about it, in the order of the source.
	Attributes []Attribute
	// Area is what the source states, in square pixels; 0 where it does not.
	Area float64
	// Score is a model's confidence in [0,1]; 0 for labels of people.
	Score float64
	// Crowd marks a region that holds many objects which are not told apart.
	Crowd bool
}

// Attribute is a named value. The value is spelled as the source spells it, a
// text without the quotes.
type Attribute struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Problem is something in the source that could not be taken at face value. It
// never stops a read: it becomes a finding or a listed skip.
type Problem struct {
	// Kind is the kind of finding it becomes.
	Kind Kind
	// Image is the path it speaks of, relative to the root; may be empty.
	Image string
	// Ordinal counts the annotations of that image from 1 when it speaks of one;
	// 0 when it speaks of the picture.
	Ordinal int
	// Place says where in the source, for example "labels.csv line 17".
	Place string
	// Message is one sentence: what was found, what was expected.
	Message string
}

// Key names an annotation for ever: it does not change when images are added
// or removed, so journals refer to annotations by it.
type Key struct {
	// Image is the path of the image, as in Image.Path.
	Image string
	// Ordinal counts the annotations of that image from 0 in source order.
	Ordinal int
}

// String spells the key as path, or path#ordinal for an ordinal above zero.
func (k Key) String() string {
	if k.Ordinal == 0 {
		return k.Image
	}
	return fmt.Sprintf("%s#%d", k.Image, k.Ordinal)
}

// Index answers look-ups over a dataset. It is built once and read by many.
type Index struct {
	byPath map[string]int
	first  []int // position in order of the first annotation of each image, len images+1
	order  []int // annotations grouped by image, source order inside
	ord    []int // ordinal of each annotation in its image
	paths  []Image
	annot  []Annotation
}

// NewIndex builds the look-ups of ds in O(images + annotations).
func NewIndex(ds *Dataset) *Index {
	ix := &Index{
		byPath: make(map[string]int, len(ds.Images)),
		first:  make([]int, len(ds.Images)+1),
		order:  make([]int, len(ds.Annotations)),
		ord:    make([]int, len(ds.Annotations)),
		paths:  ds.Images,
		annot:  ds.Annotations,
	}
	for i, im := range ds.Images {
		ix.byPath[im.Path] = i
	}
	for _, a := range ds.Annotations {
		ix.first[a.Image+1]++
	}
	for i := range ds.Images {
		ix.first[i+1] += ix.first[i]
	}
	next := append([]int(nil), ix.first...)
	for i, a := range ds.Annotations {
		ix.ord[i] = next[a.Image] - ix.first[a.Image]
		ix.order[next[a.Image]] = i
		next[a.Image]++
	}
	return ix
}

// Image returns the index of the image at path.
func (ix *Index) Image(path string) (int, bool) {
	i, ok := ix.byPath[path]
	return i, ok
}

// Annotations returns the annotations of image i in source order. The slice
// must not be changed.
func (ix *Index) Annotations(i int) []int {
	return ix.order[ix.first[i]:ix.first[i+1]]
}

// Key returns the lasting name of annotation a.
func (ix *Index) Key(a int) Key {
	return Key{Image: ix.paths[ix.annot[a].Image].Path, Ordinal: ix.ord[a]}
}

// Annotation returns the annotation that k names.
func (ix *Index) Annotation(k Key) (int, bool) {
	i, ok := ix.byPath[k.Image]
	if !ok {
		return 0, false
	}
	of := ix.Annotations(i)
	if k.Ordinal < 0 || k.Ordinal >= len(of) {
		return 0, false
	}
	return of[k.Ordinal], true
}

// Task is what the labels of a dataset say.
type Task string

// The tasks.
const (
	// Classification gives each image one class, by each annotator.
	Classification Task = "classification"
	// MultiLabel gives images several classes.
	MultiLabel Task = "multi-label"
	// Objects are marked in the images.
	Objects Task = "objects"
)

// Task tells objects from labels of whole images, and one label an image from
// several: when more than half of the labelled images carry different classes
// by one annotator.
func (ds *Dataset) Task() Task {
	type mark struct {
		image     int
		annotator string
	}
	first := make(map[mark]int, len(ds.Annotations))
	labelled, several := map[int]bool{}, map[int]bool{}
	for _, a := range ds.Annotations {
		if a.Geometry != nil {
			return Objects
		}
		m := mark{a.Image, a.Annotator}
		c, again := first[m]
		if !again {
			first[m] = a.Class
		} else if c != a.Class {
			several[a.Image] = true
		}
		labelled[a.Image] = true
	}
	if 2*len(several) > len(labelled) {
		return MultiLabel
	}
	return Classification
}

// ClassCounts returns the number of annotations of each class.
func (ds *Dataset) ClassCounts() []int {
	n := make([]int, len(ds.Classes))
	for _, a := range ds.Annotations {
		n[a.Class]++
	}
	return n
}

// Splits returns the names of the splits in order of first appearance, without
// the empty one.
func (ds *Dataset) Splits() []string {
	var out []string
	seen := map[string]bool{"": true}
	for _, im := range ds.Images {
		if !seen[im.Split] {
			seen[im.Split] = true
			out = append(out, im.Split)
		}
	}
	return out
}
