package parquet

import (
	"encoding/binary"
	"math/bits"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	pqformat "github.com/parquet-go/parquet-go/format"
)

// A page ends with the row in which it has so many values or bytes.
const (
	pageValues = 1 << 16
	pageBytes  = 1 << 20
)

// A chunk is a column chunk as bytes, with what its metadata have to say.
type chunk struct {
	data          []byte
	values, nulls int64
	codec         pqformat.CompressionCodec
	unpacked      int64 // bytes of all pages before compression
}

// encode writes cells as plain pages, compressed as before.
func (l *leaf) encode(c *cells) (*chunk, error) {
	out := &chunk{values: int64(len(c.values)), codec: l.codec.CompressionCodec()}
	for row := 0; row < c.rows() || row == 0; {
		start, size := row, 0
		for row < c.rows() && (row == start || c.first[row]-c.first[start] < pageValues && size < pageBytes) {
			for _, v := range c.row(row) {
				size += 8
				if v.Kind() == parquet.ByteArray {
					size += len(v.ByteArray())
				}
			}
			row++
		}
		if err := out.page(l, c.values[c.first[start]:c.first[row]]); err != nil {
			return nil, err
		}
		if row == 0 {
			break
		}
	}
	return out, nil
}

// page appends one page.
func (k *chunk) page(l *leaf, values []parquet.Value) error {
	var body, plain []byte
	repetition, definition := make([]int, len(values)), make([]int, len(values))
	nulls, flags := 0, 0
	for i, v := range values {
		repetition[i], definition[i] = v.RepetitionLevel(), v.DefinitionLevel()
		switch {
		case v.IsNull():
			nulls++
		case l.kind == parquet.Boolean:
			if flags%8 == 0 {
				plain = append(plain, 0)
			}
			if v.Boolean() {
				plain[flags/8] |= 1 << (flags % 8)
			}
			flags++
		case l.kind == parquet.ByteArray:
			plain = binary.LittleEndian.AppendUint32(plain, uint32(len(v.ByteArray())))
			plain = append(plain, v.ByteArray()...)
		default:
			plain = v.AppendBytes(plain)
		}
	}
	if n := len(l.repeats); n > 0 {
		body = appendLevels(body, repetition, n)
	}
	if l.maxDef > 0 {
		body = appendLevels(body, definition, l.maxDef)
	}
	body = append(body, plain...)
	packed, err := l.codec.Encode(nil, body)
	if err != nil {
		return err
	}
	h := pqformat.PageHeader{
		Type: pqformat.DataPage, UncompressedPageSize: int32(len(body)), CompressedPageSize: int32(len(packed)),
		DataPageHeader: thrift.Null[pqformat.DataPageHeader]{Valid: true, V: pqformat.DataPageHeader{
			NumValues: int32(len(values)), Encoding: pqformat.Plain,
			DefinitionLevelEncoding: pqformat.RLE, RepetitionLevelEncoding: pqformat.RLE,
			Statistics: pqformat.Statistics{NullCount: int64(nulls)},
		}},
	}
	head, err := thrift.Marshal(&thrift.CompactProtocol{}, &h)
	k.data = append(append(k.data, head...), packed...)
	k.unpacked += int64(len(head) + len(body))
	k.nulls += int64(nulls)
	return err
}

// appendLevels writes levels up to a maximum as runs, with their length in front.
func appendLevels(out []byte, levels []int, maximum int) []byte {
	width := (bits.Len(uint(maximum)) + 7) / 8
	var runs []byte
	for i := 0; i < len(levels); {
		n := 1
		for i+n < len(levels) && levels[i+n] == levels[i] {
			n++
		}
		runs = binary.AppendUvarint(runs, uint64(n)<<1)
		for b := range width {
			runs = append(runs, byte(levels[i]>>(8*b)))
		}
		i += n
	}
	out = binary.LittleEndian.AppendUint32(out, uint32(len(runs)))
	return append(out, runs...)
}

// describe returns the metadata of a column chunk, changed to those of a new one
// that starts at an offset of the file, and by how much the row group grows:
// unpacked and packed.
func (k *chunk) describe(old []byte, offset int64) (text []byte, unpacked, packed int64, err error) {
	var c pqformat.ColumnChunk
	err = guard(func() error { return thrift.Unmarshal(&thrift.CompactProtocol{}, old, &c) })
	if err != nil {
		return nil, 0, 0, err
	}
	m := &c.MetaData
	size := int64(len(k.data))
	unpacked, packed = k.unpacked-m.TotalUncompressedSize, size-m.TotalCompressedSize
	c = pqformat.ColumnChunk{FileOffset: offset, MetaData: pqformat.ColumnMetaData{
		Type: m.Type, PathInSchema: m.PathInSchema, KeyValueMetadata: m.KeyValueMetadata,
		Encoding: []pqformat.Encoding{pqformat.Plain, pqformat.RLE}, Codec: k.codec,
		NumValues: k.values, TotalUncompressedSize: k.unpacked, TotalCompressedSize: size, DataPageOffset: offset,
		Statistics: pqformat.Statistics{NullCount: k.nulls},
	}}
	text, err = thrift.Marshal(&thrift.CompactProtocol{}, &c)
	return text, unpacked, packed, err
}
