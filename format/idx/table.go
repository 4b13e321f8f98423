package idx

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"

	"github.com/errata-cv/errata/format/source"
)

// A table is the head of an IDX file.
type table struct {
	name  string // relative to the folder
	width int    // bytes of a value
	// signed tells that values may be below zero.
	signed bool
	dims   []int
	packed bool  // compressed with gzip
	size   int64 // of all bytes, unpacked
	there  int   // rows that the file really holds
}

const (
	maxDims = 4
	// maxRows bounds the pictures of one file.
	maxRows = 20_000_000
	// maxUnpacked bounds the bytes of a compressed file.
	maxUnpacked = 4 << 30
)

// head returns the number of bytes before the values.
func (t *table) head() int64 { return int64(4 + 4*len(t.dims)) }

// row returns the bytes of one picture or label.
func (t *table) row() int64 {
	n := int64(t.width)
	for _, d := range t.dims[1:] {
		n *= int64(d)
	}
	return n
}

// parseHead reads the head of an IDX file.
func parseHead(head []byte) (*table, error) {
	if len(head) < 4 || head[0] != 0 || head[1] != 0 {
		return nil, fmt.Errorf("it does not start with the two zero bytes of an IDX file")
	}
	t := &table{}
	switch head[2] {
	case 0x08:
		t.width = 1
	case 0x09:
		t.width, t.signed = 1, true
	case 0x0b:
		t.width, t.signed = 2, true
	case 0x0c:
		t.width, t.signed = 4, true
	default:
		return nil, fmt.Errorf("its values are of the type 0x%02x; bytes and whole numbers of 2 or 4 bytes are read", head[2])
	}
	dims := int(head[3])
	if dims < 1 || dims > maxDims {
		return nil, fmt.Errorf("it has %d dimensions; 1 to %d are read", dims, maxDims)
	}
	if len(head) < 4+4*dims {
		return nil, fmt.Errorf("it ends within its head")
	}
	product := int64(t.width)
	for i := range dims {
		d := int64(binary.BigEndian.Uint32(head[4+4*i:]))
		if i > 0 {
			if product *= d; d < 1 || d > 1<<20 || product > source.MaxRaster {
				return nil, fmt.Errorf("dimension %d has the length %d, which is no size of a picture", i+1, d)
			}
		}
		t.dims = append(t.dims, int(d))
	}
	return t, nil
}

// openTable reads the head of a file and its size.
func openTable(folder, name string) (*table, error) {
	f, err := os.Open(filepath.Join(folder, name))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	in := io.Reader(f)
	packed := isPacked(name)
	if packed {
		if in, err = gzip.NewReader(f); err != nil {
			return nil, fmt.Errorf("it is named as a gzip file and is none")
		}
	}
	head := make([]byte, 4+4*maxDims)
	n, err := io.ReadFull(in, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, err
	}
	t, err := parseHead(head[:n])
	if err != nil {
		return nil, err
	}
	t.name, t.packed = name, packed
	if !packed {
		info, err := f.Stat()
		if err != nil {
			return nil, err
		}
		t.size = info.Size()
		return t, nil
	}
	rest, err := io.Copy(io.Discard, io.LimitReader(in, maxUnpacked))
	if rest == maxUnpacked {
		return nil, fmt.Errorf("it has more than %d bytes when unpacked; unpack it with gunzip first", int64(maxUnpacked))
	}
	t.size = int64(n) + rest
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = nil // cut off: what is there counts
	}
	return t, err
}

func isPacked(name string) bool { return strings.EqualFold(filepath.Ext(name), ".gz") }

// open opens the values for reading at any place. A compressed file is unpacked
// into memory, once.
func (t *table) open(folder string) func() (source.ReadAtCloser, error) {
	full := filepath.Join(folder, t.name)
	if !t.packed {
		return func() (source.ReadAtCloser, error) { return os.Open(full) }
	}
	unpacked := sync.OnceValues(func() ([]byte, error) { return unpack(full) })
	return func() (source.ReadAtCloser, error) {
		data, err := unpacked()
		return inMemory{bytes.NewReader(data)}, err
	}
}

type inMemory struct{ *bytes.Reader }

func (inMemory) Close() error { return nil }

func unpack(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	in, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(in, maxUnpacked))
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = nil
	}
	return data, err
}

// rows returns how many rows the file really holds, and a clause when its head
// says otherwise.
func (t *table) rows() (n int, wrong string) {
	there := max(0, t.size-t.head()) / t.row()
	said := int64(t.dims[0])
	switch {
	case there < said:
		wrong = fmt.Sprintf("its head says that it has %d rows and the file ends after %d; it was cut off, so copy it again", said, there)
	case t.head()+said*t.row() < t.size:
		wrong = fmt.Sprintf("it goes on for %d bytes after the %d rows that its head says", t.size-t.head()-said*t.row(), said)
	}
	n = int(min(there, said))
	if n > maxRows {
		n, wrong = maxRows, fmt.Sprintf("it has more than %d rows; only those are read", maxRows)
	}
	t.there = n
	return n, wrong
}

// value reads a label.
func (t *table) value(b []byte) int64 {
	switch {
	case t.width == 1 && !t.signed:
		return int64(b[0])
	case t.width == 1:
		return int64(int8(b[0]))
	case t.width == 2:
		return int64(int16(binary.BigEndian.Uint16(b)))
	}
	return int64(int32(binary.BigEndian.Uint32(b)))
}

// spell writes a label; ok is false when it does not fit.
func (t *table) spell(v int64) (b []byte, ok bool) {
	b = make([]byte, t.width)
	for i := range b {
		b[len(b)-1-i] = byte(v >> (8 * i))
	}
	return b, t.value(b) == v
}

// A pair are the pictures of a split with their labels; one of them may be "".
type pair struct{ images, labels string }

var imagesName = regexp.MustCompile(`(?i)^(.*)images([-._]?)idx[34]([-._]?ubyte)?(\.gz)?$`)
var labelsName = regexp.MustCompile(`(?i)^(.*)labels([-._]?)idx1([-._]?(ubyte|int|short))?(\.gz)?$`)

// pairs finds the pairs among sorted names of files, in their order.
func pairs(names []string) []pair {
	key := func(re *regexp.Regexp, name string) (string, bool) {
		m := re.FindStringSubmatch(name)
		if m == nil {
			return "", false
		}
		return strings.ToLower(m[1]), true
	}
	var out []pair
	at := map[string]int{}
	put := func(k, name string, slot func(*pair) *string) {
		i, ok := at[k]
		if !ok {
			i = len(out)
			at[k] = i
			out = append(out, pair{})
		}
		if p := slot(&out[i]); *p == "" || isPacked(*p) {
			*p = name
		}
	}
	for _, name := range names {
		if k, ok := key(imagesName, name); ok {
			put(k, name, func(p *pair) *string { return &p.images })
		} else if k, ok := key(labelsName, name); ok {
			put(k, name, func(p *pair) *string { return &p.labels })
		}
	}
	return out
}
