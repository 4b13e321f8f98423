package pixelcsv

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
)

// Name chooses the format.
const Name = "pixel-csv"

// Format is this format for the list in package format.
var Format source.Format = tableFormat{}

type tableFormat struct{}

func (tableFormat) Info() source.Info {
	return source.Info{
		Name: Name, Title: "Pixel table (MNIST CSV)", Layout: "a table with the label and all pixels of a picture in each row",
		Holds: source.Holds{Labels: true, Splits: true},
		Notes: []string{"Pictures are square and named by their number; when one is dropped, those behind it count one less."},
	}
}

// Detect is sure of a table whose rows are a label and pixels from 0 to 255.
func (tableFormat) Detect(p *source.Peek) (source.Match, error) {
	names := []string{""}
	if p.Dir {
		names = p.Files("", ".csv", ".tsv", ".txt")
		names = names[:min(len(names), 50)]
	}
	for _, name := range names {
		first, rest, _ := bytes.Cut(p.Head(name), []byte("\n"))
		second, _, whole := bytes.Cut(rest, []byte("\n"))
		if !whole && len(rest) > 0 && len(p.Head(name)) >= 64<<10 {
			second = nil // cut off by the head
		}
		if _, ok := layoutOf(bytes.TrimRight(first, "\r"), bytes.TrimRight(second, "\r")); ok {
			if name == "" {
				name = "it"
			}
			return source.Match{Confidence: source.Sure, Reason: "the rows of " + source.Show(name) + " are a label and the pixels of a picture"}, nil
		}
	}
	return source.Match{Reason: "no table whose rows are pixels"}, nil
}

// A row is a line of a table.
type row struct {
	file   string
	offset int64
	length int
	line   int
	*layout
}

type origin struct {
	folder string
	at     map[string]row
	names  []string
}

// className returns the class that a label means, and whether it is listed.
func (o *origin) className(cell string) (string, bool) {
	v, err := strconv.ParseInt(cell, 10, 64)
	if err == nil && v >= 0 && v < int64(len(o.names)) {
		return o.names[v], true
	}
	return cell, len(o.names) == 0
}

// tables lists the tables at path in the order of their names.
func tables(path string) (folder string, names []string, err error) {
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
	entries, err := os.ReadDir(folder)
	for _, e := range entries {
		switch strings.ToLower(filepath.Ext(e.Name())) {
		case ".csv", ".tsv", ".txt":
			if !e.IsDir() && !source.Ignored(e.Name()) {
				names = append(names, e.Name())
			}
		}
	}
	return folder, names, err
}

// Read reads a table, or all in a folder.
func (tableFormat) Read(ctx context.Context, path string, o source.Options) (*dataset.Dataset, error) {
	folder, names, err := tables(path)
	if err != nil {
		return nil, fmt.Errorf("cannot read the table: %w", err)
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	og := &origin{folder: folder, at: map[string]row{}}
	ds := &dataset.Dataset{Name: filepath.Base(abs), Root: folder, Source: abs, Format: Name, Origin: og, Pictures: &pictures{og}}
	b, err := source.NewBuilder(ds, o)
	if err != nil {
		return nil, err
	}
	if og.names = o.Classes; len(og.names) == 0 {
		if og.names, err = source.ClassList(folder); err != nil {
			return nil, err
		}
	}
	for _, name := range og.names {
		b.DefineClass(name)
	}
	for _, name := range names {
		if err := readTable(ctx, b, og, name); err != nil {
			return nil, err
		}
	}
	if len(ds.Images) == 0 {
		if len(ds.Problems) > 0 {
			return nil, fmt.Errorf("%s: %s", ds.Problems[0].Place, ds.Problems[0].Message)
		}
		return nil, fmt.Errorf("%s: there is no table whose rows are a label and the pixels of a square picture", source.Show(path))
	}
	b.SortClasses(len(og.names))
	return b.Done(o)
}

// lines calls visit with the lines of a file that are not blank, without their
// ends, and with the bytes that each takes.
func lines(ctx context.Context, path string, visit func(n int, offset int64, line []byte, length int) error) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	in := bufio.NewReaderSize(f, 1<<20)
	var line []byte
	offset := int64(0)
	for n := 1; ; n++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		line = line[:0]
		var err error
		for {
			var part []byte
			part, err = in.ReadSlice('\n')
			if line = append(line, part...); len(line) > maxLine {
				return fmt.Errorf("%s line %d has more than %d bytes, which is no row of pixels", source.Show(filepath.Base(path)), n, maxLine)
			}
			if !errors.Is(err, bufio.ErrBufferFull) {
				break
			}
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		if text := bytes.TrimRight(line, "\r\n"); len(bytes.TrimSpace(text)) > 0 {
			if err := visit(n, offset, text, len(line)); err != nil {
				return err
			}
		}
		offset += int64(len(line))
		if err != nil {
			return nil
		}
	}
}

