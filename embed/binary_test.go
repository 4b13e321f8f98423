package embed

import (
	"encoding/binary"
	"hash/crc32"
	"slices"
	"testing"
)

func TestBinaryRoundTrip(t *testing.T) {
	in := bars(20, 12, 1)
	p := learn(t, in, small)
	b, err := p.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	var q Patches
	if err := q.UnmarshalBinary(b); err != nil {
		t.Fatal(err)
	}
	if q.Options() != p.Options() || q.Side() != 12 || q.Name() != p.Name() {
		t.Errorf("came back as %+v, side %d", q.Options(), q.Side())
	}
	if !slices.Equal(encode(t, &q, in).Data, encode(t, p, in).Data) {
		t.Error("the stored model encodes differently")
	}
}

func TestBinaryRefusesDamage(t *testing.T) {
	in := bars(8, 10, 1)
	good, _ := learn(t, in, PatchOptions{Patch: 2, Levels: 2, Centroids: 4, Dim: 4, Samples: 200}).MarshalBinary()
	var p Patches
	for n := range len(good) {
		if n > 200 && n < len(good)-200 {
			continue
		}
		if p.UnmarshalBinary(good[:n]) == nil {
			t.Fatalf("the first %d of %d bytes were taken for a model", n, len(good))
		}
	}
	for i := range good {
		bad := slices.Clone(good)
		bad[i] ^= 0x40
		if p.UnmarshalBinary(bad) == nil {
			t.Fatalf("a changed byte %d was not noticed", i)
		}
	}
	if p.UnmarshalBinary(append(slices.Clone(good), 0)) == nil {
		t.Error("a byte too many was not noticed")
	}
}

// FuzzUnmarshal mends the checksum, so that the checks behind it are reached,
// and uses what was accepted.
func FuzzUnmarshal(f *testing.F) {
	p := learn(f, bars(6, 8, 1), PatchOptions{Patch: 2, Centroids: 2, Levels: 2, Pool: 1, Dim: 2, Samples: 50})
	b, _ := p.MarshalBinary()
	f.Add(b)
	f.Add(b[:40])
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 4 {
			data = slices.Clone(data)
			sum := len(data) - 4
			binary.LittleEndian.PutUint32(data[sum:], crc32.ChecksumIEEE(data[:sum]))
		}
		var q Patches
		if q.UnmarshalBinary(data) != nil {
			return
		}
		if q.Side() > 64 || q.options.Levels > 2 {
			return
		}
		encode(t, &q, Pictures{Pixels: q.Side(), Data: make([]uint8, 2*q.Side()*q.Side()*3)})
		again, err := q.MarshalBinary()
		if err != nil || !slices.Equal(again, data) {
			t.Fatalf("an accepted model is written differently (%v)", err)
		}
	})
}
