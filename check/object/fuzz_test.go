package object

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/errata-cv/errata/dataset"
)

// scene spells annotations of three pictures by bytes: kind of geometry, image
// and class, then its numbers.
func scene(b []byte) *dataset.Dataset {
	ds := &dataset.Dataset{Classes: []string{"cat", "dog"}, Images: []dataset.Image{{Path: "a", Width: 30, Height: 20}, {Path: "b"}, {Path: "c", Width: 20, Height: 30}}}
	special := map[byte]float64{0x80: math.NaN(), 0x81: math.Inf(1), 0x82: math.Inf(-1), 0x83: 1e308, 0x84: -1e308, 0x85: 1e-308}
	for len(b) >= 2 {
		kind, where := b[0]%6, b[1]
		n := 4 + int(b[0]>>4)
		if b = b[2:]; len(b) < n {
			break
		}
		v := make([]float64, n)
		for i, x := range b[:n] {
			if f, ok := special[x]; ok {
				v[i] = f
			} else {
				v[i] = float64(int8(x)) / 2
			}
		}
		stated := dataset.Box{}
		if where&64 != 0 {
			stated = dataset.Box{X: v[0], Y: v[1], W: v[2], H: v[3]}
		}
		box := dataset.Box{X: v[0], Y: v[1], W: v[2], H: v[3]}
		var g dataset.Geometry
		switch kind {
		case 0:
			g = box
		case 1:
			g = dataset.RotatedBox{X: v[0], Y: v[1], W: v[2], H: v[3], Angle: v[n-1]}
		case 2:
			g = dataset.Polygon{Parts: [][]float64{v[:n/2], v[n/2:]}, Stated: stated}
		case 3:
			m := box.Mask(30, 20)
			m.Stated = stated
			g = m
		case 4:
			g = dataset.Invalid{Reason: "it is empty", Stated: stated}
		}
		ds.Annotations = append(ds.Annotations, dataset.Annotation{Image: int(where) % 3, Class: int(where) / 3 % 2, Geometry: g, Crowd: where&32 != 0})
		b = b[n:]
	}
	return ds
}

// Whatever is marked, findings can be written, named, and applied one by one.
func FuzzCheck(f *testing.F) {
	f.Add([]byte{0, 0, 2, 2, 20, 20, 0, 0, 2, 2, 20, 20, 0, 3, 2, 2, 20, 20}, 6)
	f.Add([]byte{0x42, 64, 1, 1, 9, 9, 9, 1, 1, 9, 3, 1, 2, 2, 40, 40, 4, 2, 1, 1, 1, 1}, 1)
	f.Add([]byte{0, 0, 0x80, 0x81, 0x82, 0x83, 1, 1, 0x84, 5, 5, 0x85}, 0)
	f.Fuzz(func(t *testing.T, b []byte, orientation int) {
		if len(b) > 500 {
			return
		}
		ds := scene(b)
		ix := dataset.NewIndex(ds)
		r := Check(ds, ix, Columns{Width: []int{20, 30, 20}, Height: []int{30, 20, 30}, Orientation: []int{1, orientation, orientation}}, Options{})
		ids := map[string]bool{}
		for _, f := range r.Findings {
			if id := f.ID(ds, ix); ids[id] {
				t.Fatalf("two findings are named %s: %+v", id, f)
			} else {
				ids[id] = true
			}
			if !(f.Score >= 0 && f.Score <= 1 && f.Probability >= 0 && f.Probability <= 1) {
				t.Fatalf("%+v", f)
			}
			if _, err := json.Marshal(f.Evidence); err != nil {
				t.Fatalf("%v: %v", f.Evidence, err)
			}
			if f.Suggestion == nil {
				continue
			}
			c := dataset.Change{Action: f.Suggestion.Action, Image: f.Image, Annotation: f.Annotation, From: dataset.None, To: dataset.None, Geometry: f.Suggestion.Geometry}
			if _, err := dataset.Apply(ds, []dataset.Change{c}); err != nil {
				t.Fatal(err)
			}
		}
	})
}
