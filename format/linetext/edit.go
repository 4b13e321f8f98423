package linetext

import (
	"slices"

	"github.com/errata-cv/errata/format/source"
)

// An Editor collects changes of a file.
type Editor struct {
	file    *File
	changes map[int][]source.Edit // by index of the line
	removed map[int]bool
	behind  map[int][]string // new lines by index of the line they follow; -1 for none
}

// NewEditor starts without changes.
func NewEditor(f *File) *Editor {
	return &Editor{file: f, changes: map[int][]source.Edit{}, removed: map[int]bool{}, behind: map[int][]string{}}
}

// Replace puts text in the place of a field.
func (e *Editor) Replace(f Field, text string) {
	if f.Text == text {
		return
	}
	i := e.lineAt(f.Offset)
	e.changes[i] = append(e.changes[i], source.Edit{Offset: f.Offset, Old: []byte(f.Text), New: []byte(text)})
}

// ReplaceFrom puts text in the place of everything from one field to another of
// the same line, both included.
func (e *Editor) ReplaceFrom(first, last Field, text string) {
	e.Replace(Field{first.Offset, string(e.file.data[first.Offset:last.End()])}, text)
}

// Remove takes a line away, with its end.
func (e *Editor) Remove(l Line) { e.removed[l.Number-1] = true }

// Insert puts a new line behind another one and what was inserted there before.
func (e *Editor) Insert(after Line, text string) {
	e.behind[after.Number-1] = append(e.behind[after.Number-1], text)
}

// Append puts a new line behind the last one that is not blank.
func (e *Editor) Append(text string) {
	i := len(e.file.Lines) - 1
	for i >= 0 && e.file.Lines[i].Blank() {
		i--
	}
	e.behind[i] = append(e.behind[i], text)
}

// Empty reports whether nothing changes.
func (e *Editor) Empty() bool {
	return len(e.changes) == 0 && len(e.removed) == 0 && len(e.behind) == 0
}

// Edits returns the changes in the order of the file.
func (e *Editor) Edits() []source.Edit {
	lines := e.file.Lines
	end := e.lineEnd()
	var out []source.Edit
	start := int64(0)
	if len(lines) > 0 {
		start = lines[0].Offset
	} else {
		start = int64(len(e.file.data))
	}
	insert := func(at int64, text string) { out = append(out, source.Edit{Offset: at, New: []byte(text)}) }
	for _, text := range e.behind[-1] {
		insert(start, text+end)
	}
	for i, l := range lines {
		last := l.End == "" // which only the last line can be
		switch {
		case e.removed[i]:
			out = append(out, source.Edit{Offset: l.Offset, Old: []byte(l.Text + l.End)})
		default:
			edits := slices.Clone(e.changes[i])
			slices.SortStableFunc(edits, func(a, b source.Edit) int { return int(a.Offset - b.Offset) })
			out = append(out, edits...)
		}
		for k, text := range e.behind[i] {
			switch {
			case !last:
				insert(l.Next(), text+end)
			case k == 0 && e.removed[i]:
				insert(l.Next(), text)
			default:
				insert(l.Next(), end+text)
			}
		}
	}
	if n := len(lines); n > 0 && lines[n-1].End == "" && e.removed[n-1] && len(e.behind[n-1]) == 0 {
		out = e.cutEnd(out)
	}
	return merge(out)
}

// cutEnd takes the end of the last line that is left away, as the last line of
// the file had none.
func (e *Editor) cutEnd(out []source.Edit) []source.Edit {
	for i := len(e.file.Lines) - 2; i >= -1; i-- {
		if n := len(e.behind[i]); n > 0 {
			text := e.behind[i][n-1]
			for k := len(out) - 1; k >= 0; k-- {
				if len(out[k].Old) == 0 && string(out[k].New) == text+e.lineEnd() {
					out[k].New = []byte(text)
					return out
				}
			}
		}
		if i < 0 || e.removed[i] {
			continue
		}
		l := e.file.Lines[i]
		out = append(out, source.Edit{Offset: l.Offset + int64(len(l.Text)), Old: []byte(l.End)})
		slices.SortStableFunc(out, func(a, b source.Edit) int { return int(a.Offset - b.Offset) })
		return out
	}
	return out
}

// merge makes one edit of those that touch each other.
func merge(edits []source.Edit) []source.Edit {
	var out []source.Edit
	for _, e := range edits {
		if n := len(out); n > 0 && out[n-1].Offset+int64(len(out[n-1].Old)) == e.Offset {
			out[n-1].Old = slices.Concat(out[n-1].Old, e.Old)
			out[n-1].New = slices.Concat(out[n-1].New, e.New)
			continue
		}
		out = append(out, e)
	}
	return out
}

// lineEnd is how lines of the file end.
func (e *Editor) lineEnd() string {
	for _, l := range slices.Backward(e.file.Lines) {
		if l.End != "" {
			return l.End
		}
	}
	return "\n"
}

func (e *Editor) lineAt(offset int64) int {
	i, found := slices.BinarySearchFunc(e.file.Lines, offset, func(l Line, at int64) int {
		switch {
		case l.Next() <= at:
			return -1
		case l.Offset > at:
			return 1
		}
		return 0
	})
	if !found {
		return len(e.file.Lines) - 1
	}
	return i
}
