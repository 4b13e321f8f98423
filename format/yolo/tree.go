package yolo

import (
	"path"
	"slices"
	"strings"

	"github.com/errata-cv/errata/format/source"
)

// texts lists the text files below a folder, by their paths.
func texts(root string) map[string]bool {
	out := map[string]bool{}
	source.Walk(root, func(name string, folder bool) bool {
		if !folder && strings.EqualFold(path.Ext(name), ".txt") {
			out[name] = true
		}
		return true
	})
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
