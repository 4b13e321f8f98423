package nucleus

import (
	"context"

	"github.com/errata-cv/errata/format/jsonfiles"
	"github.com/errata-cv/errata/format/jsontext"
)

// items leads from the identities of items to their pictures.
type items struct {
	set *jsonfiles.Set
	// paths are those of the listed items; without any, each reference is one.
	paths map[string]string
	// people tells that there are annotations that are no predictions.
	people bool
}

// readItems reads the items of all files; take gets them, with the reason where
// one is left out.
func readItems(ctx context.Context, set *jsonfiles.Set, take func(file string, el *element, n jsontext.Node, ref, path, reason string), fail func(file string, err error)) (*items, error) {
	it := &items{set: set, paths: map[string]string{}}
	for _, file := range set.Files {
		err := visit(ctx, set.Base, file, visitor{element: func(el *element) error {
			n := el.node
			if el.what == row {
				n = n.Get("item")
			}
			if el.what == row || el.what == item {
				it.add(file, el, n, take)
			}
			return el.records(func(r *record) error {
				it.people = it.people || !r.prediction
				return nil
			})
		}})
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err != nil && fail != nil {
			fail(file, err)
		}
	}
	return it, nil
}

func (it *items) add(file string, el *element, n jsontext.Node, take func(file string, el *element, n jsontext.Node, ref, path, reason string)) {
	ref := reference(n)
	path, reason := it.picture(n)
	if take != nil {
		take(file, el, n, ref, path, reason)
	}
	if _, twice := it.paths[ref]; reason == "" && ref != "" && !twice {
		it.paths[ref] = path
	}
}

// picture returns the path of the picture of an item, or why it has none.
func (it *items) picture(n jsontext.Node) (path, reason string) {
	ref, url := reference(n), pictureURL(n)
	switch {
	case n.Kind() != jsontext.Object:
		return "", "it is " + n.Kind().String() + ", and an item is an object"
	case url == "" && n.Get("pointcloud_url").Kind() == jsontext.String:
		return "", "it is a point cloud"
	case ref == "" && url == "":
		return "", "it has no image_url and no reference_id"
	case ref == "":
		ref = url
	}
	return it.find(url, ref), ""
}

func (it *items) find(url, ref string) string {
	if url == "" {
		p, _ := it.set.Album.Find(ref)
		return p
	}
	p, ok := it.set.Album.Find(url)
	if !ok {
		if q, ok := it.set.Album.Find(ref); ok {
			return q
		}
	}
	return p
}

// path returns the picture of an annotation, "" when its item is not listed.
func (it *items) path(ref string) string {
	if ref == "" {
		return ""
	}
	if len(it.paths) > 0 {
		return it.paths[ref]
	}
	return it.find("", ref)
}
