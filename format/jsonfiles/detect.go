package jsonfiles

import (
	"path"
	"path/filepath"
	"strings"

	"github.com/errata-cv/errata/format/source"
)

const (
	lookFolders = 24 // folders that a first look goes into
	lookFiles   = 4  // files that it reads in each
)

// Look has a first look at a path: at the file itself, or at the first files
// with the extensions in a folder and in what lies up to three levels below.
// It returns the best answer of is and the name of the file it is about, "" for
// the path itself.
func Look(p *source.Peek, is func(Outline) source.Match, ext ...string) (best source.Match, file string) {
	if !p.Dir {
		if !hasExt(p.Path, ext) {
			return source.Match{Reason: "it is no " + kind(ext) + " file"}, ""
		}
		return is(outline(p, "")), ""
	}
	best.Reason = "no " + kind(ext) + " file in it looks like it"
	folders := []string{""}
	for i := 0; i < len(folders) && i < lookFolders; i++ {
		dir := folders[i]
		for n, name := range p.Files(dir, ext...) {
			if n >= lookFiles {
				break
			}
			rel := path.Join(dir, name)
			if m := is(outline(p, rel)); m.Confidence > best.Confidence {
				best, file = m, rel
			}
		}
		if best.Confidence == source.Sure {
			break
		}
		if dir == "" || strings.Count(dir, "/") < 2 {
			for _, d := range p.Dirs(dir) {
				folders = append(folders, path.Join(dir, d))
			}
		}
	}
	if file != "" {
		best.Reason = filepath.ToSlash(file) + ": " + best.Reason
	}
	return best, file
}

// outline is made once for all formats.
func outline(p *source.Peek, rel string) Outline {
	return p.Once("outline of "+rel, func() any { return OutlineOf(p.Head(rel)) }).(Outline)
}

func kind(ext []string) string {
	return strings.ToUpper(strings.TrimPrefix(ext[0], "."))
}
