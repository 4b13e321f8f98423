package tfrecord

import (
	"encoding/binary"
	"errors"
	"slices"

	"github.com/errata-cv/errata/format/source"
)

// Wire types of protocol buffers.
const (
	varint  = 0
	fixed64 = 1
	chunk   = 2
	fixed32 = 5
)

// A span is a message in a record: its bytes, the place of its length in front
// of them, and the message it is in.
type span struct {
	lengthAt, start, end int
	in                   *span
}

// A field is a tag with its value: a number, or the bytes from start to end.
type field struct {
	number, wire         int
	value                uint64
	lengthAt, start, end int
}

func (f field) span(in *span) *span { return &span{f.lengthAt, f.start, f.end, in} }

var errWire = errors.New("it is no protocol buffer message")

// fields calls visit with the fields of the message s of data in their order.
func fields(data []byte, s *span, visit func(field) error) error {
	at := s.start
	for at < s.end {
		tag, n := binary.Uvarint(data[at:s.end])
		if n <= 0 || tag>>3 == 0 || tag>>3 > 1<<29 {
			return errWire
		}
		at += n
		f := field{number: int(tag >> 3), wire: int(tag & 7), lengthAt: at}
		rest := s.end - at
		switch f.wire {
		case varint:
			v, n := binary.Uvarint(data[at:s.end])
			if n <= 0 {
				return errWire
			}
			f.value, f.start, f.end = v, at, at+n
		case fixed64, fixed32:
			size := 8
			if f.wire == fixed32 {
				size = 4
			}
			if rest < size {
				return errWire
			}
			f.start, f.end = at, at+size
		case chunk:
			length, n := binary.Uvarint(data[at:s.end])
			if n <= 0 || length > uint64(rest-n) {
				return errWire
			}
			f.start = at + n
			f.end = f.start + int(length)
		default:
			return errWire
		}
		at = f.end
		if err := visit(f); err != nil {
			return err
		}
	}
	return nil
}

// A splice puts other bytes in the place of some of a message.
type splice struct {
	at, old int
	new     []byte
	in      *span
}

// weave completes splices with those of the lengths of all messages that they
// are in, and returns them as edits of the record that starts at offset, with
// the record as it is after them.
func weave(data []byte, splices []splice, offset int64) (edits []source.Edit, record []byte) {
	grown := map[*span]int{}
	var spans []*span
	depth := func(s *span) (n int) {
		for ; s != nil; s = s.in {
			n++
		}
		return n
	}
	for _, p := range splices {
		for s := p.in; s != nil; s = s.in {
			if _, ok := grown[s]; !ok {
				grown[s] = 0
				spans = append(spans, s)
			}
		}
		grown[p.in] += len(p.new) - p.old
	}
	slices.SortStableFunc(spans, func(a, b *span) int { return depth(b) - depth(a) })
	for _, s := range spans {
		if s.in == nil || grown[s] == 0 {
			continue
		}
		length := binary.AppendUvarint(nil, uint64(s.end-s.start+grown[s]))
		splices = append(splices, splice{at: s.lengthAt, old: s.start - s.lengthAt, new: length, in: s.in})
		grown[s.in] += grown[s] + len(length) - (s.start - s.lengthAt)
	}
	slices.SortStableFunc(splices, func(a, b splice) int { return a.at - b.at })
	at := 0
	for _, p := range splices {
		record = append(append(record, data[at:p.at]...), p.new...)
		at = p.at + p.old
		edits = append(edits, source.Edit{Offset: offset + int64(p.at), Old: slices.Clone(data[p.at:at]), New: p.new})
	}
	return edits, append(record, data[at:]...)
}
