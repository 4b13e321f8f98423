package npy

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/errata-cv/errata/format/source"
)

// An array is the head of a .npy file.
type array struct {
	name string // relative to the folder, "x.npz/y.npy" in an archive
	open func() (source.ReadAtCloser, error)
	// inside tells that it lies in an archive.
	inside bool
	shape  []int
	kind   byte // b, i, u, f, U or S
	size   int  // bytes of an element
	order  binary.ByteOrder
	// fortran tells that the first index runs fastest.
	fortran bool
	dataAt  int64
	// shapeAt and shapeEnd bound the text of the shape in head.
	head              []byte
	shapeAt, shapeEnd int
}

const (
	magic    = "\x93NUMPY"
	maxHead  = 64 << 10
	maxRows  = 20_000_000
	maxText  = 4096
	maxWide  = 1 << 20
	maxBytes = 4 << 30
)

var (
	descrIn   = regexp.MustCompile(`['"]descr['"]\s*:\s*['"]([<>|=]?)([biufUS])([0-9]{1,4})['"]`)
	fortranIn = regexp.MustCompile(`['"]fortran_order['"]\s*:\s*(True|False)`)
	shapeIn   = regexp.MustCompile(`['"]shape['"]\s*:\s*\(([0-9, L]*)\)`)
)

