package parquet

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress"
)

// A leaf is a column that holds values.
type leaf struct {
	path  []string
	index int
	kind  parquet.Kind
	// repeats are the definition levels from which on there is an element of
	// each of the lists around it, from the outside.
	repeats []int
	maxDef  int
	// codec is the compression, which the library wants to be the same in all
	// row groups.
	codec compress.Codec
}

func (l *leaf) name() string { return strings.Join(l.path, ".") }

// field returns the name of the field below the column of that depth, without
// the words by which Parquet spells lists.
func (l *leaf) field() string {
	for _, part := range l.path[1:] {
		switch part {
		case "list", "element", "item", "array", "bag", "array_element":
		default:
			return part
		}
	}
	return ""
}

// leaves lists the leaf columns of a file.
func (f *file) leaves() ([]*leaf, error) {
	var out []*leaf
	err := guard(func() error {
		var visit func(c *parquet.Column, l leaf)
		visit = func(c *parquet.Column, l leaf) {
			if c.Repeated() {
				l.repeats = append(slices.Clone(l.repeats), c.MaxDefinitionLevel())
			}
			if c.Leaf() {
				l.path, l.index, l.maxDef = c.Path(), c.Index(), c.MaxDefinitionLevel()
				l.kind, l.codec = c.Type().Kind(), c.Compression()
				out = append(out, &l)
				return
			}
			for _, child := range c.Columns() {
				visit(child, l)
			}
		}
		for _, c := range f.pq.Root().Columns() {
			visit(c, leaf{})
		}
		return nil
	})
	return out, err
}

// columns are the leaves that errata reads; nil where a file has none.
type columns struct {
	picture, path, id, width, height *leaf
	label                            *leaf
	bbox, category                   *leaf
	objectID, area, crowd            *leaf
	// objects are all leaves of the column of objects.
	objects []*leaf
	all     []*leaf
	// names and objectNames are the classes by their numbers.
	names, objectNames []string
}

var (
	pictureNames  = []string{"image", "img", "picture", "photo", "jpg", "jpeg", "png", "webp", "image_bytes", "image_data", "bytes", "content", "pixel_values"}
	labelNames    = []string{"label", "labels", "class", "category", "target", "cls", "class_name", "label_name", "fine_label", "class_id", "category_id", "y", "coarse_label"}
	objectNames   = []string{"objects", "object", "annotations", "annotation", "faces"}
	bboxNames     = []string{"bbox", "bboxes", "box", "boxes"}
	categoryNames = []string{"category", "categories", "label", "labels", "class", "classes", "category_id", "class_id", "category_name", "name"}
)

// columns finds the columns of a file. wanted is the name of the label column
// that a person gave, if any.
func (f *file) columns(wanted string) (*columns, error) {
	all, err := f.leaves()
	if err != nil {
		return nil, err
	}
	c := &columns{all: all}
	text, _ := f.pq.Lookup("huggingface")
	features := featuresOf(text)
	flat := func(l *leaf) bool { return len(l.path) == 1 && len(l.repeats) == 0 }
	binary := func(l *leaf) bool { return l.kind == parquet.ByteArray && len(l.repeats) == 0 }
	best := len(pictureNames)
	for _, l := range all {
		at := slices.Index(pictureNames, strings.ToLower(l.path[0]))
		if len(l.path) == 2 && l.path[1] == "bytes" && at < 0 {
			at = len(pictureNames) - 1 // a picture by its form
		}
		if at >= 0 && at < best && binary(l) && (len(l.path) == 1 || len(l.path) == 2 && l.path[1] == "bytes") {
			c.picture, best = l, at
		}
	}
	for _, l := range all {
		if c.picture != nil && binary(l) && len(l.path) == 2 && l.path[0] == c.picture.path[0] && l.path[1] == "path" {
			c.path = l
		}
		switch name := strings.ToLower(l.path[0]); {
		case !flat(l):
		case c.path == nil && c.picture != nil && len(c.picture.path) == 1 && l.kind == parquet.ByteArray && slices.Contains([]string{"file_name", "filename", "path", "file", "image_path"}, name):
			c.path = l
		case name == "image_id" || name == "id":
			c.id = l
		case name == "width" && isInteger(l):
			c.width = l
		case name == "height" && isInteger(l):
			c.height = l
		}
	}
	c.findLabel(features, wanted)
	c.findObjects(features)
	return c, nil
}

