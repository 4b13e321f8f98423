package fix

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
)

// A Move takes a picture of a folder dataset to another place. Paths are
// relative to the root and separated by "/".
type Move struct {
	From string
	// To is the new place in the root; for a dropped picture, in the folder
	// of the dropped ones.
	To string
	// Drop tells that the picture leaves the dataset.
	Drop bool
	// Renamed tells that its name was taken there, so that it got a number.
	Renamed bool
}

// moves works out where pictures go. A name counts as taken when any picture
// has or gets it, also one that moves away itself: so no order of the moves can
// overwrite anything.
func moves(ds *dataset.Dataset, changes []dataset.Change) ([]Move, error) {
	var out []Move
	taken := map[string]bool{}
	for _, c := range changes {
		im := ds.Images[c.Image]
		if c.Action == dataset.DropImage {
			out = append(out, Move{From: im.Path, To: im.Path, Drop: true})
			continue
		}
		class := ds.Classes[c.To]
		if err := checkFolderName(class); err != nil {
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
		m := Move{From: im.Path, To: want}
		for n := 2; ; n++ {
			free, err := isFree(ds.Root, m.To, taken)
			if err != nil {
				return nil, err
			}
			if free {
				break
			}
			m.To, m.Renamed = numbered(want, n), true
		}
		taken[m.To] = true
		out = append(out, m)
	}
	return out, nil
}

// numbered puts a number behind a name and before its extension.
func numbered(name string, n int) string {
	ext := path.Ext(name)
	return strings.TrimSuffix(name, ext) + "-" + strconv.Itoa(n) + ext
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

// checkFolderName says why a class cannot be a folder.
func checkFolderName(class string) error {
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
