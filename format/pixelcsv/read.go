// Package pixelcsv reads tables in which a row is a picture: its label and then
// its pixels, as MNIST, Fashion-MNIST and Sign-Language MNIST are passed on.
//
//	ds, err := pixelcsv.Format.Read(ctx, "mnist_train.csv", source.Options{})
//
// # Layout
//
//	label,pixel0,pixel1,…,pixel783
//	5,0,0,…,0
//
// The first row may be a header; without one the label is the first cell. With
// one it is the column label, class, target or y. All other cells are pixels from
// 0 to 255, row by row, of a square picture: 64, 784, 1024 or another square of
// them, or three times that with the colours of each pixel behind each other.
// Cells are separated by commas, semicolons or tabs and not quoted.
//
// # Conventions
//
// A picture is called by its table and its number from 0, "mnist_train.csv/000017.pgm",
// and is given as a PGM or PPM file. When one is dropped, those behind it count
// one less. The words train, test and the like in the names of tables are the
// splits. A class is named by the number in the cell, or by that line of
// classes.txt from 0. A row with another number of cells is reported and left out.
//
// # Corrections
//
// A new class replaces the cell of the label; dropping an image removes its line.
// Each picture has exactly one label.
package pixelcsv

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
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

const (
	// minPixels is the smallest picture, so that tables of other numbers are not
	// taken for pictures.
	minPixels = 64
	maxPixels = 1 << 22
	maxLine   = 64 << 20
)

// A layout says what the cells of a row are.
type layout struct {
	delimiter      byte
	cells, label   int
	side, channels int
	header         bool
}

// sideOf returns the side and the channels of a picture with so many samples.
func sideOf(samples int) (side, channels int, ok bool) {
	for _, channels := range []int{1, 3} {
		side := int(math.Round(math.Sqrt(float64(samples) / float64(channels))))
		if samples >= minPixels && samples <= maxPixels && side*side*channels == samples {
			return side, channels, true
		}
	}
	return 0, 0, false
}

// layoutOf reads the first lines of a table; ok is false when it is none of
// pictures.
func layoutOf(first, second []byte) (l layout, ok bool) {
	first = bytes.TrimPrefix(first, []byte("\xef\xbb\xbf"))
	for _, d := range []byte(",;\t") {
		l.delimiter = d
		l.cells = bytes.Count(first, []byte{d}) + 1
		if l.side, l.channels, ok = sideOf(l.cells - 1); ok {
			break
		}
	}
	if !ok {
		return l, false
	}
	if _, err := l.samples(first, nil); err == nil {
		return l, true
	}
	l.header = true
	names := strings.Split(string(first), string(l.delimiter))
	l.label = slices.IndexFunc(names, func(n string) bool {
		switch strings.ToLower(strings.Trim(strings.TrimSpace(n), `"`)) {
		case "label", "labels", "class", "target", "y":
			return true
		}
		return false
	})
	if l.label < 0 {
		return l, false
	}
	_, err := l.samples(second, nil)
	return l, err == nil || len(second) == 0
}

// samples appends the pixels of a line to out.
func (l *layout) samples(line, out []byte) ([]byte, error) {
	for i, rest := 0, line; ; i++ {
		cell, tail, more := bytes.Cut(rest, []byte{l.delimiter})
		cell = bytes.TrimSpace(cell)
		if i != l.label {
			v, err := strconv.ParseFloat(string(cell), 64)
			if err != nil || v != math.Trunc(v) || v < 0 || v > 255 {
				return out, fmt.Errorf("cell %d is %.20q and no pixel from 0 to 255", i+1, cell)
			}
			out = append(out, byte(v))
		} else if !isNumber(cell) {
			return out, fmt.Errorf("the label %.20q is no whole number", cell)
		}
		if !more {
			if i+1 != l.cells {
				return out, fmt.Errorf("the row has %d cells and the first one %d", i+1, l.cells)
			}
			return out, nil
		}
		rest = tail
	}
}

func isNumber(cell []byte) bool {
	_, err := strconv.ParseInt(string(cell), 10, 64)
	return err == nil
}

// cell returns the bounds of the label in a line, without blanks.
func (l *layout) cell(line []byte) (start, end int) {
	for range l.label {
		start += bytes.IndexByte(line[start:], l.delimiter) + 1
	}
	end = len(line)
	if i := bytes.IndexByte(line[start:], l.delimiter); i >= 0 {
		end = start + i
	}
	for start < end && line[start] <= ' ' {
		start++
	}
	for end > start && line[end-1] <= ' ' {
		end--
	}
	return start, end
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
