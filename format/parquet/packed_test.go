package parquet

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"io"
	"testing"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress"
	pqformat "github.com/parquet-go/parquet-go/format"
)

func TestCheckPacked(t *testing.T) {
	zeros := make([]byte, 1<<20)
	text := []byte(fmt.Sprint(make([]int, 9000)))
	for _, codec := range []compress.Codec{&parquet.Snappy, &parquet.Gzip, &parquet.Zstd} {
		for _, data := range [][]byte{zeros, text, nil} {
			packed, err := codec.Encode(nil, data)
			if err != nil {
				t.Fatal(err)
			}
			page := func() *io.SectionReader {
				return io.NewSectionReader(bytes.NewReader(packed), 0, int64(len(packed)))
			}
			if err := checkPacked(codec.CompressionCodec(), page(), len(data)); err != nil {
				t.Errorf("%s refuses %d bytes: %v", codec, len(data), err)
			}
			if err := checkPacked(codec.CompressionCodec(), page(), len(data)/3); len(data) > 1<<19 && err == nil {
				t.Errorf("%s lets %d bytes pass as %d", codec, len(data), len(data)/3)
			}
		}
	}
	// Few bytes that claim, or unpack to, gigabytes.
	bomb := []byte{0x28, 0xb5, 0x2f, 0xfd, 0, 0}
	for range 40_000 {
		bomb = append(bomb, 0x02, 0, 0x10, 0) // 128 KiB of the same byte
	}
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	for range 64 {
		if _, err := w.Write(zeros); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	for codec, data := range map[pqformat.CompressionCodec][]byte{
		pqformat.Zstd: bomb, pqformat.Snappy: binary.AppendUvarint(nil, 1<<31), pqformat.Gzip: b.Bytes(),
	} {
		if err := checkPacked(codec, io.NewSectionReader(bytes.NewReader(data), 0, int64(len(data))), 32<<20); err == nil {
			t.Errorf("%s lets %d bytes pass that are gigabytes", codec, len(data))
		}
	}
}
