package labelstudio

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/jsontext"
	"github.com/errata-cv/errata/format/source"
)

// A folder is the exports of a source, with what is needed to find their
// pictures. Read and Patch go through it in the same order.
type folder struct {
	// base is the absolute folder that names are relative to.
	base   string
	names  []string
	config *config
	// root is the folder that the paths of pictures are relative to.
	root  string
	album *source.Album
	sizes map[string][2]int
}

// openFolder lists the JSON files of a folder, or takes the one file.
func openFolder(name string) (*folder, error) {
	full, err := filepath.Abs(name)
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(full)
	if err != nil {
		return nil, fmt.Errorf("cannot read the export: %w", err)
	}
	f := &folder{base: full, sizes: map[string][2]int{}}
	if !info.IsDir() {
		f.base, f.names = filepath.Dir(full), []string{filepath.Base(full)}
	} else {
		entries, err := os.ReadDir(full)
		if err != nil {
			return nil, fmt.Errorf("cannot list the folder: %w", err)
		}
		for _, e := range entries {
			if source.Ignored(e.Name()) || strings.ToLower(filepath.Ext(e.Name())) != ".json" {
				continue
			}
			if info, err := os.Stat(filepath.Join(full, e.Name())); err == nil && info.Mode().IsRegular() {
				f.names = append(f.names, e.Name())
			}
		}
		slices.Sort(f.names)
	}
	f.config = readConfig(f.base)
	return f, nil
}

// split returns the split that the name of a file is.
func split(name string) string {
	stem := strings.TrimSuffix(name, filepath.Ext(name))
	if source.SplitOf(stem) == stem {
		return stem
	}
	return ""
}

// stream reads a file value by value: the elements of a list, or of a file that
// holds one task or one a line, those.
func (f *folder) stream(ctx context.Context, name string, h jsontext.Handler) error {
	in, err := os.Open(filepath.Join(f.base, name))
	if err != nil {
		return err
	}
	defer in.Close()
	buffered := bufio.NewReaderSize(in, 64<<10)
	head, _ := buffered.Peek(4 << 10) // an empty file is told by the reader
	head = bytes.TrimSpace(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")))
	h.Lines = len(head) > 0 && head[0] == '{'
	return jsontext.Stream(ctx, buffered, h)
}

// errEnough ends a look at the start of a file.
var errEnough = errors.New("enough")

// sampledTasks is how many tasks are looked at to find the pictures.
const sampledTasks = 64

// locate chooses the root of the pictures and lists those below it.
func (f *folder) locate(ctx context.Context, o source.Options) error {
	var names []string
	for _, name := range f.names {
		err := f.stream(ctx, name, jsontext.Handler{Element: func(_ string, i int, n jsontext.Node) error {
			if t, ok := newTask(n, f.config, func(string, string) {}); ok {
				for _, p := range t.pages {
					names = append(names, p.url)
				}
			}
			if i >= sampledTasks || len(names) >= sampledTasks {
				return errEnough
			}
			return nil
		}})
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil || len(names) >= sampledTasks {
			continue // what is wrong with it is told when it is read
		}
	}
	f.root = f.base
	if o.Images == "" {
		f.album = source.OpenAlbum(f.base)
		for _, u := range names {
			if _, ok := find(f.album, u); ok {
				return nil
			}
		}
	}
	var bases []string
	for _, u := range names {
		base := path.Base(localName(u))
		if m := upload.FindStringSubmatch(base); m != nil {
			bases = append(bases, m[1])
		}
		bases = append(bases, base)
	}
	root, err := source.PictureRoot(o, f.base, bases)
	if err != nil {
		return err
	}
	if root != f.base || f.album == nil {
		f.root, f.album = root, source.OpenAlbum(root)
	}
	return nil
}

// size returns the size of the picture that a mark lies on: what the export
// states or the picture is.
func (f *folder) size(m *mark, picture string) (w, h int) {
	if w, h = m.stated(); w > 0 {
		return w, h
	}
	return f.sizeOf(picture)
}

// sizeOf returns the size of a picture, 0 when it cannot be read.
func (f *folder) sizeOf(picture string) (w, h int) {
	if s, ok := f.sizes[picture]; ok {
		return s[0], s[1]
	}
	w, h, err := source.SizeOf(filepath.Join(f.root, filepath.FromSlash(picture)))
	if err != nil {
		w, h = 0, 0
	}
	f.sizes[picture] = [2]int{w, h}
	return w, h
}

// stated returns the size of the picture that the export states with a mark.
func (m *mark) stated() (w, h int) {
	for _, n := range []jsontext.Node{m.result, m.value} {
		w, okW := n.Get("original_width").Int()
		h, okH := n.Get("original_height").Int()
		if okW && okH && w > 0 && h > 0 && w <= maxSide && h <= maxSide {
			return int(w), int(h)
		}
	}
	return 0, 0
}

// stated returns the size of a page that one of the marks on it states.
func (t *task) stated(p int) (w, h int) {
	for i := range t.annotations {
		for k := range t.annotations[i].marks {
			if m := &t.annotations[i].marks[k]; m.page == p {
				if w, h = m.stated(); w > 0 {
					return w, h
				}
			}
		}
	}
	return 0, 0
}

// image makes the image of a page.
func (f *folder) image(t *task, p int, file string) dataset.Image {
	im := dataset.Image{Split: split(file), ID: t.node.Get("id").String()}
	im.Path, _ = find(f.album, t.pages[p].url)
	if t.data.Start() != t.node.Start() && t.node.Get("result").Kind() == jsontext.Array {
		im.ID = t.node.Get("task").Get("id").String()
	}
	im.Width, im.Height = t.stated(p)
	return im
}
