package attributes

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/errata-cv/errata/format/csvtext"
	"github.com/errata-cv/errata/format/linetext"
	"github.com/errata-cv/errata/format/source"
)

// A layout says what the columns of a table mean.
type layout struct {
	delim byte
	// picture and split are columns; split is none where there is none.
	picture, split int
	// labels are the columns of the attributes.
	labels []int
	names  []string
	// on and off are how the table spells yes and no.
	on, off string
	// classes is the file with the classes of a list.
	classes string
}

const none = -1

var pictureColumns = []string{"filename", "imagename", "image", "imageid", "imagepath", "path", "filepath", "file", "img", "id", "name"}

func plain(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		}
		return -1
	}, s)
}

// answer reads a cell: yes, no, or neither.
func answer(s string) (yes, ok bool) {
	switch strings.ToLower(s) {
	case "1", "1.0", "true":
		return true, true
	case "0", "0.0", "-1", "-1.0", "false", "":
		return false, true
	}
	return false, false
}

// roboflowFile is what Roboflow calls a table of attributes.
const roboflowFile = "_classes.csv"

// layoutOf works the columns out from the start of a table. Its name tells where
// there are too few rows to know.
func layoutOf(name string, head []byte) (layout, bool) {
	complete := len(head) < headSize
	for _, delim := range []byte{',', ';', '\t'} {
		var rows [][]string
		s := csvtext.NewScanner(bytes.NewReader(head), delim)
		for len(rows) < sampleRows && s.Scan() {
			r := s.Record()
			if r.Blank() || !complete && s.End() == int64(len(head)) && len(rows) > 0 {
				continue
			}
			var row []string
			for _, c := range r.Cells {
				row = append(row, string(c.Value))
			}
			rows = append(rows, row)
		}
		if len(rows) < 2 || len(rows[0]) < 2 {
			continue
		}
		if l, ok := layoutOfRows(rows, delim, path.Base(name) == roboflowFile); ok {
			return l, true
		}
	}
	return layout{}, false
}

func layoutOfRows(rows [][]string, delim byte, known bool) (layout, bool) {
	l := layout{delim: delim, picture: none, split: none, names: rows[0]}
	byName := none
	for i, n := range rows[0] {
		if k := slices.Index(pictureColumns, plain(n)); k >= 0 && byName == none {
			byName = i
		}
		if slices.ContainsFunc(rows[1:], func(r []string) bool { return i < len(r) && isPicture(r[i]) }) && l.picture == none {
			l.picture = i
		}
	}
	named := l.picture != none
	if !named {
		// Names without extension: the first column, called after pictures.
		if byName != 0 {
			return l, false
		}
		l.picture = 0
	}
	seen := map[string]bool{}
	for i, n := range rows[0] {
		if i == l.picture {
			continue
		}
		binary, any := true, false
		for _, r := range rows[1:] {
			if i >= len(r) {
				continue
			}
			yes, ok := answer(r[i])
			binary = binary && ok
			any = any || r[i] != ""
			if ok && r[i] != "" {
				if yes && l.on == "" {
					l.on = r[i]
				}
				if !yes && (l.off == "" || l.off[0] == '-' && r[i][0] != '-') {
					l.off = r[i]
				}
			}
		}
		switch {
		case binary && any && n != "":
			if seen[n] {
				return l, false
			}
			seen[n] = true
			l.labels = append(l.labels, i)
		case slices.Contains([]string{"split", "subset", "set", "partition"}, plain(n)) && l.split == none:
			l.split = i
		default:
			return l, false
		}
	}
	if known && l.on+l.off != "" {
		l.on, l.off = cmp.Or(l.on, "1"), cmp.Or(l.off, "0")
		return l, len(l.labels) > 0
	}
	return l, len(l.labels) >= 2 && l.on != "" && l.off != "" && (named || len(rows) > 2)
}

// tablesIn finds the tables of attributes in a folder.
func tablesIn(l lister, folder string) []*sheet {
	var out []*sheet
	for _, f := range l.Files(folder, ".csv", ".tsv") {
		name := path.Join(folder, f)
		head := l.Head(name)
		if t, ok := layoutOf(name, head); ok {
			out = append(out, &sheet{kind: table, name: name, folder: folder, split: splitOf(name), layout: t})
		}
	}
	return out
}

// rows calls visit with every row of a table.
func (l *layout) rows(ctx context.Context, sh *sheet, visit func(*row) error) error {
	s := csvtext.NewScanner(bytes.NewReader(sh.data), l.delim)
	header := true
	for n := 0; s.Scan(); n++ {
		if n%4096 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		rec := s.Record()
		if rec.Blank() {
			continue
		}
		if header {
			header = false
			continue
		}
		r := &row{sheet: sh, from: rec.Offset, to: rec.Offset + int64(len(rec.Bytes))}
		r.line = linetext.Line{Number: rec.Line, Offset: rec.Offset}
		field := func(i int) linetext.Field {
			if i < 0 || i >= len(rec.Cells) {
				return linetext.Field{Offset: none}
			}
			c := rec.Cells[i]
			return linetext.Field{Offset: rec.Offset + int64(c.Start), Text: string(rec.Bytes[c.Start:c.End])}
		}
		if l.picture >= len(rec.Cells) || len(rec.Cells[l.picture].Value) == 0 {
			continue
		}
		r.key, r.first = string(rec.Cells[l.picture].Value), field(l.picture)
		if l.split >= 0 && l.split < len(rec.Cells) {
			r.split = string(rec.Cells[l.split].Value)
		}
		for k, i := range l.labels {
			r.fields = append(r.fields, field(i))
			if i >= len(rec.Cells) {
				continue
			}
			if yes, _ := answer(string(rec.Cells[i].Value)); yes {
				r.labels, r.at = append(r.labels, sh.classes[k]), append(r.at, k)
			}
		}
		if err := visit(r); err != nil {
			return err
		}
	}
	if err := s.Err(); err != nil {
		return fmt.Errorf("cannot read %s: %w", source.Show(sh.name), err)
	}
	return ctx.Err()
}
