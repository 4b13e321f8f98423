package datayaml

import (
	"reflect"
	"testing"
)

func TestParse(t *testing.T) {
	for _, c := range []struct {
		name, data string
		want       File
	}{
		{"map", "path: ../d # here\ntrain: images/train\nval: [a, b]\ntest:\nnc: 2\nnames:\n  3: wren\n  1: 'yes'\n", File{
			Path: "../d", Parts: []Part{{"train", []string{"images/train"}}, {"val", []string{"a", "b"}}}, Names: []Name{{1, "yes"}, {3, "wren"}},
		}},
		{"list", "names: [no, 1, wren]\ntask: OBB\nkpt_shape: [17, 3]\ndownload: https://example.org/x.zip\n", File{
			Names: []Name{{0, "no"}, {1, "1"}, {2, "wren"}}, Task: "obb", Keypoints: 51,
		}},
		{"count", "nc: 2\ntrain: x.txt", File{Parts: []Part{{"train", []string{"x.txt"}}}, Names: []Name{{0, "0"}, {1, "1"}}}},
		{"huge count", "nc: 2000000000", File{}},
		{"alias", "a: &n [x]\nnames: *n\n", File{Parts: []Part{{"a", []string{"x"}}}, Names: []Name{{0, "x"}}}},
		{"masks", "train:\n  images: a\n  masks: b\n", File{}},
		{"empty", "", File{}},
		{"text", "hello", File{}},
	} {
		got, err := Parse([]byte(c.data))
		if err != nil || !reflect.DeepEqual(*got, c.want) {
			t.Errorf("%s: %+v, %v", c.name, got, err)
		}
	}
	for _, bad := range []string{"names: {a: b}", "a: [", "\t: x: y"} {
		if _, err := Parse([]byte(bad)); err == nil {
			t.Errorf("%q is read", bad)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("names: [a, b]\ntrain: images\n")
	f.Add("a: &a [x, *a]\nnames: *a\nkpt_shape: [1, 2]\n")
	f.Add("names:\n  0: &x y\n  1: *x\n")
	f.Fuzz(func(t *testing.T, data string) {
		got, err := Parse([]byte(data))
		if err == nil && len(got.Names) > max(len(data), maxNames) {
			t.Errorf("%d names", len(got.Names))
		}
		if (got == nil) == (err == nil) {
			t.Errorf("%v and %v", got, err)
		}
	})
}
