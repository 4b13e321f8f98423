package jsontext

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"
)

func seeds(f *testing.F) {
	for _, s := range []string{
		indented, `{"images":[{"id":1}],"annotations":[{"id":1,"bbox":[1.5,2,3,4e0]},{}],"info":{}}`,
		"{\"a\":1}\n{\"a\":[NaN,-Infinity]}\n", `["\ud83d\ude00\u00e9\n", true, null, -0.0]`, `[[],[1],[1,2,],{}]`, "\xef\xbb\xbf[1]", "1 2",
		`{"a":1,"a":{"a":2}}`, "[\n1\n,\n2\n]",
	} {
		f.Add([]byte(s), uint16(1))
	}
}

// shallow tells that data has few enough levels for both parsers.
func shallow(data []byte) bool {
	return strings.Count(string(data), "[")+strings.Count(string(data), "{") <= maxDepth
}

// FuzzParse: what the standard library accepts is accepted with the same
// values, and whatever is accepted is streamed the same.
func FuzzParse(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, data []byte, _ uint16) {
		n, err := Parse(data)
		if json.Valid(data) && shallow(data) {
			if err != nil {
				t.Fatal(err)
			}
			if utf8.Valid(data) {
				if got, want := plainValue(n), standard(t, string(data)); !reflect.DeepEqual(got, want) {
					t.Fatalf("%#v, not %#v", got, want)
				}
			}
		}
		whole := record(t, string(data), Handler{}, false)
		slow := record(t, string(data), Handler{}, true)
		if !reflect.DeepEqual(whole, slow) {
			t.Fatalf("%q, byte by byte %q", whole, slow)
		}
		failed := len(whole) > 0 && strings.HasPrefix(whole[len(whole)-1], "error ")
		if err == nil && failed {
			t.Fatalf("parsed, and streaming says %s", whole[len(whole)-1])
		}
		if err == nil {
			for _, v := range []Node{n, n.Get("a"), n.At(0)} {
				v.Text()
				v.Int()
				v.Float()
				v.Bool()
				_ = v.String()
			}
		}
	})
}

// FuzzEdit: edits of valid JSON give valid JSON with the content that was
// asked for. The bits of what choose the edits.
func FuzzEdit(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, data []byte, what uint16) {
		n, err := Parse(data)
		if err != nil || !json.Valid(data) || !utf8.Valid(data) || len(data) > 10000 {
			return
		}
		e := NewEditor()
		gone := func(i int) bool { return what>>(i%13)&1 == 1 }
		var want any
		switch n.Kind() {
		case Array:
			list := []any{}
			for i, v := range n.Elements() {
				if gone(i) {
					e.Replace(v, []byte("0")) // dropped with the element
					e.Remove(n, i)
				} else {
					list = append(list, plainValue(v))
				}
			}
			for range what >> 14 {
				e.Append(n, []byte(`{"x":[1,{"y":[]}]}`))
				list = append(list, map[string]any{"x": []any{json.Number("1"), map[string]any{"y": []any{}}}})
			}
			want = list
			lines := []string{}
			for range what >> 14 {
				lines = append(lines, `{"x":[1,{"y":[]}]}`)
			}
			if got := standard(t, streamedPlain(t, string(data), gone, lines)); !reflect.DeepEqual(got, want) {
				t.Fatalf("streamed: %v, not %v", got, want)
			}
		case Object:
			object := plainValue(n).(map[string]any)
			i := 0
			for k := range object {
				if gone(len(k)) {
					e.RemoveMember(n, k)
					delete(object, k)
				} else if i++; i%2 == 0 {
					e.SetMember(n, k, []byte(`[1,"é"]`))
					object[k] = []any{json.Number("1"), "é"}
				}
			}
			for i := range int(what >> 14) {
				key := strings.Repeat("new ", i+3)
				if n.Get(key).Kind() == Invalid {
					e.SetMember(n, key, []byte("null"))
					object[key] = nil
				}
			}
			want = object
		default:
			e.Replace(n, []byte("{}"))
			want = map[string]any{}
		}
		if got := standard(t, applied(t, data, e.Edits())); !reflect.DeepEqual(got, want) {
			t.Fatalf("%v, not %v", got, want)
		}
	})
}

// streamedPlain is streamed without edits inside of elements.
func streamedPlain(t *testing.T, data string, gone func(int) bool, add []string) string {
	e := NewEditor()
	var a *ArrayEditor
	err := Stream(t.Context(), strings.NewReader(data), Handler{
		Begin: func(_ string, offset int64) error { a = e.Array(offset); return nil },
		Element: func(_ string, i int, n Node) error {
			if gone(i) {
				a.Remove(n)
			} else {
				a.Keep(n)
			}
			return nil
		},
		End: func(_ string, offset int64) error {
			for _, s := range add {
				a.Append([]byte(s))
			}
			a.End(offset)
			return nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return applied(t, []byte(data), e.Edits())
}
