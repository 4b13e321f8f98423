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
	for _, v := range []int{p.side, p.options.Patch, p.options.Centroids, p.options.Pool, p.options.Dim, p.options.Samples, p.even.axes.Rows, p.odd.axes.Rows} {
		b = binary.LittleEndian.AppendUint32(b, uint32(v))
	}
	b = binary.LittleEndian.AppendUint64(b, p.options.Seed)
	for _, table := range p.tables() {
		for _, v := range table {
			b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
		}
	}
	return binary.LittleEndian.AppendUint32(b, crc32.ChecksumIEEE(b)), nil
}

func (p *Patches) tables() [][]float32 {
	return [][]float32{
		p.mean, p.whiten.Data, p.atoms.Data,
		p.even.offset, p.even.axes.Data, p.odd.offset, p.odd.axes.Data,
	}
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
	const header = 8*4 + 8
	body := data[len(magic):]
	if len(body) < header+4 {
		return errTruncated
	}
	var field [8]int
	for i := range field {
		field[i] = int(binary.LittleEndian.Uint32(body[4*i:]))
	}
	q := Patches{side: field[0], options: PatchOptions{
		Patch: field[1], Centroids: field[2], Pool: field[3], Dim: field[4], Samples: field[5],
		Seed: binary.LittleEndian.Uint64(body[8*4:]),
	}}
	if err := q.options.check(); err != nil {
		return fmt.Errorf("stored model: %w", err)
	}
	if q.side < q.options.Patch+q.options.Pool || q.side > 1<<14 {
		return fmt.Errorf("patch embedding: the stored model is for pictures of %d pixels a side; learn it again", q.side)
	}
	even, odd, width := field[6], field[7], q.features()/2
	if even < 1 || odd < 1 || even > width || odd > width {
		return fmt.Errorf("patch embedding: the stored model has %d and %d columns out of %d; learn it again", even, odd, width)
	}
	d := q.options.Patch * q.options.Patch * 3
	floats := d + d*d + q.options.Centroids*d + 2*width + (even+odd)*width
	tables := body[header:]
	if len(tables) != 4*floats+4 {
		return fmt.Errorf("patch embedding: the stored model has %d bytes of tables, but its header says %d; learn it again", len(tables), 4*floats+4)
	}
	sum := len(data) - 4
	if binary.LittleEndian.Uint32(data[sum:]) != crc32.ChecksumIEEE(data[:sum]) {
		return errors.New("patch embedding: the stored model does not match its checksum; learn it again")
	}
	q.mean = make([]float32, d)
	q.whiten, q.atoms = matrix.New(d, d), matrix.New(q.options.Centroids, d)
	q.even = projection{make([]float32, width), matrix.New(even, width)}
	q.odd = projection{make([]float32, width), matrix.New(odd, width)}
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
	q.setNorms()
	*p = q
	return nil
}
