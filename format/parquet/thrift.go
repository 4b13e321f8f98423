package parquet

import (
	"encoding/binary"
	"errors"
)

// Types of the compact protocol of Thrift.
const (
	boolTrue  = 1
	boolFalse = 2
	byteType  = 3
	i16Type   = 4
	i32Type   = 5
	i64Type   = 6
	double    = 7
	binaryStr = 8
	listType  = 9
	setType   = 10
	mapType   = 11
	structure = 12
)

var errThrift = errors.New("its metadata are damaged")

// A span is a value in Thrift's compact protocol; spans of structures have their
// fields, those of lists their elements.
type span struct {
	start, end int
	kind       byte
	fields     map[int]*span
	elements   []*span
}

func (s *span) field(path ...int) *span {
	for _, id := range path {
		if s == nil {
			return nil
		}
		s = s.fields[id]
	}
	return s
}

// walk finds the value of that kind which starts at a position, with all that is
// in it. Structures have no lengths, so one can be put in the place of another.
func walk(data []byte, at int, kind byte, depth int) (*span, error) {
	s := &span{start: at, kind: kind}
	if depth > 32 {
		return nil, errThrift
	}
	varint := func() (uint64, error) {
		if at >= len(data) {
			return 0, errThrift
		}
		v, n := binary.Uvarint(data[at:])
		if n <= 0 {
			return 0, errThrift
		}
		at += n
		return v, nil
	}
	skip := func(n uint64) error {
		if n > uint64(len(data)-at) {
			return errThrift
		}
		at += int(n)
		return nil
	}
	var err error
	switch kind {
	case boolTrue, boolFalse: // in a structure the type is the value
	case byteType:
		err = skip(1)
	case i16Type, i32Type, i64Type:
		_, err = varint()
	case double:
		err = skip(8)
	case binaryStr:
		var n uint64
		if n, err = varint(); err == nil {
			err = skip(n)
		}
	case listType, setType:
		if err = skip(1); err != nil {
			break
		}
		head := data[at-1]
		n, element := uint64(head>>4), head&15
		if n == 15 {
			if n, err = varint(); err != nil {
				break
			}
		}
		if n > uint64(len(data)-at) {
			return nil, errThrift
		}
		for range n {
			var e *span
			if element == boolTrue || element == boolFalse {
				e = &span{start: at, end: at + 1, kind: element}
			} else if e, err = walk(data, at, element, depth+1); err != nil {
				return nil, err
			}
			at = e.end
			if at > len(data) {
				return nil, errThrift
			}
			s.elements = append(s.elements, e)
		}
	case mapType:
		var n uint64
		if n, err = varint(); err == nil && n > 0 {
			err = errThrift // the metadata of Parquet have no maps
		}
	case structure:
		at, err = s.walkFields(data, at, depth)
	default:
		err = errThrift
	}
	s.end = at
	return s, err
}

func (s *span) walkFields(data []byte, at, depth int) (int, error) {
	s.fields = map[int]*span{}
	for id := 0; ; {
		if at >= len(data) {
			return at, errThrift
		}
		head := data[at]
		at++
		if head == 0 {
			return at, nil
		}
		if delta := int(head >> 4); delta != 0 {
			id += delta
		} else {
			v, n := binary.Uvarint(data[at:])
			if n <= 0 || v > 1<<16 {
				return at, errThrift
			}
			at += n
			id = int(v>>1) ^ -int(v&1)
		}
		f, err := walk(data, at, head&15, depth+1)
		if err != nil {
			return at, err
		}
		s.fields[id] = f
		at = f.end
	}
}

// integer reads the value of an integer.
func (s *span) integer(data []byte) int64 {
	if s == nil || s.kind < i16Type || s.kind > i64Type {
		return 0
	}
	v, _ := binary.Varint(data[s.start:s.end])
	return v
}

// integerText spells an integer as a field has it.
func integerText(v int64) []byte { return binary.AppendVarint(nil, v) }
