package nucleus

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/errata-cv/errata/format/jsonfiles"
	"github.com/errata-cv/errata/format/jsontext"
)

// what an element is.
type what int

const (
	other what = iota
	item
	annotation
	row   // an item with its annotations
	types // an object of lists of annotations by type
)

// An element is one of a list in a file, or the object of annotations by type.
type element struct {
	what what
	node jsontext.Node
	// key is the name of the list in the file, place "a.json annotations 3".
	key, place string
}

// A visitor takes the elements of a file in their order. Its functions may be nil.
type visitor struct {
	begin   func(key string, offset int64) error
	element func(el *element) error
	end     func(key string, offset int64) error
}

func visit(ctx context.Context, base, file string, v visitor) error {
	f, err := os.Open(filepath.Join(base, filepath.FromSlash(file)))
	if err != nil {
		return err
	}
	defer f.Close()
	return stream(ctx, f, file, v)
}

func stream(ctx context.Context, f io.Reader, file string, v visitor) error {
	in := bufio.NewReaderSize(f, 64<<10)
	head, _ := in.Peek(64 << 10) // the stream says what is wrong
	o := jsonfiles.OutlineOf(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")))
	return jsontext.Stream(ctx, in, jsontext.Handler{
		Begin: v.begin, End: v.end, Lines: o.HasAny("reference_id", "item_id", "item"),
		Element: func(key string, i int, n jsontext.Node) error {
			place := fmt.Sprintf("%s record %d", file, i+1)
			if key != "" {
				place = fmt.Sprintf("%s %s %d", file, key, i+1)
			}
			return v.element(&element{what: whatIs(n, key), node: n, key: key, place: place})
		},
		Value: func(key string, n jsontext.Node) error {
			if n.Kind() == jsontext.Object && (key == "annotations" || key == "predictions") {
				return v.element(&element{what: types, node: n, key: key, place: file + " " + key})
			}
			return nil
		},
	})
}

func whatIs(n jsontext.Node, key string) what {
	has := func(keys ...string) bool {
		for _, k := range keys {
			if n.Get(k).Kind() != jsontext.Invalid {
				return true
			}
		}
		return false
	}
	switch {
	case key == "items":
		return item
	case key == "annotations" || key == "predictions":
		return annotation
	case n.Kind() != jsontext.Object || key != "":
		return other
	case n.Get("item").Kind() == jsontext.Object:
		return row
	case has("type", "geometry", "mask_url") || has("label", "labels") && !has("image_url", "image_location", "original_image_url"):
		return annotation
	case has("image_url", "image_location", "original_image_url", "pointcloud_url", "reference_id"):
		return item
	}
	return other
}

// A record is one annotation of a file.
type record struct {
	node  jsontext.Node
	place string
	// list is the list that it is element i of, where it is not one of the
	// streamed ones.
	list jsontext.Node
	i    int
	// ref is the item it speaks of.
	ref string
	// prediction tells that it is to be told from annotations of people, confident
	// that it has a confidence.
	prediction, confident bool
}

// records calls yield with the annotations in an element.
func (el *element) records(yield func(r *record) error) error {
	switch el.what {
	case annotation:
		return yield(newRecord(el, el.node, jsontext.Node{}, 0))
	case row:
		ref := reference(el.node.Get("item"))
		for _, key := range []string{"annotations", "predictions"} {
			if err := el.nested(el.node.Get(key), key, ref, yield); err != nil {
				return err
			}
		}
	case types:
		return el.nested(el.node, el.key, "", yield)
	}
	return nil
}

func (el *element) nested(n jsontext.Node, key, ref string, yield func(r *record) error) error {
	list := func(n jsontext.Node) error {
		for i, a := range n.Elements() {
			r := newRecord(el, a, n, i)
			r.prediction = r.prediction || key == "predictions"
			if r.ref == "" || ref != "" {
				r.ref = ref
			}
			if err := yield(r); err != nil {
				return err
			}
		}
		return nil
	}
	if n.Kind() == jsontext.Array {
		return list(n)
	}
	for _, v := range n.Members() {
		if err := list(v); err != nil {
			return err
		}
	}
	return nil
}

func newRecord(el *element, n, list jsontext.Node, i int) *record {
	r := &record{node: n, place: el.place, list: list, i: i, ref: reference(n)}
	if list.Kind() == jsontext.Array {
		r.place = fmt.Sprintf("%s, %d", el.place, i+1)
	}
	_, r.confident = n.Get("confidence").Float()
	r.prediction = el.key == "predictions" || el.key == "" && el.what == annotation && r.confident
	return r
}

// references are the members that name an item, the surest first.
var references = []string{"reference_id", "item_id", "dataset_item_id"}

func reference(n jsontext.Node) string {
	for _, key := range references {
		if v := n.Get(key); v.Kind() == jsontext.String || v.Kind() == jsontext.Number {
			if s := v.String(); s != "" {
				return s
			}
		}
	}
	return ""
}

// urls are the members that name the picture of an item.
var urls = []string{"image_url", "original_image_url", "image_location", "url"}

func pictureURL(n jsontext.Node) string {
	for _, key := range urls {
		if s, ok := n.Get(key).Text(); ok && s != "" {
			return s
		}
	}
	return ""
}

// names reads the names of pictures for a first look.
func names(in io.Reader, take func(name string) error) error {
	n, listed := 0, false
	return stream(context.Background(), in, "", visitor{element: func(el *element) error {
		if n++; n > 1000 {
			return errors.New("no names")
		}
		it := el.node
		switch el.what {
		case row:
			it = it.Get("item")
			listed = true
		case item:
			listed = true
		default:
			if listed {
				return nil
			}
		}
		if url := pictureURL(it); url != "" {
			return take(url)
		}
		if ref := reference(it); ref != "" {
			return take(ref)
		}
		return nil
	}})
}
