package folder

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
	"github.com/errata-cv/errata/pixel"
)

// Format is this format for the list in package format.
var Format source.Format = folderFormat{}

type folderFormat struct{}

func (folderFormat) Info() source.Info {
	return source.Info{
		Name: Name, Title: "Class folders", Layout: Layouts,
		Holds: source.Holds{Labels: true, Splits: true},
	}
}

func (folderFormat) Read(ctx context.Context, path string, o source.Options) (*dataset.Dataset, error) {
	return Read(ctx, path, o)
}

// Detect holds likely splits and of several folders with pictures, and holds one
// class folder for possible. Folders whose names all mean "pictures" are no
// classes.
func (folderFormat) Detect(p *source.Peek) (source.Match, error) {
	path := p.Path
	if !p.Dir {
		return source.Match{Reason: "it is a file, not a folder"}, nil
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return source.Match{}, fmt.Errorf("cannot list %s: %w", source.Show(path), err)
	}
	var holding []string // names of folders with pictures
	classes, pictures := 0, false
	for _, e := range entries {
		full := filepath.Join(path, e.Name())
		switch {
		case source.Ignored(e.Name()):
			continue
		case source.IsDir(full):
			if !hasPicture(full) {
				continue
			}
		default:
			pictures = pictures || e.Type().IsRegular() && pixel.HasImageExtension(e.Name())
			continue
		}
		holding = append(holding, e.Name())
		if isSplit(e.Name()) && hasClasses(full) {
			return source.Match{Confidence: source.Likely, Reason: "it has split folders with class folders"}, nil
		}
		if !meansPictures(e.Name()) {
			classes++
		}
		if classes > 0 && len(holding) > 1 {
			return source.Match{Confidence: source.Likely, Reason: "it has class folders"}, nil
		}
	}
	switch {
	case classes == 1:
		return source.Match{Confidence: source.Possible, Reason: "one folder holds pictures"}, nil
	case len(holding) > 0 && hasClasses(filepath.Join(path, holding[0])):
		return source.Match{Reason: "its folder " + source.Show(holding[0]) + " names no class (it holds folders with pictures itself: give its path)"}, nil
	case len(holding) > 0:
		return source.Match{Reason: "its folders with pictures (" + few(holding) + ") name no classes"}, nil
	case pictures:
		return source.Match{Reason: "its pictures lie in no class folder"}, nil
	}
	return source.Match{Reason: "no folder in it holds pictures"}, nil
}

// meansPictures reports whether a folder is named for holding pictures, or
// those of a split, rather than for what they show: "images", "train_images".
func meansPictures(name string) bool {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return r == '_' || r == '-' || r == ' ' })
	for _, w := range words {
		switch w {
		case "images", "image", "imgs", "img", "pictures", "pics", "photos", "jpegimages", "jpeg", "jpg", "png", "data", "raw":
		default:
			if !isSplit(w) {
				return false
			}
		}
	}
	return len(words) > 0
}

// hasClasses reports whether a folder inside dir holds pictures.
func hasClasses(dir string) bool {
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		full := filepath.Join(dir, e.Name())
		if !source.Ignored(e.Name()) && source.IsDir(full) && hasPicture(full) {
			return true
		}
	}
	return false
}

// errFound ends a walk that found what it looked for.
var errFound = errors.New("found")

// hasPicture reports whether there is a picture anywhere below dir.
func hasPicture(dir string) bool {
	err := Walk(context.Background(), dir, func(e Entry) error {
		name := e.Path[strings.LastIndexByte(e.Path, '/')+1:]
		switch {
		case source.Ignored(name):
			if e.Type == Dir {
				return fs.SkipDir
			}
		case e.Type == File && source.IsPicture(filepath.Join(dir, filepath.FromSlash(e.Path))):
			return errFound
		}
		return nil
	})
	return errors.Is(err, errFound)
}
