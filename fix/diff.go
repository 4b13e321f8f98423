package fix

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"unicode/utf8"

	"github.com/errata-cv/errata/format/source"
)

// Lines longer than longLine are shown by what is around an edit, so many bytes
// on each side.
const (
	longLine = 1000
	around   = 40
)

// Diff writes the plan for a person. Of files it is a unified diff without
// context, which patch applies too, as long as lines are short; an edit of a very
// long line is shown with what is around it, and one of a file that is no text
// by its size. Files that get another place are one line each, "rename FROM → TO"
// or "drop FROM". No changes give no output.
func (p *Plan) Diff(w io.Writer) error {
	b := bufio.NewWriter(w)
	for i := range p.patch.Files {
		if err := diffFile(b, p.patch.Root, &p.patch.Files[i]); err != nil {
			return err
		}
	}
	for _, m := range p.patch.Moves {
		if m.Drop {
			fmt.Fprintf(b, "drop %s\n", source.Show(m.From))
		} else {
			fmt.Fprintf(b, "rename %s → %s\n", source.Show(m.From), source.Show(m.To))
		}
	}
	return b.Flush()
}

// A hunk is a run of edits that share lines.
type hunk struct {
	start, end int64 // of the whole lines
	line       int
	edits      []source.Edit
	long       bool
}

func diffFile(b *bufio.Writer, root string, f *source.FilePatch) error {
	if len(f.Edits) == 0 {
		return nil
	}
	name := source.Show(f.Name)
	old := name
	if f.New {
		old = "/dev/null"
	}
	fmt.Fprintf(b, "--- %s\n+++ %s\n", old, name)
	if f.New {
		if text := f.Edits[0].New; utf8.Valid(text) {
			fmt.Fprintf(b, "@@ -0,0 +%s @@\n", span(1, lines(text)))
			writeLines(b, '+', text)
		} else {
			fmt.Fprintf(b, "a file of %d bytes\n", len(text))
		}
		return nil
	}
	if f.Edits[0].Line == 0 {
		for _, e := range f.Edits {
			fmt.Fprintf(b, "at byte %d: %d bytes become %d\n", e.Offset, len(e.Old), len(e.New))
		}
		return nil
	}
	in, err := os.Open(filepath.Join(root, filepath.FromSlash(f.Name)))
	if err != nil {
		return fmt.Errorf("cannot show what changes: %w", err)
	}
	defer in.Close()
	shift := 0
	for _, h := range hunks(in, f) {
		if h.long {
			if err := excerpt(b, in, f.Size, &h); err != nil {
				return err
			}
			continue
		}
		before, err := part(in, h.start, h.end)
		if err != nil {
			return fmt.Errorf("cannot show what changes in %s: %w", name, err)
		}
		var after []byte
		at := h.start
		for _, e := range h.edits {
			after = append(after, before[at-h.start:e.Offset-h.start]...)
			after = append(after, e.New...)
			at = e.Offset + int64(len(e.Old))
		}
		after = append(after, before[at-h.start:]...)
		n, m := lines(before), lines(after)
		fmt.Fprintf(b, "@@ -%s +%s @@\n", span(h.line, n), span(h.line+shift, m))
		writeLines(b, '-', before)
		writeLines(b, '+', after)
		shift += m - n
	}
	return nil
}

// hunks finds the lines around each edit and joins edits that share them.
func hunks(in io.ReaderAt, f *source.FilePatch) []hunk {
	var out []hunk
	for _, e := range f.Edits {
		end := e.Offset + int64(len(e.Old))
		start, startLong := lineStart(in, e.Offset)
		line := e.Line
		// What is put in front of a line, or takes whole lines away, leaves the
		// lines around it alone.
		whole := start == e.Offset && (len(e.New) == 0 || e.New[len(e.New)-1] == '\n') && (len(e.Old) == 0 || e.Old[len(e.Old)-1] == '\n')
		endLong := false
		if !whole {
			end, endLong = lineEnd(in, end, f.Size)
		}
		h := hunk{start: start, end: end, line: line, edits: []source.Edit{e}, long: startLong || endLong}
		if n := len(out); n > 0 && !h.long && !out[n-1].long && out[n-1].end > start {
			out[n-1].end = max(out[n-1].end, end)
			out[n-1].edits = append(out[n-1].edits, e)
			continue
		}
		out = append(out, h)
	}
	return out
}

// lineStart returns where the line of an offset starts; long when that is too
// far away.
func lineStart(in io.ReaderAt, offset int64) (start int64, long bool) {
	from := max(0, offset-longLine)
	head, err := part(in, from, offset)
	if err != nil {
		return offset, true
	}
	if i := bytes.LastIndexByte(head, '\n'); i >= 0 {
		return from + int64(i) + 1, false
	}
	return from, from > 0
}

// lineEnd returns the end of the line of an offset, its line end included.
func lineEnd(in io.ReaderAt, offset, size int64) (end int64, long bool) {
	if offset > 0 {
		if last, err := part(in, offset-1, offset); err == nil && last[0] == '\n' {
			if start, _ := lineStart(in, offset); start == offset && offset == size {
				return offset, false
			}
		}
	}
	to := min(size, offset+longLine)
	tail, err := part(in, offset, to)
	if err != nil {
		return offset, true
	}
	if i := bytes.IndexByte(tail, '\n'); i >= 0 {
		return offset + int64(i) + 1, false
	}
	return to, to < size
}

func part(in io.ReaderAt, from, to int64) ([]byte, error) {
	out := make([]byte, to-from)
	if n, err := in.ReadAt(out, from); n < len(out) && err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	} else if n < len(out) {
		return nil, io.ErrUnexpectedEOF
	}
	return out, nil
}

// excerpt shows an edit of a very long line.
func excerpt(b *bufio.Writer, in io.ReaderAt, size int64, h *hunk) error {
	e := h.edits[0]
	end := e.Offset + int64(len(e.Old))
	before, err := part(in, max(0, e.Offset-around), e.Offset)
	if err != nil {
		return err
	}
	after, err := part(in, end, min(size, end+around))
	if err != nil {
		return err
	}
	fmt.Fprintf(b, "at byte %d, line %d\n-…%s[%s]%s…\n+…%s[%s]%s…\n", e.Offset, e.Line, flat(before), flat(e.Old), flat(after), flat(before), flat(e.New), flat(after))
	return nil
}

// flat puts text on one line and keeps it short.
func flat(text []byte) string {
	const most = 400
	tail := ""
	if len(text) > most {
		text, tail = text[:most], "…"
	}
	return source.Show(string(bytes.Join(bytes.Fields(bytes.ToValidUTF8(text, []byte("?"))), []byte(" ")))) + tail
}

// lines counts the lines that bytes are or begin.
func lines(b []byte) int {
	n := bytes.Count(b, []byte{'\n'})
	if len(b) > 0 && b[len(b)-1] != '\n' {
		n++
	}
	return n
}

// span spells where a hunk is: a span without lines is named by the line
// before it.
func span(line, n int) string {
	switch n {
	case 0:
		return fmt.Sprintf("%d,0", line-1)
	case 1:
		return fmt.Sprint(line)
	}
	return fmt.Sprintf("%d,%d", line, n)
}

func writeLines(b *bufio.Writer, sign byte, text []byte) {
	for line := range bytes.Lines(text) {
		b.WriteByte(sign)
		b.Write(line)
		if line[len(line)-1] != '\n' {
			b.WriteString("\n\\ No newline at end of file\n")
		}
	}
}
