package yolo

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/errata-cv/errata/format/source"
)

// maxTexts bounds the text files that are listed below a folder.
const maxTexts = 20_000_000

// texts lists the text files below a folder, by their paths.
func texts(root string) map[string]bool {
	out := map[string]bool{}
	visited := map[string]bool{}
	var walk func(rel string, depth int)
	walk = func(rel string, depth int) {
		dir := filepath.Join(root, filepath.FromSlash(rel))
		real, err := filepath.EvalSymlinks(dir)
		if err != nil || visited[real] || depth > 32 || len(out) > maxTexts {
			return
		}
		visited[real] = true
		entries, _ := os.ReadDir(dir) // what cannot be listed holds nothing
		for _, e := range entries {
			if source.Ignored(e.Name()) {
				continue
			}
			mode, name := e.Type(), path.Join(rel, e.Name())
			if mode&fs.ModeSymlink != 0 {
				info, err := os.Stat(filepath.Join(dir, e.Name()))
				if err != nil {
					continue
				}
				mode = info.Mode().Type()
			}
			switch {
			case mode.IsDir():
				walk(name, depth+1)
			case mode.IsRegular() && strings.EqualFold(path.Ext(name), ".txt"):
				out[name] = true
			}
		}
	}
	walk("", 0)
	return out
}

// Folders of pictures and the folders of labels that take their place.
var (
	pictureFolders = []string{"images", "image", "imgs", "img", "jpegimages"}
	labelFolders   = []string{"labels", "Labels", "label", "Annotations", "annotations", "txt"}
)

// labelOf returns the label file of a picture among texts.
func labelOf(texts map[string]bool, picture string) (label string, ok bool) {
	stem := strings.TrimSuffix(picture, path.Ext(picture))
	for i := len(stem); i > 0; {
		end := strings.LastIndexByte(stem[:i], '/')
		if end < 0 {
			break
		}
		start := strings.LastIndexByte(stem[:end], '/') + 1
		if slices.Contains(pictureFolders, strings.ToLower(stem[start:end])) {
			for _, l := range labelFolders {
				for _, ext := range []string{".txt", ".TXT"} {
					if name := stem[:start] + l + stem[end:] + ext; texts[name] {
						return name, true
					}
				}
			}
		}
		i = end
	}
	for _, ext := range []string{".txt", ".TXT"} {
		if texts[stem+ext] {
			return stem + ext, true
		}
	}
	return "", false
}

// newLabel returns the place for the label file of a picture that has none: in
// the folder of labels that takes the place of that of pictures if there is such
// a place, or else beside the picture.
func newLabel(texts map[string]bool, picture string) string {
	stem := strings.TrimSuffix(picture, path.Ext(picture))
	beside := false
	for name := range texts {
		beside = beside || path.Dir(name) == path.Dir(stem) && !isList(path.Base(name))
	}
	folders := strings.Split(stem, "/")
	for i := len(folders) - 2; i >= 0 && !beside; i-- {
		if !slices.Contains(pictureFolders, strings.ToLower(folders[i])) {
			continue
		}
		before := path.Join(folders[:i]...)
		spelled := labelFolders[0]
		for name := range texts {
			if rest, ok := strings.CutPrefix(name, join(before, "")); ok {
				if head, _, nested := strings.Cut(rest, "/"); nested && slices.Contains(labelFolders, head) {
					spelled = head
				}
			}
		}
		folders[i] = spelled
		break
	}
	return path.Join(folders...) + ".txt"
}

// join puts a folder before a name; "" is the root.
func join(folder, name string) string {
	if folder == "" || folder == "." {
		return name
	}
	return folder + "/" + name
}

// pictureName guesses the picture of a label file, without its extension.
func pictureName(label string) string {
	stem := strings.TrimSuffix(label, path.Ext(label))
	folders := strings.Split(stem, "/")
	for i := len(folders) - 2; i >= 0; i-- {
		if slices.Contains(labelFolders, folders[i]) {
			folders[i] = "images"
			break
		}
	}
	return strings.Join(folders, "/")
}

// isList reports whether a text file of that name says something else than where
// the objects of a picture are.
func isList(base string) bool {
	switch stem := strings.ToLower(strings.TrimSuffix(base, path.Ext(base))); stem {
	case "classes", "predefined_classes", "obj", "labels", "names", "readme", "requirements", "license", "notes", "train", "val", "valid", "test", "trainval":
		return true
	default:
		return strings.HasPrefix(stem, "readme")
	}
}
