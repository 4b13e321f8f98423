package boxcsv

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/errata-cv/errata/format/csvtext"
	"github.com/errata-cv/errata/format/source"
)

// verify returns a check that every row that is not edited reads as before.
// Quotes that are not closed can make a correction change how other cells are
// read; such a correction is refused.
func (t *table) verify(edits []source.Edit) func(ctx context.Context, before, after io.Reader) error {
	misread := func(line int) error {
		return fmt.Errorf("%s line %d: with the corrections made, this row would be read differently because a quote in it or above is not closed; correct the quotes first", source.Show(t.name), line)
	}
	return func(ctx context.Context, before, after io.Reader) error {
		start := bufio.NewReaderSize(after, headSize)
		head, _ := start.Peek(headSize) // as far as there is so much
		if c := columnsOf(head, len(head) < headSize); !c.readsLike(&t.columns) && len(head) > 0 && c.content != other {
			return fmt.Errorf("%s: with the corrections made, its first rows would let the coordinates of all boxes mean something else (%s); correct the table by hand", source.Show(t.name), c.meaning())
		}
		old, corrected := csvtext.NewScanner(before, t.delim), csvtext.NewScanner(start, t.delim)
		edits := edits
		for n := 0; old.Scan(); n++ {
			if n%4096 == 0 && ctx.Err() != nil {
				return ctx.Err()
			}
			r := old.Record()
			end := r.Offset + int64(len(r.Bytes))
			removed, touched, added := false, false, 0
			for len(edits) > 0 && edits[0].Offset < end {
				removed = removed || len(edits[0].Old) == len(r.Bytes) && edits[0].Offset == r.Offset && len(edits[0].New) == 0
				touched = true
				edits = edits[1:]
			}
			for len(edits) > 0 && edits[0].Offset == end && len(edits[0].Old) == 0 {
				added += rowsOf(edits[0].New, t.delim)
				edits = edits[1:]
			}
			if !removed {
				if !corrected.Scan() {
					return misread(r.Line)
				}
				same := slices.EqualFunc(r.Cells, corrected.Record().Cells, func(a, b csvtext.Cell) bool { return touched || string(a.Value) == string(b.Value) })
				if !same {
					return misread(r.Line)
				}
			}
			for range added {
				if !corrected.Scan() || len(corrected.Record().Cells) != len(r.Cells) {
					return misread(r.Line)
				}
			}
		}
		if corrected.Scan() {
			return fmt.Errorf("%s: with the corrections made, it would have more rows than it should because a quote is not closed; correct the quotes first", source.Show(t.name))
		}
		if err := old.Err(); err != nil {
			return err
		}
		return corrected.Err()
	}
}

// readsLike reports whether two tables spell rows in the same way.
func (c *columns) readsLike(d *columns) bool {
	return c.content == d.content && c.delim == d.delim && c.header == d.header && c.relative == d.relative && c.sized == d.sized && c.score == d.score
}

// meaning says what coordinates are.
func (c *columns) meaning() string {
	switch {
	case c.relative:
		return "shares of the size of the picture"
	case c.sized:
		return "a corner and a size"
	}
	return "pixels"
}

// rowsOf counts the rows of an insertion, which may start with a line end.
func rowsOf(text []byte, delim byte) int {
	n := 0
	s := csvtext.NewScanner(bytes.NewReader(bytes.TrimLeft(text, "\r\n")), delim)
	for s.Scan() {
		n++
	}
	return n
}