func isInteger(l *leaf) bool { return l.kind == parquet.Int32 || l.kind == parquet.Int64 }

func isLabel(l *leaf) bool {
	return (isInteger(l) || l.kind == parquet.ByteArray || l.kind == parquet.Boolean) && len(l.repeats) <= 1 && (len(l.path) == 1 || l.field() == "")
}

// findLabel chooses the label column: the one that was asked for, the first that
// Hugging Face's metadata call a class, or the first by its name.
func (c *columns) findLabel(features map[string]any, wanted string) {
	best := len(labelNames) + 1
	for _, l := range c.all {
		name := l.path[0]
		if !isLabel(l) || l == c.path || l == c.picture {
			continue
		}
		rank := slices.Index(labelNames, strings.ToLower(name))
		names := classNames(features[name], "")
		switch {
		case wanted != "" && name != wanted:
			continue
		case wanted != "":
			rank = 0
		case names == nil && rank < 0:
			continue
		case names == nil:
			rank++
		default:
			rank = 0
		}
		if rank < best {
			c.label, c.names, best = l, names, rank
		}
	}
}

func (c *columns) findObjects(features map[string]any) {
	for _, group := range objectNames {
		c.objects = nil
		for _, l := range c.all {
			if strings.EqualFold(l.path[0], group) && len(l.repeats) > 0 {
				c.objects = append(c.objects, l)
			}
		}
		for _, l := range c.objects {
			switch field := strings.ToLower(l.field()); {
			case slices.Contains(bboxNames, field) && len(l.repeats) == 2 && (l.kind == parquet.Float || l.kind == parquet.Double || isInteger(l)):
				c.bbox = l
			case len(l.repeats) != 1:
			case field == "id" || field == "bbox_id":
				c.objectID = l
			case field == "area":
				c.area = l
			case field == "iscrowd" || field == "is_crowd":
				c.crowd = l
			case c.category == nil && slices.Contains(categoryNames, field) && (isInteger(l) || l.kind == parquet.ByteArray):
				c.category = l
				c.objectNames = classNames(features[l.path[0]], l.field())
			}
		}
		if c.bbox != nil {
			return
		}
		c.category, c.objectID, c.area, c.crowd, c.objectNames = nil, nil, nil, nil, nil
	}
	c.objects = nil
}

// featuresOf reads the features of Hugging Face's metadata; nil when there are
// none that can be read.
func featuresOf(text string) map[string]any {
	var m struct {
		Info struct {
			Features map[string]any `json:"features"`
		} `json:"info"`
	}
	if json.Unmarshal([]byte(text), &m) != nil {
		return nil
	}
	return m.Info.Features
}

// classNames finds the names of the classes of a feature, or of the one that is
// called field in it.
func classNames(feature any, field string) []string {
	switch f := feature.(type) {
	case []any:
		for _, e := range f {
			if names := classNames(e, field); names != nil {
				return names
			}
		}
	case map[string]any:
		if field != "" {
			if in, ok := f[field]; ok {
				return classNames(in, "")
			}
			return classNames(f["feature"], field)
		}
		switch names := f["names"].(type) {
		case []any:
			out := make([]string, 0, len(names))
			for _, n := range names {
				s, ok := n.(string)
				if !ok {
					return nil
				}
				out = append(out, s)
			}
			return out
		case map[string]any: // as the cards of datasets spell it
			out := make([]string, len(names))
			for i := range out {
				s, ok := names[strconv.Itoa(i)].(string)
				if !ok {
					return nil
				}
				out[i] = s
			}
			return out
		}
		if f["feature"] != nil {
			return classNames(f["feature"], "")
		}
	}
	return nil
}