func readTable(ctx context.Context, b *source.Builder, og *origin, name string) error {
	full := filepath.Join(og.folder, name)
	l, ok, err := probe(ctx, full)
	if err != nil || !ok {
		return err
	}
	split, seen, count := source.SplitOf(name), 0, 0
	var samples []byte
	return lines(ctx, full, func(n int, offset int64, line []byte, length int) error {
		if seen++; seen == 1 {
			if l.header {
				return nil
			}
			line = bytes.TrimPrefix(line, []byte("\xef\xbb\xbf"))
		}
		at := fmt.Sprintf("%s line %d", source.Show(name), n)
		if samples, err = l.samples(line, samples[:0]); err != nil {
			b.Problem("", "", 0, at, "%v; the row is left out", err)
			return nil
		}
		extension := map[int]string{1: "pgm", 3: "ppm"}[l.channels]
		im := dataset.Image{Path: fmt.Sprintf("%s/%06d.%s", name, count, extension), Split: split, Width: l.side, Height: l.side}
		count++
		image, _ := b.Image(im)
		start, end := l.cell(line)
		og.at[im.Path] = row{name, offset, length, n, l}
		text, listed := og.className(string(line[start:end]))
		class, defined := b.Class(text, !listed)
		ordinal := b.Annotate(dataset.Annotation{Image: image, Class: class})
		if !listed || !defined {
			b.Problem(dataset.UndefinedClass, im.Path, ordinal, at, "the label %q is not on the list of classes", text)
		}
		return nil
	})
}

var errEnough = errors.New("enough")

// probe reads the layout of a table.
func probe(ctx context.Context, path string) (*layout, bool, error) {
	var two [][]byte
	err := lines(ctx, path, func(_ int, _ int64, line []byte, _ int) error {
		if two = append(two, bytes.Clone(line)); len(two) == 2 {
			return errEnough
		}
		return nil
	})
	if err != nil && !errors.Is(err, errEnough) {
		return nil, false, err
	}
	two = append(two, nil, nil)
	l, ok := layoutOf(two[0], two[1])
	return &l, ok, nil
}

type pictures struct{ *origin }

// line reads the line of an image again.
func (o *origin) line(path string) (row, []byte, error) {
	at, ok := o.at[path]
	if !ok {
		return at, nil, fmt.Errorf("it is in no table; read the dataset again")
	}
	f, err := os.Open(filepath.Join(o.folder, at.file))
	if err != nil {
		return at, nil, err
	}
	defer f.Close()
	line := make([]byte, at.length)
	if n, err := f.ReadAt(line, at.offset); n < len(line) {
		return at, nil, fmt.Errorf("%s has become shorter since it was read: %w", source.Show(at.file), err)
	}
	return at, line, nil
}

// Read implements [dataset.Pictures].
func (p *pictures) Read(im *dataset.Image) ([]byte, error) {
	at, line, err := p.line(im.Path)
	if err != nil {
		return nil, err
	}
	line = bytes.TrimPrefix(bytes.TrimRight(line, "\r\n"), []byte("\xef\xbb\xbf"))
	kind := map[int]string{1: "P5", 3: "P6"}[at.channels]
	return at.samples(line, fmt.Appendf(nil, "%s\n%d %d\n255\n", kind, at.side, at.side))
}

// Stat implements [dataset.Pictures].
func (p *pictures) Stat(im *dataset.Image) (size, modTime int64, err error) {
	at, ok := p.at[im.Path]
	if !ok {
		return 0, 0, fmt.Errorf("it is in no table; read the dataset again")
	}
	info, err := os.Stat(filepath.Join(p.folder, at.file))
	if err != nil {
		return 0, 0, err
	}
	return int64(at.side * at.side * at.channels), info.ModTime().UnixNano(), nil
}
