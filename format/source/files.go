package source

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Files lists the files of a dataset that is one or several files: the one at
// path, or those that match in the folder there and in so many levels of folders
// below, in order. The names are relative to folder, which is absolute.
func Files(path string, levels int, match func(full string) bool) (folder string, names []string, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", nil, err
	}
	if folder, err = filepath.Abs(path); err != nil {
		return "", nil, err
	}
	if !info.IsDir() {
		return filepath.Dir(folder), []string{filepath.Base(folder)}, nil
	}
	err = filepath.WalkDir(folder, func(full string, d fs.DirEntry, err error) error {
		if err != nil || full == folder {
			return err
		}
		rel, err := filepath.Rel(folder, full)
		switch {
		case err != nil:
			return err
		case d.IsDir() && (Ignored(d.Name()) || strings.Count(filepath.ToSlash(rel), "/") >= levels):
			return fs.SkipDir
		case !d.IsDir() && !Ignored(d.Name()) && match(full):
			names = append(names, filepath.ToSlash(rel))
		}
		return nil
	})
	slices.Sort(names)
	return folder, names, err
}

// ByStem lists the files in a folder of base with an extension such as ".txt" by
// their names without it. A folder that cannot be listed holds nothing.
func ByStem(base, folder, ext string) map[string]string {
	out := map[string]string{}
	entries, _ := os.ReadDir(filepath.Join(base, filepath.FromSlash(folder)))
	for _, e := range entries {
		if has := filepath.Ext(e.Name()); strings.EqualFold(has, ext) && !Ignored(e.Name()) {
			out[strings.TrimSuffix(e.Name(), has)] = Join(folder, e.Name())
		}
	}
	return out
}
