package matrix

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"os"
	"unsafe"
)

// Array is the content of a .npy file: versions 1 to 3 of NumPy's format,
// little-endian. The bytes are mapped, not read, so an Array of any size costs
// nothing until its values are used; the file must not be shortened meanwhile.
// An array in Fortran order is copied into row-major order instead.
type Array struct {
	// Shape holds the length of each dimension; a scalar has none.
	Shape []int
	// DType is NumPy's spelling of the element type, for example "<f4".
	DType string

	name string
	data []byte // the elements
	file []byte // the mapping that data lies in, nil when it was read
}

// OpenNPY maps the .npy file at path. Close releases it.
//
// Element types are float16, float32, float64, bool and the integers of 8 to
// 64 bits; big-endian values, text and objects are refused.
func OpenNPY(path string) (*Array, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open array: %w", err)
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("open array: %w", err)
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s: not a regular file; give the path of a .npy file", path)
	}
	file, mapped, err := mapFile(f, info.Size())
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	a, err := parseNPY(path, file)
	if err != nil {
		if mapped {
			_ = unmapFile(file)
		}
		return nil, err
	}
	if mapped {
		a.file = file
	}
	return a, nil
}

// Close releases the mapping; matrices that share it must not be used after.
func (a *Array) Close() error {
	file := a.file
	a.data, a.file = nil, nil
	if file == nil {
		return nil
	}
	return unmapFile(file)
}

// Len returns the number of elements.
func (a *Array) Len() int {
	n := 1
	for _, d := range a.Shape {
		n *= d
	}
	return n
}

// Float32 returns the array as a matrix; one dimension of n values becomes n×1.
// Values of type <f4 share the mapping: they live until Close, and writing to
// them changes this copy and never the file. Other types are converted.
func (a *Array) Float32() (*Matrix, error) {
	rows, cols, err := a.plane()
	if err != nil {
		return nil, err
	}
	if a.DType == "<f4" && littleEndian && (len(a.data) == 0 || uintptr(unsafe.Pointer(&a.data[0]))%4 == 0) {
		return Wrap(rows, cols, asFloats(a.data)), nil
	}
	m := New(rows, cols)
	read := readers[a.DType]
	for i := range m.Data {
		m.Data[i] = float32(read.float(a.data[i*read.size:]))
	}
	return m, nil
}

// Float64s returns the elements in row-major order. Integers beyond 2⁵³ lose
// their lowest bits.
func (a *Array) Float64s() ([]float64, error) {
	read := readers[a.DType]
	values := make([]float64, len(a.data)/read.size)
	for i := range values {
		values[i] = read.float(a.data[i*read.size:])
	}
	return values, nil
}

// Ints returns the elements in row-major order. Floats are accepted where they
// are whole numbers; any other value is an error that says where it is.
func (a *Array) Ints() ([]int, error) {
	read := readers[a.DType]
	values := make([]int, len(a.data)/read.size)
	for i := range values {
		at := a.data[i*read.size:]
		if read.int == nil {
			v := read.float(at)
			if v != math.Trunc(v) || math.Abs(v) > 1<<53 || float64(int(v)) != v {
				return nil, fmt.Errorf("%s: value %v at index %d is not a whole number; save the array with an integer type", a.name, v, i)
			}
			values[i] = int(v)
			continue
		}
		v := read.int(at)
		if int64(int(v)) != v || a.DType == "<u8" && v < 0 {
			return nil, fmt.Errorf("%s: value %.0f at index %d is too large for an index", a.name, read.float(at), i)
		}
		values[i] = int(v)
	}
	return values, nil
}

func (a *Array) plane() (rows, cols int, err error) {
	switch len(a.Shape) {
	case 1:
		return a.Shape[0], 1, nil
	case 2:
		return a.Shape[0], a.Shape[1], nil
	}
	return 0, 0, fmt.Errorf("%s: the array has %d dimensions; expected 2 (rows × columns) or 1", a.name, len(a.Shape))
}

// A reader decodes one element. int is nil for floating-point types.
type reader struct {
	size  int
	float func([]byte) float64
	int   func([]byte) int64
}

var readers = map[string]reader{
	"|b1": integer(1, func(b []byte) int64 {
		if b[0] != 0 {
			return 1
		}
		return 0
	}),
	"|u1": integer(1, func(b []byte) int64 { return int64(b[0]) }),
	"|i1": integer(1, func(b []byte) int64 { return int64(int8(b[0])) }),
	"<u2": integer(2, func(b []byte) int64 { return int64(binary.LittleEndian.Uint16(b)) }),
	"<i2": integer(2, func(b []byte) int64 { return int64(int16(binary.LittleEndian.Uint16(b))) }),
	"<u4": integer(4, func(b []byte) int64 { return int64(binary.LittleEndian.Uint32(b)) }),
	"<i4": integer(4, func(b []byte) int64 { return int64(int32(binary.LittleEndian.Uint32(b))) }),
	"<i8": integer(8, func(b []byte) int64 { return int64(binary.LittleEndian.Uint64(b)) }),
	"<u8": {8,
		func(b []byte) float64 { return float64(binary.LittleEndian.Uint64(b)) },
		func(b []byte) int64 { return int64(binary.LittleEndian.Uint64(b)) }},
	"<f2": {2, func(b []byte) float64 { return half(binary.LittleEndian.Uint16(b)) }, nil},
	"<f4": {4, func(b []byte) float64 { return float64(math.Float32frombits(binary.LittleEndian.Uint32(b))) }, nil},
	"<f8": {8, func(b []byte) float64 { return math.Float64frombits(binary.LittleEndian.Uint64(b)) }, nil},
}

func integer(size int, read func([]byte) int64) reader {
	return reader{size, func(b []byte) float64 { return float64(read(b)) }, read}
}

// half decodes an IEEE 754 binary16 value.
func half(bits uint16) float64 {
	sign, exponent, fraction := 1.0, int(bits>>10&31), float64(bits&1023)
	if bits>>15 == 1 {
		sign = -1
	}
	switch exponent {
	case 0:
		return sign * math.Ldexp(fraction, -24)
	case 31:
		if fraction != 0 {
			return math.NaN()
		}
		return math.Inf(int(sign))
	}
	return sign * math.Ldexp(1024+fraction, exponent-25)
}

var littleEndian = binary.NativeEndian.Uint16([]byte{1, 0}) == 1

func asFloats(b []byte) []float32 {
	if len(b) < 4 {
		return nil
	}
	return unsafe.Slice((*float32)(unsafe.Pointer(&b[0])), len(b)/4)
}

// readAll reads a file of the given size.
func readAll(f *os.File, size int64) ([]byte, error) {
	if size > math.MaxInt {
		return nil, fmt.Errorf("the file is too large for this platform")
	}
	data := make([]byte, size)
	if _, err := io.ReadFull(f, data); err != nil {
		return nil, fmt.Errorf("read: %w", err)
	}
	return data, nil
}
