package matrix

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"unsafe"
)

// WriteNPY writes data in the given shape as a .npy file of version 1. data is
// a slice of float32, float64, bool or an integer type of 8 to 64 bits, in
// row-major order.
func WriteNPY(w io.Writer, shape []int, data any) error {
	descr, length, ok := describe(data)
	if !ok {
		return fmt.Errorf("write array: a slice of numbers is needed, not %T", data)
	}
	count := 1
	for _, d := range shape {
		count *= d
	}
	if count != length {
		return fmt.Errorf("write array: %d values do not fill shape %v", length, shape)
	}
	b := bufio.NewWriterSize(w, 1<<16)
	if _, err := b.WriteString(npyPrelude(descr, shape, 0)); err != nil {
		return fmt.Errorf("write array: %w", err)
	}
	if err := writeValues(b, data); err != nil {
		return fmt.Errorf("write array: %w", err)
	}
	if err := b.Flush(); err != nil {
		return fmt.Errorf("write array: %w", err)
	}
	return nil
}

func describe(data any) (descr string, length int, ok bool) {
	switch d := data.(type) {
	case []float32:
		return "<f4", len(d), true
	case []float64:
		return "<f8", len(d), true
	case []int8:
		return "|i1", len(d), true
	case []int16:
		return "<i2", len(d), true
	case []int32:
		return "<i4", len(d), true
	case []int64:
		return "<i8", len(d), true
	case []uint8:
		return "|u1", len(d), true
	case []uint16:
		return "<u2", len(d), true
	case []uint32:
		return "<u4", len(d), true
	case []uint64:
		return "<u8", len(d), true
	case []bool:
		return "|b1", len(d), true
	}
	return "", 0, false
}

// npyPrelude returns everything before the values, padded with spaces to a
// multiple of 64 bytes and to at least size.
func npyPrelude(descr string, shape []int, size int) string {
	var s strings.Builder
	for _, d := range shape {
		fmt.Fprintf(&s, "%d, ", d)
	}
	tuple := strings.TrimSuffix(s.String(), " ")
	if len(shape) > 1 {
		tuple = strings.TrimSuffix(tuple, ",")
	}
	text := fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': (%s), }", descr, tuple)
	total := max(roundUp(10+len(text)+1, 64), size)
	text += strings.Repeat(" ", total-10-len(text)-1) + "\n"
	return npyMagic + "\x01\x00" + string([]byte{byte(len(text)), byte(len(text) >> 8)}) + text
}

func writeValues(w io.Writer, data any) error {
	if values, ok := data.([]float32); ok && littleEndian {
		if len(values) == 0 {
			return nil
		}
		_, err := w.Write(unsafe.Slice((*byte)(unsafe.Pointer(&values[0])), 4*len(values)))
		return err
	}
	return binary.Write(w, binary.LittleEndian, data)
}

// Writer writes a float32 .npy file row by row. The file appears under its name
// when Close succeeds, complete and flushed to disk, and not before.
type Writer struct {
	path string
	file *os.File
	out  *bufio.Writer
	cols int
	rows int
	err  error
}

// The rows are counted in a header of fixed size, written again by Close.
const writerPrelude = 128

// CreateNPY starts a file of rows of cols values beside path. The caller ends it
// with Close, or with Abort to leave path as it was.
func CreateNPY(path string, cols int) (*Writer, error) {
	// os.CreateTemp would make the file private to its owner for ever.
	temp := fmt.Sprintf(".%s.%016x.tmp", filepath.Base(path), rand.Uint64())
	file, err := os.OpenFile(filepath.Join(filepath.Dir(path), temp), os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return nil, fmt.Errorf("create array: %w", err)
	}
	w := &Writer{path: path, file: file, out: bufio.NewWriterSize(file, 1<<18), cols: cols}
	if _, err := w.out.WriteString(npyPrelude("<f4", []int{0, cols}, writerPrelude)); err != nil {
		w.Abort()
		return nil, fmt.Errorf("create array: %w", err)
	}
	return w, nil
}

// Append adds rows, which must have the columns that CreateNPY was told.
func (w *Writer) Append(rows *Matrix) error {
	if w.err != nil {
		return w.err
	}
	if rows.Cols != w.cols {
		return fmt.Errorf("write %s: rows of %d columns in an array of %d", w.path, rows.Cols, w.cols)
	}
	if err := writeValues(w.out, rows.Data); err != nil {
		w.err = fmt.Errorf("write %s: %w", w.path, err)
		return w.err
	}
	w.rows += rows.Rows
	return nil
}

// Close finishes the header, flushes the file to disk and gives it its name.
// After an error nothing is left behind.
func (w *Writer) Close() error {
	if w.file == nil {
		return nil
	}
	if err := w.finish(); err != nil {
		w.Abort()
		return err
	}
	if err := os.Rename(w.file.Name(), w.path); err != nil {
		w.Abort()
		return fmt.Errorf("write %s: %w", w.path, err)
	}
	w.file = nil
	return nil
}

func (w *Writer) finish() error {
	if w.err != nil {
		return w.err
	}
	steps := []func() error{
		w.out.Flush,
		func() error {
			_, err := w.file.WriteAt([]byte(npyPrelude("<f4", []int{w.rows, w.cols}, writerPrelude)), 0)
			return err
		},
		w.file.Sync,
		w.file.Close,
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return fmt.Errorf("write %s: %w", w.path, err)
		}
	}
	return nil
}

// Abort removes what was written. It does nothing after Close.
func (w *Writer) Abort() {
	if w.file == nil {
		return
	}
	_ = w.file.Close()
	_ = os.Remove(w.file.Name())
	w.file = nil
}
