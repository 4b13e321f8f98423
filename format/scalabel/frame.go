package scalabel

import (
	"bufio"
	"bytes"
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
)

// A frame is the record of a picture.
type frame struct {
	node jsontext.Node
	// place is "labels.json frame 3".
	place string
	// name, video and url are what the record says, path is the picture.
	name, video, path string
	// key is "labels", or "objects" in files of the first release; labels is the
	// list, if it is there.
	key    string
	labels jsontext.Node
}

// A visitor takes what is in a file; its functions may be nil.
type visitor struct {
	frame func(f *frame) error
	// skipped is an element among the frames that is none, and why.
	skipped func(n jsontext.Node, place, reason string) error
	// member is another member of the top-level object, or an element of one.
	member func(key string, n jsontext.Node) error
	begin  func(key string, offset int64) error
	end    func(key string, offset int64) error
}

// visit reads a file. Frames come in their order.
func visit(ctx context.Context, s *jsonfiles.Set, file string, v visitor) error {
	f, err := os.Open(filepath.Join(s.Base, filepath.FromSlash(file)))
	if err != nil {
		return err
	}
	defer f.Close()
	// A file of the first release states the name once for all its frames, which
	// is one frame.
	top := strings.TrimSuffix(path.Base(file), path.Ext(file))
	in := bufio.NewReaderSize(f, 64<<10)
	head, _ := in.Peek(64 << 10) // the stream says what is wrong
	h := jsontext.Handler{Begin: v.begin, End: v.end, Lines: isFrame(head)}
	h.Value = func(key string, n jsontext.Node) error {
		if s, ok := n.Text(); ok && key == "name" {
			top = s
		}
		return v.other(key, n)
	}
	h.Element = func(key string, i int, n jsontext.Node) error {
		if key != "" && key != "frames" {
			return v.other(key, n)
		}
		fr := &frame{node: n, place: fmt.Sprintf("%s frame %d", file, i+1)}
		reason := fr.read(top, i)
		if reason != "" {
			if v.skipped == nil {
				return nil
			}
			return v.skipped(n, fr.place, reason)
		}
		fr.path = find(s, fr, n)
		if v.frame == nil {
			return nil
		}
		return v.frame(fr)
	}
	return jsontext.Stream(ctx, in, h)
}

func (v *visitor) other(key string, n jsontext.Node) error {
	if v.member == nil {
		return nil
	}
	return v.member(key, n)
}

// read returns why the element is no frame of a picture, if it is none.
func (f *frame) read(top string, i int) (reason string) {
	if f.node.Kind() != jsontext.Object {
		return "it is " + f.node.Kind().String() + ", and a frame is an object"
	}
	f.key = "labels"
	if f.node.Get("labels").Kind() == jsontext.Invalid && f.node.Get("objects").Kind() == jsontext.Array {
		f.key = "objects"
	}
	if l := f.node.Get(f.key); l.Kind() == jsontext.Array {
		f.labels = l
	} else if l.Kind() != jsontext.Null && l.Kind() != jsontext.Invalid {
		return "its " + f.key + " are " + l.Kind().String() + ", and a list is expected"
	}
	f.video, _ = f.node.Get("videoName").Text()
	switch n := f.node.Get("name"); n.Kind() {
	case jsontext.String, jsontext.Number:
		f.name = n.String()
	default:
		if f.key == "objects" && i == 0 {
			f.name = top
		}
	}
	if strings.TrimSpace(f.name) == "" {
		return "it has no name, which says what picture it speaks of"
	}
	return ""
}

// find returns the path of the picture of a frame.
func find(s *jsonfiles.Set, f *frame, n jsontext.Node) string {
	name := f.name
	if f.video != "" && !strings.HasPrefix(path.Base(name), f.video) {
		name = f.video + "/" + name
	}
	p, ok := s.Album.Find(name)
	if ok {
		return p
	}
	if url, is := n.Get("url").Text(); is && url != "" {
		if q, ok := s.Album.Find(url); ok {
			return q
		}
	}
	return p
}

// names reads the names of pictures for a first look.
func names(in io.Reader, take func(name string) error) error {
	n := 0
	buffered := bufio.NewReaderSize(in, 64<<10)
	head, _ := buffered.Peek(64 << 10) // the stream says what is wrong
	return jsontext.Stream(context.Background(), buffered, jsontext.Handler{
		Lines: isFrame(head),
		Value: func(key string, v jsontext.Node) error {
			if s, ok := v.Text(); ok && key == "name" {
				return take(s)
			}
			return nil
		},
		Element: func(key string, _ int, v jsontext.Node) error {
			if key != "" && key != "frames" {
				return nil
			}
			if n++; n > 1000 {
				return errors.New("no names")
			}
			name, _ := v.Get("name").Text()
			url, _ := v.Get("url").Text()
			video, _ := v.Get("videoName").Text()
			if video != "" && name != "" {
				video += "/" + name
			}
			for _, s := range []string{name, video, url} {
				if s == "" {
					continue
				}
				if err := take(s); err != nil {
					return err
				}
			}
			return nil
		},
	})
}

// isFrame reports whether frames stand in the file without anything around them,
// as in JSON Lines.
func isFrame(head []byte) bool {
	o := jsonfiles.OutlineOf(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")))
	return o.Has("name", "labels") && !o.Has("frames") || o.Has("name", "objects")
}

// size reads {"width": 1280, "height": 720}.
func size(n jsontext.Node) (w, h int) {
	x, okX := n.Get("width").Int()
	y, okY := n.Get("height").Int()
	if !okX || !okY || x <= 0 || y <= 0 || x > maxSide || y > maxSide {
		return 0, 0
	}
	return int(x), int(y)
}

// maxSide bounds the pictures.
const maxSide = 1 << 20

// leaves adds the names of the categories that have no others below them.
func leaves(out []string, categories jsontext.Node) []string {
	for _, c := range categories.Elements() {
		if sub := c.Get("subcategories"); sub.Len() > 0 {
			out = leaves(out, sub)
		} else if name, ok := c.Get("name").Text(); ok {
			out = append(out, name)
		}
	}
	return out
}

// metadata reads the attributes of a frame.
func metadata(n jsontext.Node) (out []dataset.Attribute) {
	for k, v := range n.Members() {
		if v.Kind() != jsontext.Null {
			out = append(out, dataset.Attribute{Name: k, Value: v.String()})
		}
	}
	return out
}
