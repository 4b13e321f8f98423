package embed

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"math"

	"github.com/errata-cv/errata/matrix"
)

// magic opens every stored model; its last byte is the version of the layout.
var magic = []byte("ERRATAPATCH\x01")

var errTruncated = errors.New("patch embedding: the stored model ends too early; learn it again")

// MarshalBinary writes the model: a header, little-endian float32 tables, and a
// checksum.
func (p *Patches) MarshalBinary() ([]byte, error) {
	b := append([]byte(nil), magic...)
	o := p.options
	for _, v := range []int{p.side, o.Patch, o.Levels, o.Centroids, o.Pool, o.Dim, o.Samples, len(p.levels)} {
		b = binary.LittleEndian.AppendUint32(b, uint32(v))
	}
	for _, l := range p.levels {
		for _, v := range []int{l.side, l.even.axes.Rows, l.odd.axes.Rows} {
			b = binary.LittleEndian.AppendUint32(b, uint32(v))
		}
	}
	b = binary.LittleEndian.AppendUint64(b, o.Seed)
	for _, table := range p.tables() {
		for _, v := range table {
			b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
		}
	}
	return binary.LittleEndian.AppendUint32(b, crc32.ChecksumIEEE(b)), nil
}

func (p *Patches) tables() [][]float32 {
	var t [][]float32
	for _, l := range p.levels {
		t = append(t, l.even.axes.Data, l.even.offset, l.odd.axes.Data, l.odd.offset, l.evenAtoms.Data, l.oddAtoms.Data,
			l.evenOut.axes.Data, l.evenOut.offset, l.oddOut.axes.Data, l.oddOut.offset)
	}
	return t
}

// UnmarshalBinary reads what MarshalBinary wrote. It returns an error, and
// leaves p alone, when the bytes are not a whole model of this version.
func (p *Patches) UnmarshalBinary(data []byte) error {
	if len(data) < len(magic) {
		return errTruncated
	}
	if !bytes.Equal(data[:len(magic)-1], magic[:len(magic)-1]) {
		return errors.New("patch embedding: the stored bytes are not a patch model; learn it again")
	}
	if got, want := data[len(magic)-1], magic[len(magic)-1]; got != want {
		return fmt.Errorf("patch embedding: the stored model has layout %d, but this program reads %d; learn it again", got, want)
	}
	q, tables, err := readHeader(data[len(magic):])
	if err != nil {
		return err
	}
	floats := 0
	for _, t := range q.tables() {
		floats += len(t)
	}
	if len(tables) != 4*floats+4 {
		return fmt.Errorf("patch embedding: the stored model has %d bytes of tables, but its header says %d; learn it again", len(tables), 4*floats+4)
	}
	sum := len(data) - 4
	if binary.LittleEndian.Uint32(data[sum:]) != crc32.ChecksumIEEE(data[:sum]) {
		return errors.New("patch embedding: the stored model does not match its checksum; learn it again")
	}
	at := 0
	for _, table := range q.tables() {
		for i := range table {
			v := math.Float32frombits(binary.LittleEndian.Uint32(tables[at:]))
			if v-v != 0 {
				return errors.New("patch embedding: the stored model holds a value that is not finite; learn it again")
			}
			table[i] = v
			at += 4
		}
	}
	for i := range q.levels {
		q.levels[i].setNorms()
	}
	*p = *q
	return nil
}

// readHeader makes an empty model of the shape that the header asks for and
// returns what follows the header.
func readHeader(data []byte) (*Patches, []byte, error) {
	next := func() int {
		if len(data) < 4 {
			data = nil
			return -1
		}
		v := binary.LittleEndian.Uint32(data)
		data = data[4:]
		return int(v)
	}
	p := &Patches{side: next(), options: PatchOptions{
		Patch: next(), Levels: next(), Centroids: next(), Pool: next(), Dim: next(), Samples: next(),
	}}
	o, count := &p.options, next()
	if data == nil {
		return nil, nil, errTruncated
	}
	if err := o.check(); err != nil {
		return nil, nil, fmt.Errorf("stored model: %w", err)
	}
	if count < 1 || count > o.Levels {
		return nil, nil, fmt.Errorf("patch embedding: the stored model has %d levels of %d; learn it again", count, o.Levels)
	}
	half := o.Patch * o.Patch * 3 / 2
	for range count {
		l := level{side: next()}
		even, odd := next(), next()
		if l.side < o.Patch+o.Pool-1 || l.side > p.side || p.side > 1<<14 || even < 1 || even > half || odd < 1 || odd > half {
			return nil, nil, fmt.Errorf("patch embedding: the stored model has a level of side %d with %d and %d coordinates for pictures of side %d; learn it again", l.side, even, odd, p.side)
		}
		l.even = whitening{matrix.New(even, half), make([]float32, even)}
		l.odd = whitening{matrix.New(odd, half), make([]float32, odd)}
		l.evenAtoms, l.oddAtoms = matrix.New(o.Centroids/2, even), matrix.New(o.Centroids/2, odd)
		p.levels = append(p.levels, l)
	}
	if len(data) < 8 {
		return nil, nil, errTruncated
	}
	o.Seed = binary.LittleEndian.Uint64(data)
	data = data[8:]
	evens, odds, width := o.EvenDim(), o.Dim-o.EvenDim(), o.features()
	if len(data)/4 < (o.Dim/count)*width {
		return nil, nil, errTruncated
	}
	for i := range p.levels {
		even, odd := spread(i+1, count, evens)-spread(i, count, evens), spread(i+1, count, odds)-spread(i, count, odds)
		p.levels[i].evenOut = projection{matrix.New(even, width), make([]float32, even)}
		p.levels[i].oddOut = projection{matrix.New(odd, width), make([]float32, odd)}
	}
	return p, data, nil
}
