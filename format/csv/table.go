package csvtable

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/errata-cv/errata/format/csvtext"
	"github.com/errata-cv/errata/format/source"
)

// headSize is how much of a table decides about its layout.
const headSize = 256 << 10

// A table is an open text file and its layout.
type table struct {
	file *os.File
	// name is its base name as shown to people.
	name string
	// folder is the absolute folder it lies in.
	folder string
	layout *layout
	// sample are its first rows without the header.
	sample [][]string
}

// openTable opens a file and works out its layout. On a *noLabelError the table
// is returned as well.
func openTable(file, labelColumn string) (*table, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("cannot open the table: %w", err)
	}
	t := &table{file: f, name: source.Show(filepath.Base(file)), folder: filepath.Dir(file)}
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		f.Close()
		return nil, fmt.Errorf("%s is no regular file", source.Show(file))
	}
	head := make([]byte, headSize)
	n, err := io.ReadFull(f, head)
	complete := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
	if err != nil && !complete {
		f.Close()
		return nil, fmt.Errorf("cannot read the table: %w", err)
	}
	head = head[:n]
	if err := noText(t.name, head); err != nil {
		f.Close()
		return nil, err
	}
	t.layout, t.sample, err = newLayout(t.name, head, complete, labelColumn)
	if t.layout == nil {
		f.Close()
		return nil, err
	}
	return t, err
}

func (t *table) close() { t.file.Close() }

// noText says what a file is that is not a text table in UTF-8.
func noText(name string, head []byte) error {
	has := func(s string) bool { return bytes.HasPrefix(head, []byte(s)) }
	switch {
	case len(head) == 0:
		return fmt.Errorf("%s is empty; expected a table with a path and a label in each row", name)
	case has("\xff\xfe"), has("\xfe\xff"):
		return fmt.Errorf("%s is UTF-16 text; save it as UTF-8 (spreadsheets call this \"CSV UTF-8\")", name)
	case has("PK\x03\x04"):
		return fmt.Errorf("%s is a zip archive or a spreadsheet, not a text table; export it as CSV", name)
	case has("\x1f\x8b"), has("BZh"), has("\xfd7zXZ"), has("\x28\xb5\x2f\xfd"):
		return fmt.Errorf("%s is compressed; unpack it first", name)
	case has("PAR1"):
		return fmt.Errorf("%s is a Parquet file, not a text table; export it as CSV", name)
	case bytes.IndexByte(head, 0) >= 0:
		return fmt.Errorf("%s is a binary file, not a text table", name)
	}
	return nil
}

// A row is one record with its cells put in their roles. Cells that the record
// does not have are empty.
type row struct {
	*csvtext.Record
	path, label, split, annotator string
	// labelCell is the cell of the label, nil when the record ends before it.
	labelCell *csvtext.Cell
}

// rows calls visit with every row that is not blank, the header excluded, and
// passes all bytes of the table through tee when it is not nil. The row is
// valid during the call only.
func (t *table) rows(ctx context.Context, tee io.Writer, visit func(*row)) error {
	if _, err := t.file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	src := io.Reader(t.file)
	if tee != nil {
		src = io.TeeReader(src, tee)
	}
	s := csvtext.NewScanner(src, t.layout.delim)
	r := row{Record: s.Record()}
	header := t.layout.header
	text := func(column int) string {
		if column < 0 || column >= len(s.Record().Cells) {
			return ""
		}
		return string(s.Record().Cells[column].Value)
	}
	for n := 0; s.Scan(); n++ {
		if n%4096 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if s.Record().Blank() {
			continue
		}
		if header {
			header = false
			continue
		}
		l := t.layout
		r.path, r.label, r.split, r.annotator = text(l.path), text(l.label), text(l.split), text(l.annotator)
		r.labelCell = nil
		if l.label >= 0 && l.label < len(s.Record().Cells) {
			r.labelCell = &s.Record().Cells[l.label]
		}
		visit(&r)
	}
	if s.Err() != nil {
		return fmt.Errorf("cannot read %s: %w", t.name, s.Err())
	}
	return ctx.Err()
}

// locate returns the absolute path of the table that path means: itself, or
// the only usable table in the folder it names.
func locate(file string) (string, error) {
	abs, err := filepath.Abs(file)
	if err != nil {
		return "", err
	}
	info, err := os.Stat(abs)
	if err != nil {
		return "", fmt.Errorf("cannot open %s: %w", source.Show(file), err)
	}
	if !info.IsDir() {
		return abs, nil
	}
	tables, err := tablesIn(abs)
	if err != nil {
		return "", err
	}
	switch len(tables) {
	case 0:
		return "", fmt.Errorf("%s holds no table of pictures and labels (.csv, .tsv, .txt)", source.Show(file))
	case 1:
		return tables[0], nil
	}
	return "", fmt.Errorf("%s holds %d tables (%s); name the one to read", source.Show(file), len(tables), names(tables))
}

// tablesIn lists the tables in a folder whose rows name pictures, in order of
// their names.
func tablesIn(folder string) ([]string, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, fmt.Errorf("cannot list %s: %w", source.Show(folder), err)
	}
	var out []string
	for _, e := range entries {
		if source.Ignored(e.Name()) || !hasTableExtension(e.Name()) {
			continue
		}
		full := filepath.Join(folder, e.Name())
		if info, err := os.Stat(full); err != nil || !info.Mode().IsRegular() {
			continue
		}
		if usable, _ := probe(full); usable {
			out = append(out, full)
		}
	}
	return out, nil
}

// probe reports whether the file is a table whose rows name pictures, by their
// extension or because they exist. The clause says what it is otherwise.
func probe(file string) (usable bool, clause string) {
	t, err := openTable(file, "")
	if t == nil {
		return false, err.Error()
	}
	defer t.close()
	if t.layout.holdsPictures(t.sample) {
		return true, ""
	}
	paths := t.samplePaths()
	if root, err := findRoot(t.folder, "", paths); err == nil {
		r := newResolver(root, t.folder)
		for _, p := range paths {
			if _, found, _ := r.resolve(p); found {
				return true, ""
			}
		}
	}
	return false, t.name + " names no pictures"
}

func (l *layout) holdsPictures(rows [][]string) bool { return holdsPictures(rows, l.path) }

// samplePaths returns the path cells of the sampled rows.
func (t *table) samplePaths() []string {
	var out []string
	for _, r := range t.sample {
		if t.layout.path < len(r) {
			out = append(out, r[t.layout.path])
		}
	}
	return out
}

func hasTableExtension(name string) bool {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".csv", ".tsv", ".txt", ".tab", ".psv":
		return true
	}
	return false
}

func names(files []string) string {
	var out []string
	for _, f := range files {
		out = append(out, source.Show(filepath.Base(f)))
	}
	return strings.Join(out, ", ")
}
