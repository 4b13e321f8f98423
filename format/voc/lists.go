package voc

import (
	"bytes"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/errata-cv/errata/format/source"
	"github.com/errata-cv/errata/pixel"
)

// maxList bounds the bytes of one list.
const maxList = 256 << 20

// A list is a text file of ImageSets.
type list struct {
	// file is relative to the folder of the dataset; empty for a list outside of
	// it, which is never changed.
	file string
	// base is the folder that ImageSets lies in, relative likewise.
	base string
	// task is the folder in ImageSets, such as Main; name is without extension.
	task, name string
	// class is that of a list of one class, such as cat_train.txt.
	class string
	// plain tells that it lists images rather than values of them.
	plain bool
	lines []line
	data  []byte
}

// A line is one of a list: data[lo:hi], its line end included.
type line struct {
	lo, hi int
	name   string
	// value is the second field, data[vlo:vhi].
	value    string
	vlo, vhi int
}

// readLists reads all lists of the ImageSets folder dir. What cannot be read is
// left out.
func readLists(dir, base, rel string) []*list {
	var out []*list
	tasks := []string{""}
	entries, _ := os.ReadDir(dir) // none when it cannot be listed
	for _, e := range entries {
		if info, err := os.Stat(filepath.Join(dir, e.Name())); err == nil && info.IsDir() && !source.Ignored(e.Name()) {
			tasks = append(tasks, e.Name())
		}
	}
	for _, task := range tasks {
		files, _ := os.ReadDir(filepath.Join(dir, task)) // likewise
		names := map[string]bool{}
		var of []*list
		for _, f := range files {
			stem, isList := strings.CutSuffix(f.Name(), ".txt")
			full := filepath.Join(dir, task, f.Name())
			info, err := os.Stat(full)
			if !isList || source.Ignored(f.Name()) || err != nil || !info.Mode().IsRegular() || info.Size() > maxList {
				continue
			}
			data, err := os.ReadFile(full)
			if err != nil {
				continue
			}
			l := &list{base: base, task: task, name: stem, data: data, lines: parseLines(data)}
			if rel != "" {
				l.file = source.Join(rel, source.Join(task, f.Name()))
			}
			names[stem] = true
			of = append(of, l)
		}
		for _, l := range of {
			l.plain = true
			for i := range l.name {
				if l.name[i] == '_' && i > 0 && names[l.name[i+1:]] {
					l.plain, l.class = false, l.name[:i]
				}
			}
			if l.plain && l.task == "Main" && len(l.lines) > 0 && !slices.ContainsFunc(l.lines, func(n line) bool { return !isFlag(n.value) }) {
				if i := strings.LastIndexByte(l.name, '_'); i > 0 {
					l.plain, l.class = false, l.name[:i]
				}
			}
			if l.task != "Main" {
				l.class = ""
			}
		}
		out = append(out, of...)
	}
	slices.SortStableFunc(out, func(a, b *list) int {
		return 10*(taskRank(a.task)-taskRank(b.task)) + splitRank(a.name) - splitRank(b.name)
	})
	return out
}

func isFlag(s string) bool { return s == "1" || s == "-1" || s == "0" }

func taskRank(task string) int {
	if i := slices.Index([]string{"Main", "Segmentation", "Layout", "Action"}, task); i >= 0 {
		return i
	}
	return 4
}

func splitRank(name string) int {
	if i := slices.Index([]string{"train", "val", "valid", "test"}, name); i >= 0 {
		return i
	}
	return 4
}

func parseLines(data []byte) []line {
	var out []line
	for lo := 0; lo < len(data); {
		hi := len(data)
		if i := bytes.IndexByte(data[lo:], '\n'); i >= 0 {
			hi = lo + i + 1
		}
		text := data[lo:hi]
		if lo == 0 {
			text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
		}
		fields := bytes.Fields(text)
		n := line{lo: lo, hi: hi}
		// A name with blanks has no value behind it, unless that is a flag.
		switch {
		case len(fields) == 0 || fields[0][0] == '#':
			lo = hi
			continue
		case len(fields) == 1 || !isNumber(fields[len(fields)-1]):
			n.name = string(bytes.TrimSpace(text))
		default:
			n.name = string(fields[0])
			n.value = string(fields[1])
			n.vlo = hi - len(text) + bytes.Index(text, fields[0]) + len(fields[0])
			n.vlo += bytes.Index(data[n.vlo:hi], fields[1])
			n.vhi = n.vlo + len(fields[1])
		}
		out = append(out, n)
		lo = hi
	}
	return out
}

func isNumber(b []byte) bool {
	b = bytes.TrimPrefix(b, []byte("-"))
	return len(b) > 0 && len(bytes.Trim(b, "0123456789")) == 0
}

// entryName returns what a line names, without folders to leave and without the
// extension of a picture.
func entryName(name string) string {
	name = path.Clean("/" + strings.ReplaceAll(name, `\`, "/"))[1:]
	if pixel.HasImageExtension(name) || strings.HasSuffix(strings.ToLower(name), ".xml") {
		name = strings.TrimSuffix(name, path.Ext(name))
	}
	return name
}

// isUnion reports whether a list of that name holds what others hold, if any
// of them is there.
func isUnion(name string) bool { return name == "trainval" || name == "all" || name == "trainvaltest" }

// splitName is the split that a list of that name stands for.
func splitName(name string) string {
	if name == "default" {
		return ""
	}
	return name
}

// folderSplit returns the split that a folder of a path is named like.
func folderSplit(rel string) string {
	dir := path.Dir(rel)
	if dir == "." {
		return ""
	}
	return source.SplitOf(dir + "/x")
}
