package attributes

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/errata-cv/errata/format/linetext"
	"github.com/errata-cv/errata/format/source"
)

// labelFile is PETA's file of labels.
const labelFile = "Label.txt"

// readAll reads a file of at most [linetext.MaxBytes].
func readAll(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && !info.Mode().IsRegular() {
		return nil, fmt.Errorf("it is no regular file")
	}
	data, err := io.ReadAll(io.LimitReader(f, linetext.MaxBytes+1))
	if err == nil && len(data) > linetext.MaxBytes {
		err = fmt.Errorf("it is larger than %d MiB", linetext.MaxBytes>>20)
	}
	return data, err
}

// petaIn finds PETA's file of labels in a folder.
func petaIn(l lister, folder string) []*sheet {
	for _, f := range l.Files(folder, ".txt") {
		if name := path.Join(folder, f); strings.EqualFold(f, labelFile) && isPeta(l.Head(name)) {
			return []*sheet{{kind: peta, name: name, folder: folder}}
		}
	}
	return nil
}

// isPeta reports whether most lines hold a key and words that are no numbers.
func isPeta(head []byte) bool {
	good, bad := 0, 0
	for i, l := range wholeLines(head) {
		if i == sampleRows {
			break
		}
		words := strings.Fields(l)
		if len(words) == 0 {
			continue
		}
		ok := len(words) > 1 && !slices.ContainsFunc(words[1:], func(w string) bool {
			_, err := strconv.ParseFloat(w, 64)
			return err == nil || strings.ContainsAny(w, ",:;\"/\\{}[]()<>=")
		})
		if ok {
			good++
		} else {
			bad++
		}
	}
	return good > 0 && good > 4*bad
}

const sampleRows = 200

// wholeLines splits the start of a file, without the line that it ends in
// unless it is all.
func wholeLines(head []byte) []string {
	lines := strings.Split(strings.ReplaceAll(string(head), "\r", "\n"), "\n")
	if len(head) >= headSize && len(lines) > 1 {
		lines = lines[:len(lines)-1]
	}
	return slices.DeleteFunc(lines, func(l string) bool { return strings.TrimSpace(l) == "" })
}

// findPeople groups the pictures by the keys of the rows.
func (s *set) findPeople(elsewhere bool) {
	s.people = map[string]map[string][]string{}
	byFolder := map[string][]string{}
	s.album.Paths(func(p string) {
		dir := path.Dir(p)
		if dir == "." || elsewhere {
			dir = ""
		}
		byFolder[dir] = append(byFolder[dir], p)
	})
	for _, sh := range s.sheets {
		keys := map[string]bool{}
		for _, l := range sh.file.Lines {
			if f := l.Fields(); len(f) > 0 {
				keys[f[0].Text] = true
			}
		}
		folder := sh.folder
		if elsewhere {
			folder = ""
		}
		groups := map[string][]string{}
		slices.Sort(byFolder[folder])
		for _, p := range byFolder[folder] {
			s.pictures = append(s.pictures, p)
			for _, key := range keysOf(p) {
				if keys[key] {
					groups[key] = append(groups[key], p)
					break
				}
			}
		}
		s.people[sh.folder] = groups
	}
}

// keysOf are the keys that may mean a picture, the narrowest first.
func keysOf(picture string) []string {
	base := path.Base(picture)
	stem := strings.TrimSuffix(base, path.Ext(base))
	person, _, _ := strings.Cut(stem, "_")
	return []string{base, stem, person}
}

// matrixIn finds CelebA's file of attributes in a folder.
func matrixIn(l lister, folder string) []*sheet {
	for _, f := range l.Files(folder, ".txt") {
		name := path.Join(folder, f)
		if strings.Contains(f, "attr") && isMatrix(l.Head(name)) {
			return []*sheet{{kind: matrix, name: name, folder: folder}}
		}
	}
	return nil
}

// isMatrix reports whether a file starts with a count, names, and rows of 1 and
// -1.
func isMatrix(head []byte) bool {
	lines := wholeLines(head)
	if len(lines) < 3 {
		return false
	}
	if n, err := strconv.Atoi(strings.TrimSpace(lines[0])); err != nil || n < 0 {
		return false
	}
	names := strings.Fields(lines[1])
	for _, l := range lines[2:min(len(lines), sampleRows)] {
		words := strings.Fields(l)
		if len(words) != len(names)+1 || slices.ContainsFunc(words[1:], func(w string) bool { return w != "1" && w != "-1" }) {
			return false
		}
	}
	return len(names) > 0
}

// listsIn finds a file of classes and the lists that use its numbers.
func listsIn(l lister, folder string) []*sheet {
	files := l.Files(folder, ".txt")
	i := slices.IndexFunc(files, func(f string) bool { return strings.HasPrefix(strings.ToLower(f), "synsets") })
	if i < 0 {
		return nil
	}
	var out []*sheet
	for k, f := range files {
		if name := path.Join(folder, f); k != i && isList(l.Head(name)) {
			out = append(out, &sheet{kind: list, name: name, folder: folder, split: strings.TrimSuffix(f, path.Ext(f)), layout: layout{classes: path.Join(folder, files[i])}})
		}
	}
	return out
}

// isList reports whether every line is a picture and numbers.
func isList(head []byte) bool {
	lines := wholeLines(head)
	numbered := false
	for i, l := range lines {
		if i == sampleRows {
			break
		}
		words := strings.Fields(l)
		if !isPicture(words[0]) && !strings.Contains(l, "\"") && !slices.ContainsFunc(words, isPicture) {
			return false
		}
		if _, err := strconv.ParseUint(words[len(words)-1], 10, 31); err == nil {
			numbered = true
		}
	}
	return numbered
}

// listRow splits a line of a list: the name may hold blanks, or stand in quotes.
func (sh *sheet) listRow(l linetext.Line, fields []linetext.Field) *row {
	n := len(fields)
	for n > 1 {
		if _, err := strconv.ParseUint(fields[n-1].Text, 10, 31); err != nil {
			break
		}
		n--
	}
	start, end := fields[0].Offset, fields[n-1].End()
	key := l.Text[start-l.Offset : end-l.Offset]
	r := &row{sheet: sh, line: l, key: strings.Trim(key, `"`), first: linetext.Field{Offset: start, Text: key}, fields: fields[n:], from: l.Offset, to: l.Next()}
	return r
}

// numbered is the class of a number in a list.
func (sh *sheet) numbered(text string) string {
	i, err := strconv.Atoi(text)
	if err != nil || i < 0 || i >= len(sh.classes) {
		return text
	}
	return sh.classes[i]
}

// classesOf reads a file with a class in each line.
func classesOf(name string) ([]string, error) {
	data, err := readAll(name)
	if err != nil {
		return nil, fmt.Errorf("cannot read the list of classes %s: %w", source.Show(path.Base(name)), err)
	}
	var out []string
	for _, l := range linetext.Parse(bytes.Clone(data)).Lines {
		if !l.Blank() {
			out = append(out, l.Trimmed().Text)
		}
	}
	return out, nil
}
