package matrix

import (
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
	"strings"
)

const npyMagic = "\x93NUMPY"

// parseNPY interprets the bytes of a .npy file, which the result shares. name is
// used in messages.
func parseNPY(name string, file []byte) (*Array, error) {
	fail := func(format string, args ...any) (*Array, error) {
		return nil, fmt.Errorf("%s: %s", name, fmt.Sprintf(format, args...))
	}
	if len(file) < len(npyMagic)+4 || string(file[:len(npyMagic)]) != npyMagic {
		return fail("not a .npy file; save the array with numpy.save")
	}
	version, start := file[6], 10
	length := uint64(binary.LittleEndian.Uint16(file[8:]))
	switch version {
	case 1:
	case 2, 3:
		if len(file) < 12 {
			return fail("the .npy header is cut off after %d bytes", len(file))
		}
		start, length = 12, uint64(binary.LittleEndian.Uint32(file[8:]))
	default:
		return fail("version %d of the .npy format is unknown; versions 1 to 3 are read", version)
	}
	if length > uint64(len(file)-start) {
		return fail("the .npy header is cut off: it promises %d bytes and %d follow", length, len(file)-start)
	}
	header, err := parseHeader(string(file[start : start+int(length)]))
	if err != nil {
		return fail("%v", err)
	}
	read, ok := readers[header.descr]
	if !ok {
		return fail("element type %q is not read; save the array with .astype('<f4') or .astype('<i8')", header.descr)
	}
	need, empty := uint64(read.size), false
	for _, d := range header.shape {
		if d == 0 {
			empty = true
			continue
		}
		if need > math.MaxInt64/uint64(d) {
			return fail("the shape %v is larger than any memory", header.shape)
		}
		need *= uint64(d)
	}
	if empty {
		need = 0
	}
	data := file[start+int(length):]
	if need > uint64(len(data)) {
		return fail("the file is cut off: shape %v of %s needs %d bytes and %d follow the header",
			header.shape, header.descr, need, len(data))
	}
	data = data[:need:need]
	if header.fortran && len(header.shape) > 1 {
		data = rowMajor(data, header.shape, read.size)
	}
	return &Array{Shape: header.shape, DType: header.descr, name: name, data: data}, nil
}

// rowMajor copies elements whose first index runs fastest into the order in
// which the last one does.
func rowMajor(data []byte, shape []int, size int) []byte {
	index, stride := make([]int, len(shape)), make([]int, len(shape))
	step := size
	for axis, length := range shape {
		stride[axis] = step
		step *= length
	}
	out, at := make([]byte, len(data)), 0
	for to := 0; to < len(out); to += size {
		copy(out[to:to+size], data[at:])
		for axis := len(shape) - 1; axis >= 0; axis-- {
			index[axis]++
			at += stride[axis]
			if index[axis] < shape[axis] {
				break
			}
			at -= shape[axis] * stride[axis]
			index[axis] = 0
		}
	}
	return out
}

type npyHeader struct {
	descr   string
	fortran bool
	shape   []int
}

// parseHeader reads the Python dictionary of a header, such as
// {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }.
func parseHeader(text string) (*npyHeader, error) {
	p := literal{rest: text}
	h := &npyHeader{}
	seen := map[string]bool{}
	if err := p.expect("{"); err != nil {
		return nil, err
	}
	for !p.accept("}") {
		key, err := p.text()
		if err != nil {
			return nil, err
		}
		if err := p.expect(":"); err != nil {
			return nil, err
		}
		switch key {
		case "descr":
			h.descr, err = p.text()
		case "fortran_order":
			h.fortran, err = p.boolean()
		case "shape":
			h.shape, err = p.tuple()
		default:
			err = fmt.Errorf("the .npy header has an unknown key %q", key)
		}
		if err != nil {
			return nil, err
		}
		seen[key] = true
		if !p.accept(",") {
			if err := p.expect("}"); err != nil {
				return nil, err
			}
			break
		}
	}
	for _, key := range []string{"descr", "fortran_order", "shape"} {
		if !seen[key] {
			return nil, fmt.Errorf("the .npy header lacks %q", key)
		}
	}
	switch h.descr {
	case "|f4", "=f4", "|i8", "=i8": // seen from careless writers on little-endian machines
		h.descr = "<" + h.descr[1:]
	case "<b1", "<u1", "<i1", ">b1", ">u1", ">i1":
		h.descr = "|" + h.descr[1:]
	}
	return h, nil
}

// A literal reads the few Python literals that headers hold.
type literal struct{ rest string }

func (p *literal) skip() { p.rest = strings.TrimLeft(p.rest, " \t\r\n") }

func (p *literal) accept(token string) bool {
	p.skip()
	rest, ok := strings.CutPrefix(p.rest, token)
	p.rest = rest
	return ok
}

func (p *literal) expect(token string) error {
	if p.accept(token) {
		return nil
	}
	return fmt.Errorf("the .npy header is damaged: expected %q before %q", token, shorten(p.rest))
}

func (p *literal) text() (string, error) {
	for _, quote := range []string{"'", `"`} {
		if p.accept(quote) {
			value, rest, ok := strings.Cut(p.rest, quote)
			if !ok || len(value) > 64 {
				break
			}
			p.rest = rest
			return value, nil
		}
	}
	return "", fmt.Errorf("the .npy header is damaged: expected a quoted name before %q", shorten(p.rest))
}

func (p *literal) boolean() (bool, error) {
	if p.accept("True") {
		return true, nil
	}
	if p.accept("False") {
		return false, nil
	}
	return false, fmt.Errorf("the .npy header is damaged: expected True or False before %q", shorten(p.rest))
}

func (p *literal) tuple() ([]int, error) {
	if err := p.expect("("); err != nil {
		return nil, err
	}
	shape := []int{}
	for !p.accept(")") {
		p.skip()
		digits := p.rest[:len(p.rest)-len(strings.TrimLeft(p.rest, "0123456789"))]
		n, err := strconv.ParseInt(digits, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("the .npy header is damaged: expected a length before %q", shorten(p.rest))
		}
		if n > math.MaxInt {
			return nil, fmt.Errorf("a length of %d is larger than any memory", n)
		}
		if len(shape) == 32 {
			return nil, fmt.Errorf("the .npy header has more than 32 dimensions")
		}
		shape = append(shape, int(n))
		p.rest = p.rest[len(digits):]
		p.accept("L") // Python 2 wrote long integers so
		if !p.accept(",") {
			if err := p.expect(")"); err != nil {
				return nil, err
			}
			break
		}
	}
	return shape, nil
}

func shorten(s string) string { return s[:min(len(s), 20)] }
