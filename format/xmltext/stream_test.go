package xmltext

import (
	"bytes"
	"io"
	"runtime"
	"testing"
)

// long is a file of n records, made while it is read.
type long struct {
	record []byte
	n, at  int
	rest   []byte
}

func (l *long) Read(p []byte) (int, error) {
	if len(l.rest) == 0 {
		switch {
		case l.at == 0:
			l.rest = []byte("<annotations>\n")
		case l.at <= l.n:
			l.rest = l.record
		case l.at == l.n+1:
			l.rest = []byte("</annotations>\n")
		default:
			return 0, io.EOF
		}
		l.at++
	}
	n := copy(p, l.rest)
	l.rest = l.rest[n:]
	return n, nil
}

func imageOfBoxes() []byte {
	box := "    <box label=\"car\" source=\"manual\" occluded=\"0\" xtl=\"58.00\" ytl=\"158.00\" xbr=\"72.00\" ybr=\"191.00\" z_order=\"0\">\n    </box>\n"
	return []byte("  <image id=\"1\" name=\"a.jpg\" width=\"640\" height=\"480\">\n" + string(bytes.Repeat([]byte(box), 20)) + "  </image>\n")
}

// TestStreamMemory reads 16 MiB and looks at what is in use on the way.
func TestStreamMemory(t *testing.T) {
	r := imageOfBoxes()
	n := 16 << 20 / len(r)
	var before, now runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	seen, most := 0, uint64(0)
	err := Stream(t.Context(), &long{record: r, n: n}, func(_, e *Element) error {
		if seen++; seen%(n/8) == 0 {
			runtime.GC()
			runtime.ReadMemStats(&now)
			most = max(most, now.HeapAlloc)
		}
		if len(e.Children) != 20 {
			t.Errorf("record %d has %d children", seen, len(e.Children))
		}
		return nil
	})
	if err != nil || seen != n {
		t.Fatalf("%d records of %d, %v", seen, n, err)
	}
	if grown := int64(most) - int64(before.HeapAlloc); grown > 2<<20 {
		t.Errorf("%d bytes are in use while a record of %d is read", grown, len(r))
	}
}

func BenchmarkStream(b *testing.B) {
	r := imageOfBoxes()
	const n = 1000
	b.SetBytes(int64(n * len(r)))
	for b.Loop() {
		if err := Stream(b.Context(), &long{record: r, n: n}, func(_, _ *Element) error { return nil }); err != nil {
			b.Fatal(err)
		}
	}
}
