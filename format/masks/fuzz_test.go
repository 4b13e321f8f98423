package masks

import (
	"bytes"
	"testing"

	"github.com/errata-cv/errata/dataset"
)

// FuzzRead reads any bytes as a label picture with any list of classes. What can
// be decoded is encoded to the same pixels, its regions do not overlap, and each
// has a value that says what it is.
func FuzzRead(f *testing.F) {
	for _, p := range variants(5, 3) {
		f.Add(assemble(f, p), uint8(0), []byte("background:0,0,0::\ncar:128,0,0::\n"), uint8(1), true)
	}
	f.Add(grays16(rows(0, 26001, 26001, 7, 26, 26000, 4, 7)...), uint8(by1000), []byte("0 0 0 a\n64 0 0 b c\n"), uint8(2), false)
	f.Add(grays(rows(0, 2, 2, 0, 0, 0, 5, 0)...), uint8(byClass), []byte("Pixel Value, Class\n0, background\n2, cat\n"), uint8(5), false)
	f.Add(colours(rows(0, 2, 2, 0, 0, 0, 5, 0)...), uint8(byTrain), []byte(`{"label_map":{"0":"a"},"segmentation_colors":[[0,0,1]]}`), uint8(0), false)
	f.Add([]byte(signature), uint8(by256), []byte("classes:\n  7: 'cat'\n  - dog\n"), uint8(9), true)
	f.Add([]byte(signature), uint8(byObject), []byte(`{"labels":[{"name":"bird","color":[1,2,3],"instances":true}]}`), uint8(7), true)
	f.Fuzz(func(t *testing.T, data []byte, k uint8, list []byte, name uint8, open bool) {
		l, err := parseList(listNames[int(name)%len(listNames)], list)
		if err != nil || open {
			l = openLegend()
		}
		p, err := decode(data)
		if err != nil || len(p.pix) > 1<<20 {
			return
		}
		idat, err := p.encode()
		if err != nil {
			t.Fatal(err)
		}
		again, err := decode(append(append(bytes.Clone(data[:p.from]), idat...), data[p.to:]...))
		if err != nil || !bytes.Equal(again.pix, p.pix) {
			t.Fatalf("encoded and decoded it has other pixels (%v)", err)
		}
		d := &labelled{planes: []*picture{p}, spellings: []*spelling{l.spellingOf(p, kind(k%uint8(byObject+1)))}, objects: none}
		regions, err := d.regions(true)
		if err != nil {
			return
		}
		covered := 0.0
		for _, r := range regions {
			covered += r.mask.Area()
			total := uint32(0)
			for _, n := range r.mask.Counts {
				total += n
			}
			if total != uint32(p.width*p.height) || r.mask.Bounds() == (dataset.Box{}) {
				t.Fatalf("the region %q has the run lengths %v in %d × %d", r.name, r.mask.Counts, p.width, p.height)
			}
		}
		if covered > float64(p.width*p.height) {
			t.Fatalf("the regions cover %v of %d pixels", covered, p.width*p.height)
		}
	})
}
