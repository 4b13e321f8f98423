// Package linetext reads text files that hold one record a line and changes
// single fields and lines of them.
//
// A [File] is such a file in memory. Lines end in "\n", "\r\n" or a lone "\r", as
// text files of Python do; the last one may lack its end. Fields know where they lie, so that an [Editor]
// replaces their bytes and no others: blanks between and behind them, a byte
// order mark and the ends of lines stay. New lines end as the others of the
// file do, and a file without a final line end stays without one:
//
//	f, err := linetext.Read("labels/a.txt")
//	e := linetext.NewEditor(f)
//	for _, l := range f.Lines {
//		if fields := l.Fields(); len(fields) > 0 && fields[0].Text == "7" {
//			e.Replace(fields[0], "8")
//		}
//	}
//	e.Append("8 0.5 0.5 0.1 0.1")
//	edits := e.Edits()
package linetext

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/errata-cv/errata/format/source"
)

// MaxBytes bounds the files that are read.
const MaxBytes = 256 << 20

// A File is a text file as its lines.
type File struct {
	Lines []Line
	data  []byte
}

// A Line is one line of a file.
type Line struct {
	// Number counts from 1.
	Number int
	// Offset is where it starts, in bytes from the start of the file; the first
	// line starts behind a byte order mark.
	Offset int64
	// Text is the line without its end, and End what ends it: "\n", "\r\n", "\r"
	// or, of the last line, nothing.
	Text, End string
}

// A Field is a part of a line.
type Field struct {
	Offset int64
	Text   string
}

// End is the offset behind the field.
func (f Field) End() int64 { return f.Offset + int64(len(f.Text)) }

// Read returns the lines of a file of at most [MaxBytes].
func Read(path string) (*File, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is no regular file", source.Show(path))
	}
	data, err := io.ReadAll(io.LimitReader(f, MaxBytes+1))
	if err != nil {
		return nil, err
	}
	if len(data) > MaxBytes {
		return nil, fmt.Errorf("%s is larger than %d MiB, which no file of lines should be", source.Show(path), MaxBytes>>20)
	}
	return Parse(data), nil
}

// ReadAgain returns the lines of a file of base that is about to be corrected; of
// one that is still to be made, whose name is empty, there are none.
func ReadAgain(base, name string) (*File, error) {
	if name == "" {
		return Parse(nil), nil
	}
	f, err := Read(filepath.Join(base, filepath.FromSlash(name)))
	if err != nil {
		return nil, fmt.Errorf("cannot read %s again: %w", source.Show(name), err)
	}
	return f, nil
}

// Parse returns the lines of a file, which must not change afterwards.
func Parse(data []byte) *File {
	f := &File{data: data}
	rest := bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	at := int64(len(data) - len(rest))
	text := string(rest)
	for n := 1; text != ""; n++ {
		l := Line{Number: n, Offset: at, Text: text}
		if i := strings.IndexAny(text, "\r\n"); i >= 0 {
			l.Text, l.End = text[:i], text[i:i+1]
			if strings.HasPrefix(text[i:], "\r\n") {
				l.End = text[i : i+2]
			}
		}
		f.Lines = append(f.Lines, l)
		at = l.Next()
		text = text[len(l.Text)+len(l.End):]
	}
	return f
}

// Next is the offset of the line behind it.
func (l Line) Next() int64 { return l.Offset + int64(len(l.Text)+len(l.End)) }

// Blank reports whether there is nothing but blanks on the line.
func (l Line) Blank() bool { return strings.Trim(l.Text, blanks) == "" }

// Trimmed is the line without the blanks around it.
func (l Line) Trimmed() Field { return trim(Field{l.Offset, l.Text}) }

const blanks = " \t\v\f"

// Fields are the parts between blanks.
func (l Line) Fields() []Field {
	var out []Field
	for i := 0; i < len(l.Text); {
		if strings.IndexByte(blanks, l.Text[i]) >= 0 {
			i++
			continue
		}
		n := strings.IndexAny(l.Text[i:], blanks)
		if n < 0 {
			n = len(l.Text) - i
		}
		out = append(out, Field{l.Offset + int64(i), l.Text[i : i+n]})
		i += n
	}
	return out
}

// FieldsBy are the parts between separators, without the blanks around them.
// A blank line has none.
func (l Line) FieldsBy(separator byte) []Field {
	if l.Blank() {
		return nil
	}
	var out []Field
	at := 0
	for {
		n := strings.IndexByte(l.Text[at:], separator)
		if n < 0 {
			return append(out, trim(Field{l.Offset + int64(at), l.Text[at:]}))
		}
		out = append(out, trim(Field{l.Offset + int64(at), l.Text[at : at+n]}))
		at += n + 1
	}
}

func trim(f Field) Field {
	left := strings.TrimLeft(f.Text, blanks)
	f.Offset += int64(len(f.Text) - len(left))
	f.Text = strings.TrimRight(left, blanks)
	return f
}
