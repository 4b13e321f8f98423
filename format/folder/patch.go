package folder

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
)

// Patch implements [source.Patcher]: pictures go to the folder of their class,
// dropped ones leave. A name that is taken there gets a number: a.jpg becomes
// a-2.jpg. A name counts as taken when any picture has or gets it, also one that
// moves away itself: so no order of the moves can overwrite anything. A picture
// has one class, so labels cannot be added to it or taken away.
func (folderFormat) Patch(_ context.Context, ds *dataset.Dataset, changes []dataset.Change) (*source.Patch, error) {
	p := &source.Patch{Root: ds.Root}
	taken := map[string]bool{}
	for _, c := range changes {
		im := ds.Images[c.Image]
		switch c.Action {
		case dataset.DropImage:
			p.Moves = append(p.Moves, source.Move{From: im.Path, To: im.Path, Drop: true})
			continue
		case dataset.SetClass:
		default:
			return nil, fmt.Errorf("%s: in a folder for each class a picture has one label and no objects; %s means nothing there", source.Show(im.Path), c.Action)
		}
		class := ds.Classes[c.To]
		if err := checkName(class); err != nil {
			return nil, fmt.Errorf("%s cannot get the class %q: %w", source.Show(im.Path), class, err)
		}
		parts := strings.Split(im.Path, "/")
		level := 0
		if im.Split != "" {
			level = 1
		}
		if len(parts) < level+2 || parts[level] != ds.Classes[c.From] {
			return nil, fmt.Errorf("%s does not lie in the folder of its class %q; check the dataset again", source.Show(im.Path), ds.Classes[c.From])
		}
		parts[level] = class
		want := strings.Join(parts, "/")
		m := source.Move{From: im.Path, To: want}
		for n := 2; ; n++ {
			free, err := isFree(ds.Root, m.To, taken)
			if err != nil {
				return nil, err
			}
			if free {
				break
			}
			m.To, m.Renamed = source.Numbered(want, n), true
		}
		taken[m.To] = true
		p.Moves = append(p.Moves, m)
	}
	return p, nil
}

func isFree(root, name string, taken map[string]bool) (bool, error) {
	if taken[name] {
		return false, nil
	}
	_, err := os.Lstat(filepath.Join(root, filepath.FromSlash(name)))
	switch {
	case err == nil:
		return false, nil
	case errors.Is(err, fs.ErrNotExist):
		return true, nil
	}
	return false, fmt.Errorf("cannot look at the new place of a picture: %w", err)
}

// checkName says why a class cannot be a folder.
func checkName(class string) error {
	switch {
	case class == "" || class == "." || class == "..":
		return errors.New("it is no name for a folder")
	case strings.ContainsAny(class, "/\x00"+string(filepath.Separator)):
		return errors.New("a folder's name cannot hold these characters")
	case source.Ignored(class):
		return errors.New("folders of this name are passed over when a dataset is read")
	}
	return nil
}

// Write implements [source.Writer]: one folder for each class, below one for
// each split.
func (folderFormat) Write(ctx context.Context, ds *dataset.Dataset, out source.Sink) error {
	class := make([]int, len(ds.Images))
	for i := range class {
		class[i] = dataset.None
	}
	for _, a := range ds.Annotations {
		if a.Geometry == nil && class[a.Image] == dataset.None {
			class[a.Image] = a.Class
		}
	}
	for _, c := range ds.Classes {
		if err := checkName(c); err != nil {
			return fmt.Errorf("the class %q cannot be a folder: %w", c, err)
		}
	}
	taken := map[string]bool{}
	for i, im := range ds.Images {
		if err := ctx.Err(); err != nil {
			return err
		}
		if class[i] == dataset.None {
			continue
		}
		want := ds.Classes[class[i]] + "/" + path.Base(im.Path)
		if im.Split != "" {
			want = im.Split + "/" + want
		}
		name := want
		for n := 2; taken[name]; n++ {
			name = source.Numbered(want, n)
		}
		taken[name] = true
		if err := out.Picture(i, name); err != nil {
			return err
		}
	}
	return nil
}
