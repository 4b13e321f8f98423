package source

import (
	"io/fs"
	"os"
	"path/filepath"
)

// maxEntries bounds the files and folders that are looked at below a folder, and
// maxDepth how deep they lie.
const (
	maxEntries = 20_000_000
	maxDepth   = 32
)

// Walk calls visit with every file and folder below root, in the order of their
// names; what visit returns tells whether a folder is entered. Links count as what
// they lead to, and no folder is entered twice. What is ignored, or cannot be
// listed, is left out.
func Walk(root string, visit func(name string, folder bool) (enter bool)) {
	entries := 0
	visited := map[string]bool{}
	var walk func(dir, rel string, depth int)
	walk = func(dir, rel string, depth int) {
		real, err := filepath.EvalSymlinks(dir)
		if err != nil || visited[real] || depth > maxDepth {
			return
		}
		visited[real] = true
		list, _ := os.ReadDir(dir) // what cannot be listed holds nothing
		for _, e := range list {
			if entries++; entries > maxEntries {
				return
			}
			if Ignored(e.Name()) {
				continue
			}
			full, name := filepath.Join(dir, e.Name()), Join(rel, e.Name())
			mode := e.Type()
			if mode&fs.ModeSymlink != 0 {
				info, err := os.Stat(full)
				if err != nil {
					continue
				}
				mode = info.Mode().Type()
			}
			switch {
			case mode.IsDir():
				if visit(name, true) {
					walk(full, name, depth+1)
				}
			case mode.IsRegular():
				visit(name, false)
			}
		}
	}
	walk(root, "", 0)
}
