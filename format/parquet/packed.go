package parquet

import (
	"bufio"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"io"

	pqformat "github.com/parquet-go/parquet-go/format"
)

var errPacked = errors.New("a page of a column has a size that cannot be when it is unpacked")

// checkPacked fails when the bytes of a page would unpack to more than limit
// bytes. The library unpacks a page whole, whatever size the file says it has.
func checkPacked(codec pqformat.CompressionCodec, page *io.SectionReader, limit int) error {
	if page.Size() == 0 {
		return nil
	}
	switch codec {
	case pqformat.Snappy:
		// The length comes first, and that much memory is taken.
		n, err := binary.ReadUvarint(bufio.NewReaderSize(page, 16))
		if err != nil || n > uint64(limit) {
			return errPacked
		}
	case pqformat.Gzip:
		in, err := gzip.NewReader(bufio.NewReader(page))
		if err != nil {
			return err
		}
		if n, err := io.Copy(io.Discard, io.LimitReader(in, int64(limit)+1)); err != nil || n > int64(limit) {
			return errors.Join(errPacked, err)
		}
	case pqformat.Zstd:
		return checkZstd(page, int64(limit))
	}
	return nil
}

const (
	zstdMagic = 0xFD2FB528
	// zstdBlock is the most that a block unpacks to.
	zstdBlock = 128 << 10
)

// checkZstd adds up what the blocks of all frames can unpack to (RFC 8878).
func checkZstd(page io.ReaderAt, limit int64) error {
	at, total := int64(0), int64(0)
	read := func(n int) ([]byte, error) {
		b := make([]byte, n)
		if got, err := page.ReadAt(b, at); got < n {
			return nil, err
		}
		at += int64(n)
		return b, nil
	}
	for {
		head, err := read(4)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		magic := binary.LittleEndian.Uint32(head)
		if magic&^15 == 0x184D2A50 { // a frame to be skipped
			size, err := read(4)
			if err != nil {
				return errPacked
			}
			at += int64(binary.LittleEndian.Uint32(size))
			continue
		}
		if magic != zstdMagic {
			return errPacked
		}
		flags, err := read(1)
		if err != nil {
			return errPacked
		}
		single := flags[0] >> 5 & 1
		skip := int64(1-single) + [4]int64{0, 1, 2, 4}[flags[0]&3] + [4]int64{int64(single), 2, 4, 8}[flags[0]>>6]
		at += skip
		for last := false; !last; {
			b, err := read(3)
			if err != nil {
				return errPacked
			}
			block := uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16
			last = block&1 == 1
			size := int64(block >> 3)
			switch block >> 1 & 3 {
			case 0: // as it is
				total += size
				at += size
			case 1: // one byte again and again
				total += size
				at++
			default:
				total += zstdBlock
				at += size
			}
			if total > limit+zstdBlock {
				return errPacked
			}
		}
		if flags[0]>>2&1 == 1 {
			at += 4 // checksum
		}
	}
}
