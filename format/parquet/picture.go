package parquet

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"

	"github.com/parquet-go/parquet-go"

	"github.com/errata-cv/errata/dataset"
)

const (
	// maxKept bounds the bytes of the pictures that are kept, maxCursors the
	// files that are kept open.
	maxKept    = 64 << 20
	maxCursors = 4
	// maxPictures bounds those of one page, which may repeat them.
	maxPictures = 512 << 20
)

// A groupOf names a row group of a file.
type groupOf struct {
	file  string
	group int
}

// pictures are the cells of the columns of pictures. The pages read last are
// kept, and so are the places up to which row groups were read, because pictures
// are mostly asked for in their order.
type pictures struct {
	origin *origin

	mu      sync.Mutex
	kept    []*page // the oldest first
	bytes   int
	cursors []*cursor
}

// A page are the pictures of rows that follow each other.
type page struct {
	of    groupOf
	first int
	data  [][]byte
	bytes int
}

// A cursor is a row group that is being read.
type cursor struct {
	of    groupOf
	file  *file
	pages parquet.Pages
	next  int
}

func (c *cursor) close() {
	_ = guard(c.pages.Close) // nothing was written
	c.file.Close()
}

func newPictures(o *origin) *pictures { return &pictures{origin: o} }

// Stat implements [dataset.Pictures]. The size is the mean of the row group: the
// sizes of single pictures are known only by reading them.
func (p *pictures) Stat(im *dataset.Image) (bytes, modTime int64, err error) {
	at, ok := p.origin.at[im.Path]
	if !ok {
		return 0, 0, errGone
	}
	info, err := os.Stat(filepath.Join(p.origin.folder, filepath.FromSlash(at.file)))
	if err != nil {
		return 0, 0, err
	}
	return at.size, info.ModTime().UnixNano(), nil
}

var errGone = errors.New("it is in no Parquet file; read the dataset again")

// Read implements [dataset.Pictures].
func (p *pictures) Read(im *dataset.Image) ([]byte, error) {
	at, ok := p.origin.at[im.Path]
	if !ok {
		return nil, errGone
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	of := groupOf{at.file, at.group}
	for _, k := range p.kept {
		if k.of == of && at.row >= k.first && at.row < k.first+len(k.data) {
			return k.picture(at.row)
		}
	}
	var out []byte
	err := guard(func() error {
		c, err := p.cursor(of, at.row)
		if err != nil {
			return err
		}
		for c.next <= at.row {
			k, err := c.read()
			if err != nil {
				p.drop(c)
				return err
			}
			p.keep(k)
			if at.row < c.next {
				out, err = k.picture(at.row)
				return err
			}
		}
		return fmt.Errorf("the row %d cannot be found", at.row)
	})
	return out, err
}

func (k *page) picture(row int) ([]byte, error) {
	data := k.data[row-k.first]
	if data == nil {
		return nil, fmt.Errorf("the row has no bytes of a picture")
	}
	return data, nil
}

// cursor returns one that has not passed the row.
func (p *pictures) cursor(of groupOf, row int) (*cursor, error) {
	for _, c := range p.cursors {
		if c.of == of && c.next <= row {
			return c, nil
		}
	}
	f, err := openFile(p.origin.folder, of.file)
	if err != nil {
		return nil, err
	}
	c, err := open(f, of, row)
	if err != nil {
		f.Close()
		return nil, err
	}
	if len(p.cursors) >= maxCursors {
		p.drop(p.cursors[0])
	}
	p.cursors = append(p.cursors, c)
	return c, nil
}

func (p *pictures) drop(c *cursor) {
	for i, other := range p.cursors {
		if other == c {
			p.cursors = append(p.cursors[:i:i], p.cursors[i+1:]...)
			break
		}
	}
	c.close()
}

func open(f *file, of groupOf, row int) (*cursor, error) {
	columns, err := f.columns("")
	if err != nil {
		return nil, err
	}
	if columns.picture == nil || of.group >= len(f.pq.RowGroups()) {
		return nil, errGone
	}
	if err := f.checkPages(of.group, columns.picture.index, maxPage); err != nil {
		return nil, err
	}
	chunk := f.pq.RowGroups()[of.group].ColumnChunks()[columns.picture.index]
	c := &cursor{of: of, file: f, pages: chunk.Pages()}
	if index, err := chunk.OffsetIndex(); err == nil && index != nil && index.NumPages() > 0 && row > 0 {
		// With an index the page of the row is found at once.
		if err := c.pages.SeekToRow(int64(row)); err != nil {
			c.pages.Close()
			return nil, err
		}
		c.next = row
	}
	return c, nil
}

// read reads the next page.
func (c *cursor) read() (*page, error) {
	in, err := c.pages.ReadPage()
	if errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("the row group ends after %d pictures; it was cut off, so copy the file again", c.next)
	}
	if err != nil {
		return nil, err
	}
	defer parquet.Release(in)
	k := &page{of: c.of, first: c.next}
	err = eachValue(in, func(v parquet.Value) error {
		var data []byte
		if !v.IsNull() {
			data = append(make([]byte, 0, len(v.ByteArray())), v.ByteArray()...)
		}
		if k.bytes += len(data); k.bytes > maxPictures {
			return fmt.Errorf("the pictures of a page are too large")
		}
		k.data = append(k.data, data)
		return nil
	})
	c.next += len(k.data)
	return k, err
}

// keep keeps a page and lets old ones go.
func (p *pictures) keep(k *page) {
	p.kept = append(p.kept, k)
	p.bytes += k.bytes
	for len(p.kept) > 1 && (p.bytes > maxKept || len(p.kept) > 256) {
		p.bytes -= p.kept[0].bytes
		p.kept = p.kept[1:]
	}
}
