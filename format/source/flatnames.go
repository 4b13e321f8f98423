package source

import (
	"path"
	"strconv"
	"strings"

	"github.com/errata-cv/errata/dataset"
)

// FlatNames returns names for the pictures of ds in one folder, or in one for each
// split: their base names, with what is needed to tell them apart. No two of them
// differ only by extension or by case, so that files of the same stem can lie beside
// them.
func FlatNames(ds *dataset.Dataset) []string {
	out := make([]string, len(ds.Images))
	taken := map[string]bool{}
	for i, im := range ds.Images {
		whole := strings.NewReplacer("/", "_", `\`, "_", ":", "_").Replace(strings.TrimLeft(im.Path, "./"))
		names := []string{path.Base(strings.ReplaceAll(im.Path, `\`, "/")), whole}
		ext := path.Ext(whole)
		for n := 2; ; n++ {
			name := names[0]
			key := im.Split + "\x00" + strings.ToLower(strings.TrimSuffix(name, path.Ext(name)))
			if name != "" && name != "." && !taken[key] {
				taken[key], out[i] = true, name
				break
			}
			if names = names[1:]; len(names) == 0 {
				names = []string{strings.TrimSuffix(whole, ext) + "_" + strconv.Itoa(n-1) + ext}
			}
		}
	}
	return out
}

// FolderOf is a split as the name of one folder, on any system.
func FolderOf(split string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\:*?"<>|`, r) || r < ' ' {
			return '_'
		}
		return r
	}, strings.TrimLeft(split, "."))
}
