package tfrecord

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"

	"github.com/errata-cv/errata/format/source"
)

const (
	headSize = 12 // length and its checksum
	tailSize = 4  // checksum of the data
	// maxRecord bounds the data of one record.
	maxRecord = 256 << 20
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// checksum is the masked CRC-32C of TFRecord files.
func checksum(data []byte) uint32 {
	c := crc32.Checksum(data, castagnoli)
	return (c>>15 | c<<17) + 0xa282ead8
}

// validHead reports whether head starts with the length of a record and its
// checksum, which 4 of 2³² other files do.
func validHead(head []byte) bool {
	return len(head) >= headSize && binary.LittleEndian.Uint32(head[8:]) == checksum(head[:8])
}

func frameHead(size int) []byte {
	head := binary.LittleEndian.AppendUint64(nil, uint64(size))
	return binary.LittleEndian.AppendUint32(head, checksum(head))
}

func frameTail(data []byte) []byte {
	return binary.LittleEndian.AppendUint32(nil, checksum(data))
}

// scanRecords calls visit with every sound record of a file: its number from 1,
// the offset of its data, and the data, which are valid during the call only.
// What is damaged is told to skip, with the number of the record and a sentence.
func scanRecords(ctx context.Context, path string, visit func(n int, offset int64, data []byte), skip func(n int, message string)) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	in, left := bufio.NewReaderSize(f, 1<<20), info.Size()
	var buf []byte
	for n := 1; left > 0; n++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		offset := info.Size() - left
		var head [headSize]byte
		if got, err := io.ReadFull(in, head[:]); err != nil {
			if got > 0 && errors.Is(err, io.ErrUnexpectedEOF) {
				skip(n, fmt.Sprintf("the file ends %d bytes into the head of a record; it was cut off, so copy it again", got))
				return nil
			}
			return err
		}
		if !validHead(head[:]) {
			skip(n, fmt.Sprintf("the checksum of the record's length at byte %d is wrong, so this record and all after it cannot be found; copy the file again", offset))
			return nil
		}
		size := binary.LittleEndian.Uint64(head[:])
		left -= headSize
		if size > uint64(left) || left-int64(size) < tailSize {
			skip(n, fmt.Sprintf("the record at byte %d has %d bytes and the file ends before that; it was cut off, so copy it again", offset, size))
			return nil
		}
		left -= int64(size) + tailSize
		if size > maxRecord {
			skip(n, fmt.Sprintf("the record has %d bytes; at most %d are read", size, maxRecord))
			if _, err := io.CopyN(io.Discard, in, int64(size)+tailSize); err != nil {
				return err
			}
			continue
		}
		if need := int(size) + tailSize; cap(buf) < need {
			buf = make([]byte, need)
		}
		buf = buf[:size+tailSize]
		if _, err := io.ReadFull(in, buf); err != nil {
			return err
		}
		data := buf[:size]
		if binary.LittleEndian.Uint32(buf[size:]) != checksum(data) {
			skip(n, "the checksum of the record does not fit to its data; it is damaged and left out, so copy the file again")
			continue
		}
		visit(n, offset+headSize, data)
	}
	return nil
}

// readRecord reads the data of one record again.
func readRecord(f io.ReaderAt, name string, offset int64, size int) ([]byte, error) {
	data := make([]byte, headSize+size+tailSize)
	_, err := f.ReadAt(data, offset-headSize)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	body := data[headSize : headSize+size]
	if err != nil || string(data[:headSize]) != string(frameHead(size)) || string(data[headSize+size:]) != string(frameTail(body)) {
		return nil, fmt.Errorf("%s has changed since it was read; read it again", source.Show(name))
	}
	return body, nil
}