// readHead reads the head of an array; size is that of the file.
func (a *array) readHead(in io.ReaderAt, size int64) error {
	start := make([]byte, 12)
	n, err := in.ReadAt(start, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if n < len(start) || string(start[:len(magic)]) != magic {
		return fmt.Errorf("it is no .npy file; save the array with numpy.save")
	}
	at, length := int64(10), int64(binary.LittleEndian.Uint16(start[8:]))
	switch start[6] {
	case 1:
	case 2, 3:
		at, length = 12, int64(binary.LittleEndian.Uint32(start[8:]))
	default:
		return fmt.Errorf("version %d of the .npy format is unknown; save the array with numpy.save", start[6])
	}
	a.dataAt = at + length
	if length > maxHead || a.dataAt > size {
		return fmt.Errorf("its head is cut off")
	}
	a.head = make([]byte, a.dataAt)
	if n, err := in.ReadAt(a.head, 0); int64(n) < a.dataAt {
		return fmt.Errorf("its head cannot be read: %w", err)
	}
	d, f, s := descrIn.FindSubmatch(a.head), fortranIn.FindSubmatch(a.head), shapeIn.FindSubmatchIndex(a.head)
	if d == nil {
		return fmt.Errorf("its element type is not read; save the array with .astype('<i8')")
	}
	if f == nil || s == nil {
		return fmt.Errorf("its head lacks the order or the shape")
	}
	a.order, a.kind, a.fortran = binary.LittleEndian, d[2][0], string(f[1]) == "True"
	if string(d[1]) == ">" {
		a.order = binary.BigEndian
	}
	if a.size, err = strconv.Atoi(string(d[3])); err != nil || !a.known() {
		return fmt.Errorf("its element type %s is not read; save the array with .astype('<i8')", d[0])
	}
	if a.kind == 'U' {
		a.size *= 4
	}
	return a.readShape(s, size)
}

func (a *array) known() bool {
	switch a.kind {
	case 'b':
		return a.size == 1
	case 'i', 'u':
		return a.size == 1 || a.size == 2 || a.size == 4 || a.size == 8
	case 'f':
		return a.size == 4 || a.size == 8
	}
	return a.size > 0 && a.size <= maxText
}

func (a *array) readShape(s []int, size int64) error {
	a.shapeAt, a.shapeEnd = s[2], s[3]
	need := int64(a.size)
	for _, word := range strings.Split(string(a.head[s[2]:s[3]]), ",") {
		word = strings.TrimSuffix(strings.TrimSpace(word), "L") // as Python 2 wrote it
		if word == "" {
			continue
		}
		d, err := strconv.Atoi(word)
		if err != nil || d < 0 || d > 0 && need > math.MaxInt64/int64(d) {
			return fmt.Errorf("its shape (%s) is none", a.head[s[2]:s[3]])
		}
		need *= int64(d)
		a.shape = append(a.shape, d)
	}
	if len(a.shape) == 0 || len(a.shape) > 4 {
		return fmt.Errorf("it has %d dimensions; 1 to 4 are read", len(a.shape))
	}
	if need > size-a.dataAt {
		return fmt.Errorf("its shape %v needs %d bytes and %d are there; it was cut off, so save it again", a.shape, need, size-a.dataAt)
	}
	for _, d := range a.shape[1:] {
		if d < 1 || d > maxWide {
			return fmt.Errorf("its shape is %v, and no dimension but the first may be 0 or above %d", a.shape, maxWide)
		}
	}
	if a.shape[0] > maxRows {
		return fmt.Errorf("it has more than %d rows", maxRows)
	}
	return nil
}

// row returns the bytes of one row.
func (a *array) row() int64 {
	n := int64(a.size)
	for _, d := range a.shape[1:] {
		n *= int64(d)
	}
	return n
}

// columns returns the number of elements in a row.
func (a *array) columns() int { return int(a.row()) / a.size }

// at returns the offset of an element in the file.
func (a *array) at(row, column int) int64 {
	i := int64(row)*int64(a.columns()) + int64(column)
	if a.fortran {
		i = int64(column)*int64(a.shape[0]) + int64(row)
	}
	return a.dataAt + i*int64(a.size)
}

// number reads an element.
func (a *array) number(b []byte) float64 {
	var bits uint64
	switch a.size {
	case 1:
		bits = uint64(b[0])
	case 2:
		bits = uint64(a.order.Uint16(b))
	case 4:
		bits = uint64(a.order.Uint32(b))
	case 8:
		bits = a.order.Uint64(b)
	}
	switch {
	case a.kind == 'f' && a.size == 4:
		return float64(math.Float32frombits(uint32(bits)))
	case a.kind == 'f':
		return math.Float64frombits(bits)
	case a.kind == 'i':
		shift := 64 - 8*a.size
		return float64(int64(bits<<shift) >> shift)
	case a.kind == 'b':
		return map[bool]float64{true: 1}[bits != 0]
	}
	return float64(bits)
}

// isText tells whether elements are texts.
func (a *array) isText() bool { return a.kind == 'U' || a.kind == 'S' }

// text reads an element as text; ok is false when it is not UTF-8 or UTF-32.
func (a *array) text(b []byte) (s string, ok bool) {
	if a.kind == 'S' {
		s = string(bytes.TrimRight(b, "\x00"))
		return s, utf8.ValidString(s)
	}
	var out []rune
	for ; len(b) > 0; b = b[4:] {
		r := a.order.Uint32(b)
		if r > utf8.MaxRune || !utf8.ValidRune(rune(r)) {
			return "", false
		}
		out = append(out, rune(r))
	}
	return strings.TrimRight(string(out), "\x00"), true
}

// spell writes an element; ok is false when it does not fit.
func (a *array) spell(v float64, text string) (b []byte, ok bool) {
	b = make([]byte, a.size)
	switch a.kind {
	case 'S':
		return b, copy(b, text) == len(text)
	case 'U':
		for i, r := range []rune(text) {
			if 4*i >= len(b) {
				return nil, false
			}
			a.order.PutUint32(b[4*i:], uint32(r))
		}
		return b, true
	}
	bits := uint64(int64(v))
	if a.kind == 'f' {
		bits = math.Float64bits(v)
		if a.size == 4 {
			bits = uint64(math.Float32bits(float32(v)))
		}
	}
	switch a.size {
	case 1:
		b[0] = byte(bits)
	case 2:
		a.order.PutUint16(b, uint16(bits))
	case 4:
		a.order.PutUint32(b, uint32(bits))
	case 8:
		a.order.PutUint64(b, bits)
	}
	return b, a.number(b) == v
}

// openFile reads the head of an array that is a file.
func openFile(folder, name string) (*array, error) {
	full := filepath.Join(folder, filepath.FromSlash(name))
	f, err := os.Open(full)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	a := &array{name: name, open: func() (source.ReadAtCloser, error) { return os.Open(full) }}
	return a, a.readHead(f, info.Size())
}

// each calls visit with every row of numbers or texts, as the bytes of its
// elements. Rows of arrays in Fortran order are gathered from all columns.
func (a *array) each(n int, visit func(row int, elements []byte)) error {
	f, err := a.open()
	if err != nil {
		return err
	}
	defer f.Close()
	row := int(a.row())
	if a.fortran && a.columns() > 1 {
		all := make([]byte, int64(a.shape[0])*a.row())
		if _, err := f.ReadAt(all, a.dataAt); err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		out := make([]byte, row)
		for i := range n {
			for c := range a.columns() {
				from := (c*a.shape[0] + i) * a.size
				copy(out[c*a.size:], all[from:from+a.size])
			}
			visit(i, out)
		}
		return nil
	}
	step := max(1, (1<<20)/row)
	buf := make([]byte, step*row)
	for i := 0; i < n; i += step {
		k := min(step, n-i)
		if got, err := f.ReadAt(buf[:k*row], a.dataAt+int64(i)*int64(row)); got < k*row {
			return fmt.Errorf("%s has become shorter while it was read: %w", source.Show(a.name), err)
		}
		for j := range k {
			visit(i+j, buf[j*row:(j+1)*row])
		}
	}
	return nil
}
