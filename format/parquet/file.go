package parquet

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	pqformat "github.com/parquet-go/parquet-go/format"

	"github.com/errata-cv/errata/format/source"
)

const (
	magic = "PAR1"
	// maxFooter bounds the metadata of a file, maxPage a page with pictures, and
	// maxLabelPage one with labels, unpacked.
	maxFooter    = 64 << 20
	maxPage      = 1 << 30
	maxLabelPage = 128 << 20
	maxHeader    = 4 << 20
	maxRows      = 20_000_000
)

// A file is an open Parquet file.
type file struct {
	*os.File
	pq   *parquet.File
	size int64
	// footer are the metadata, which start at footerAt.
	footer   []byte
	footerAt int64
	meta     *span
}

// guard makes errors of panics in the library, which damaged files can cause.
func guard(f func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("it is damaged: %v", r)
		}
	}()
	return f()
}

// openFile opens a file and checks its metadata.
func openFile(folder, name string) (f *file, err error) {
	in, err := os.Open(filepath.Join(folder, filepath.FromSlash(name)))
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			in.Close()
		}
	}()
	info, err := in.Stat()
	if err != nil {
		return nil, err
	}
	f = &file{File: in, size: info.Size()}
	tail := make([]byte, 8)
	if f.size < 12 {
		return nil, fmt.Errorf("it is too short for a Parquet file")
	}
	if _, err := in.ReadAt(tail, f.size-8); err != nil {
		return nil, err
	}
	length := int64(binary.LittleEndian.Uint32(tail))
	if string(tail[4:]) != magic {
		return nil, fmt.Errorf("it does not end like a Parquet file; it was cut off, so copy it again")
	}
	if length > maxFooter || length > f.size-12 {
		return nil, fmt.Errorf("its metadata have %d bytes, which cannot be", length)
	}
	f.footerAt = f.size - 8 - length
	f.footer = make([]byte, length)
	if _, err := in.ReadAt(f.footer, f.footerAt); err != nil {
		return nil, err
	}
	if f.meta, err = walk(f.footer, 0, structure, 0); err != nil {
		return nil, err
	}
	err = guard(func() error {
		f.pq, err = parquet.OpenFile(in, f.size, parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true))
		return err
	})
	if err != nil {
		return nil, err
	}
	return f, f.check()
}

// check compares what the metadata say with the size of the file.
func (f *file) check() error {
	rows := int64(0)
	groups := f.pq.RowGroups()
	if len(groups) != len(f.meta.field(4).elements) {
		return errThrift
	}
	for _, g := range groups {
		n := g.NumRows()
		if rows += n; n < 0 || rows > maxRows || rows > f.size {
			return fmt.Errorf("its metadata say that it has %d rows or more, which cannot be", rows)
		}
	}
	return nil
}

// checkPages looks at the headers of the pages of a column chunk, so that none
// of them asks for more memory than it can need.
func (f *file) checkPages(group, column, limit int) error {
	groups := f.pq.Metadata().RowGroups
	if group >= len(groups) || column >= len(groups[group].Columns) {
		return errThrift
	}
	chunk := groups[group].Columns[column]
	m := &chunk.MetaData
	at := m.DataPageOffset
	if m.DictionaryPageOffset > 0 {
		at = min(at, m.DictionaryPageOffset)
	}
	end := at + m.TotalCompressedSize
	if chunk.FilePath != "" {
		return fmt.Errorf("a column of it lies in another file, which is not read")
	}
	if at < 0 || end < at || end > f.size {
		return fmt.Errorf("its metadata place a column outside of the file; it was cut off, so copy it again")
	}
	for at < end {
		h, n, err := f.pageHeader(at, end)
		if err != nil {
			return err
		}
		values := h.DataPageHeader.V.NumValues
		if h.DataPageHeaderV2.Valid {
			values = h.DataPageHeaderV2.V.NumValues
		}
		if h.CompressedPageSize < 0 || int64(h.CompressedPageSize) > end-at-n || h.UncompressedPageSize < 0 || int(h.UncompressedPageSize) > limit || values < 0 || values > maxRows {
			return fmt.Errorf("the page of a column at byte %d has a size that cannot be", at)
		}
		levels := int64(0) // in front of what is compressed
		if v2 := h.DataPageHeaderV2; v2.Valid {
			levels = int64(v2.V.RepetitionLevelsByteLength) + int64(v2.V.DefinitionLevelsByteLength)
			if v2.V.IsCompressed.Valid && !v2.V.IsCompressed.V {
				levels = int64(h.CompressedPageSize)
			}
		}
		if levels < 0 || levels > int64(h.CompressedPageSize) {
			return errThrift
		}
		if err := checkPacked(m.Codec, io.NewSectionReader(f.File, at+n+levels, int64(h.CompressedPageSize)-levels), limit); err != nil {
			return err
		}
		at += n + int64(h.CompressedPageSize)
	}
	return nil
}

// pageHeader reads the header of a page and returns its length.
func (f *file) pageHeader(at, end int64) (*pqformat.PageHeader, int64, error) {
	for window := int64(512); ; window *= 8 {
		data := make([]byte, min(window, end-at))
		if n, err := f.File.ReadAt(data, at); n < len(data) {
			return nil, 0, err
		}
		s, err := walk(data, 0, structure, 0)
		if err != nil {
			if window >= maxHeader || window >= end-at {
				return nil, 0, err
			}
			continue
		}
		var h pqformat.PageHeader
		err = guard(func() error { return thrift.Unmarshal(&thrift.CompactProtocol{}, data[:s.end], &h) })
		return &h, int64(s.end), err
	}
}

// cells are the values of a leaf column in a row group, with their levels.
type cells struct {
	values []parquet.Value
	// first is where each row starts in values, and behind the last one.
	first []int
}

// row returns the cells of a row.
func (c *cells) row(i int) []parquet.Value { return c.values[c.first[i]:c.first[i+1]] }

func (c *cells) rows() int { return len(c.first) - 1 }

// read reads a leaf column of a row group.
func (f *file) read(group int, l *leaf, limit int) (*cells, error) {
	if err := f.checkPages(group, l.index, limit); err != nil {
		return nil, err
	}
	c := &cells{}
	err := guard(func() error {
		pages := f.pq.RowGroups()[group].ColumnChunks()[l.index].Pages()
		defer pages.Close()
		for {
			page, err := pages.ReadPage()
			if errors.Is(err, io.EOF) {
				return nil
			}
			if err != nil {
				return err
			}
			err = eachValue(page, func(v parquet.Value) error {
				if v.RepetitionLevel() == 0 {
					c.first = append(c.first, len(c.values))
				} else if len(c.first) == 0 {
					return errThrift
				}
				c.values = append(c.values, v.Clone())
				return nil
			})
			parquet.Release(page)
			if err != nil {
				return err
			}
		}
	})
	c.first = append(c.first, len(c.values))
	if err == nil && int64(c.rows()) != f.pq.RowGroups()[group].NumRows() {
		err = fmt.Errorf("the column %s has %d rows where its metadata say %d", source.Show(l.name()), c.rows(), f.pq.RowGroups()[group].NumRows())
	}
	return c, err
}

// eachValue calls visit with the values of a page, which are valid during the
// call.
func eachValue(page parquet.Page, visit func(parquet.Value) error) error {
	in := page.Values()
	buf := make([]parquet.Value, 256)
	for {
		n, err := in.ReadValues(buf)
		for _, v := range buf[:n] {
			if err := visit(v); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) || err == nil && n == 0 {
			return nil
		}
		if err != nil {
			return err
		}
	}
}
