package createml

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/jsonfiles"
	"github.com/errata-cv/errata/format/jsontext"
)

// A picture is a record of a file.
type picture struct {
	node jsontext.Node
	// place is "a.json record 3", path is where the picture is.
	place, path string
	// key is the member that holds the annotations, list are they.
	key  string
	list jsontext.Node
}

// A visitor takes what is in a file; its functions may be nil.
type visitor struct {
	begin, end func(key string, offset int64) error
	picture    func(p *picture) error
	// skipped is a record that is no picture, and why.
	skipped func(n jsontext.Node, place, reason string) error
}

func visit(ctx context.Context, s *jsonfiles.Set, file string, v visitor) error {
	f, err := os.Open(filepath.Join(s.Base, filepath.FromSlash(file)))
	if err != nil {
		return err
	}
	defer f.Close()
	return jsontext.Stream(ctx, f, jsontext.Handler{
		Begin: v.begin, End: v.end,
		Element: func(key string, i int, n jsontext.Node) error {
			if key != "" {
				return nil
			}
			p := &picture{node: n, place: fmt.Sprintf("%s record %d", file, i+1)}
			name, reason := p.read()
			if reason != "" {
				if v.skipped == nil {
					return nil
				}
				return v.skipped(n, p.place, reason)
			}
			p.path = s.Beside(file, name)
			if v.picture == nil {
				return nil
			}
			return v.picture(p)
		},
	})
}

func (p *picture) read() (name, reason string) {
	if p.node.Kind() != jsontext.Object {
		return "", "it is " + p.node.Kind().String() + ", and an object with an image and annotations is expected"
	}
	if name = imageName(p.node); name == "" {
		return "", "it names no image"
	}
	p.key = annotationKeys[0]
	for _, key := range annotationKeys {
		switch l := p.node.Get(key); l.Kind() {
		case jsontext.Array:
			p.key, p.list = key, l
			return name, ""
		case jsontext.Invalid, jsontext.Null:
		default:
			return "", "its " + key + " are " + l.Kind().String() + ", and a list is expected"
		}
	}
	return name, ""
}

func imageName(n jsontext.Node) string {
	for _, key := range imageKeys {
		if s, ok := n.Get(key).Text(); ok && s != "" {
			return s
		}
	}
	return ""
}

func names(in io.Reader, take func(name string) error) error {
	return jsontext.Stream(context.Background(), in, jsontext.Handler{Element: func(_ string, i int, n jsontext.Node) error {
		if i > 1000 {
			return errors.New("no names")
		}
		if name := imageName(n); name != "" {
			return take(name)
		}
		return nil
	}})
}

// sides are the members of the coordinates.
var sides = [4]string{"x", "y", "width", "height"}

// readObject returns label and place of an annotation; ok is false for one
// without a label.
func readObject(n jsontext.Node) (label string, g dataset.Geometry, ok bool) {
	l := n.Get("label")
	if k := l.Kind(); k != jsontext.String && k != jsontext.Number || l.String() == "" {
		return "", nil, false
	}
	var v [4]float64
	for i, key := range sides {
		f, ok := n.Get("coordinates").Get(key).Float()
		if !ok {
			return l.String(), dataset.Invalid{Reason: "the coordinates have no number " + key}, true
		}
		v[i] = f
	}
	return l.String(), dataset.Box{X: jsonfiles.Round(v[0] - v[2]/2), Y: jsonfiles.Round(v[1] - v[3]/2), W: v[2], H: v[3]}, true
}

// coordinates are the four numbers of a box.
func coordinates(b dataset.Box) [4]float64 { return [4]float64{b.X + b.W/2, b.Y + b.H/2, b.W, b.H} }
