package jsontext

import (
	"bytes"
	"strings"
	"testing"

	"github.com/errata-cv/errata/format/source"
)

// applied makes the edits, which must be in order, fit and not overlap.
func applied(t testing.TB, data []byte, edits []source.Edit) string {
	t.Helper()
	var out []byte
	at := int64(0)
	for _, e := range edits {
		if e.Offset < at || e.Offset+int64(len(e.Old)) > int64(len(data)) || !bytes.Equal(data[e.Offset:e.Offset+int64(len(e.Old))], e.Old) {
			t.Fatalf("the edit %d %q -> %q does not fit behind %d", e.Offset, e.Old, e.New, at)
		}
		out = append(append(out, data[at:e.Offset]...), e.New...)
		at = e.Offset + int64(len(e.Old))
	}
	return string(append(out, data[at:]...))
}

func parsed(t testing.TB, data string) Node {
	t.Helper()
	n, err := Parse([]byte(data))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

const indented = `{
    "shapes": [
        {
            "label": "cat",
            "points": [
                1,
                2
            ],
            "flags": {}
        }
    ],
    "empty": []
}
`

func TestEditor(t *testing.T) {
	for _, c := range []struct {
		name, data string
		edit       func(e *Editor, n Node)
		want       string
	}{
		{"remove first", `[1, 2, 3]`, func(e *Editor, n Node) { e.Remove(n, 0) }, `[2, 3]`},
		{"remove middle", `[1, 2, 3]`, func(e *Editor, n Node) { e.Remove(n, 1) }, `[1, 3]`},
		{"remove last", "[1,\n 2,\n 3\n]", func(e *Editor, n Node) { e.Remove(n, 2) }, "[1,\n 2\n]"},
		{"remove neighbours", "[\n1,\n2,\n3,\n4\n]", func(e *Editor, n Node) { e.Remove(n, 2); e.Remove(n, 1) }, "[\n1,\n4\n]"},
		{"remove first two", "[\n1,\n2,\n3\n]", func(e *Editor, n Node) { e.Remove(n, 0); e.Remove(n, 1) }, "[\n3\n]"},
		{"remove all", "[\n1,\n2\n]", func(e *Editor, n Node) { e.Remove(n, 0); e.Remove(n, 1) }, "[]"},
		{"remove outside", "[1]", func(e *Editor, n Node) { e.Remove(n, 1); e.Remove(n, -1) }, "[1]"},
		{"replace all by appended", "[\n 1,\n 2\n]", func(e *Editor, n Node) { e.Remove(n, 0); e.Append(n, []byte("3")); e.Remove(n, 1) }, "[\n 3\n]"},
		{"remove last and append", "[1,2]", func(e *Editor, n Node) { e.Remove(n, 1); e.Append(n, []byte("3")) }, "[1,3]"},
		{"append one line", `[{"a":1,"b":[1,2]}]`, func(e *Editor, n Node) { e.Append(n, []byte(`{"a": 5, "b": [3, 4]}`)) }, `[{"a":1,"b":[1,2]},{"a":5,"b":[3,4]}]`},
		{"append with blanks", `[{"a": 1}]`, func(e *Editor, n Node) { e.Append(n, []byte(`{"a":5,"c":[1,2]}`)); e.Append(n, []byte("7")) }, `[{"a": 1}, {"a": 5, "c": [1, 2]}, 7]`},
		{"append to empty", `{"a": []}`, func(e *Editor, n Node) { e.Append(n.Get("a"), []byte(`1`)); e.Append(n.Get("a"), []byte(`2`)) }, `{"a": [1, 2]}`},
		{"append text of lines", "[1]", func(e *Editor, n Node) { e.Append(n, []byte("[\n2]")) }, "[1, [\n2]]"},
		{"append indented", indented, func(e *Editor, n Node) {
			e.Append(n.Get("shapes"), []byte(`{"label":"dog","points":[3,4],"flags":{},"more":[]}`))
		}, strings.Replace(indented, "    ],\n    \"empty\"", `    ],
    "empty"`, 1)[:strings.Index(indented, "\n    ],\n    \"empty\"")] + `,
        {
            "label": "dog",
            "points": [
                3,
                4
            ],
            "flags": {},
            "more": []
        }
    ],
    "empty": []
}
`},
		{"append to empty indented", indented, func(e *Editor, n Node) { e.Append(n.Get("empty"), []byte(`1`)); e.Append(n.Get("empty"), []byte(`2`)) },
			strings.Replace(indented, `"empty": []`, "\"empty\": [\n        1,\n        2\n    ]", 1)},
		{"append to empty on one line", "{\"x\": 1, \"a\": [], \"y\": [2,3]}", func(e *Editor, n Node) { e.Append(n.Get("a"), []byte("1")) }, "{\"x\": 1, \"a\": [1], \"y\": [2,3]}"},
		{"set", `{"a": 1, "b" : 2}`, func(e *Editor, n Node) { e.SetMember(n, "b", []byte("3")) }, `{"a": 1, "b" : 3}`},
		{"set list like the old one", indented, func(e *Editor, n Node) {
			e.SetMember(n.Get("shapes").At(0), "points", []byte("[7,8,9]"))
		}, strings.Replace(indented, "1,\n                2", "7,\n                8,\n                9", 1)},
		{"set new", `{"a":1}`, func(e *Editor, n Node) { e.SetMember(n, "b", []byte("3")); e.SetMember(n, "c", []byte("4")) }, `{"a":1,"b":3,"c":4}`},
		{"set new in empty", `{"o": {}}`, func(e *Editor, n Node) { e.SetMember(n.Get("o"), "b", []byte("3")) }, `{"o": {"b": 3}}`},
		{"set new in empty indented", indented, func(e *Editor, n Node) { e.SetMember(n.Get("shapes").At(0).Get("flags"), "b", []byte("true")) },
			strings.Replace(indented, "{}", "{\n                \"b\": true\n            }", 1)},
		{"set new indented", "{\n\t\"a\": 1\n}", func(e *Editor, n Node) { e.SetMember(n, "é", []byte("3")) }, "{\n\t\"a\": 1,\n\t\"\\u00e9\": 3\n}"},
		{"set the last of the same key", `{"a": 1, "a": 2}`, func(e *Editor, n Node) { e.SetMember(n, "a", []byte("3")) }, `{"a": 1, "a": 3}`},
		{"remove members", `{"a": 1, "b": 2, "a": 2, "c": 3}`, func(e *Editor, n Node) { e.RemoveMember(n, "a"); e.RemoveMember(n, "x") }, `{"b": 2, "c": 3}`},
		{"inside of removed", `[[1], 2]`, func(e *Editor, n Node) {
			e.Replace(n.At(0).At(0), []byte("5"))
			e.Append(n.At(0), []byte("6"))
			e.Remove(n, 0)
		}, `[2]`},
		{"inside of replaced", `{"a": [1, 2]}`, func(e *Editor, n Node) {
			e.Replace(n.Get("a").At(1), []byte("5"))
			e.Replace(n.Get("a"), []byte("null"))
		}, `{"a": null}`},
		{"nothing", `{"a": 1}`, func(e *Editor, n Node) {
			e.Replace(n.Get("a"), []byte("1"))
			e.Replace(n.Get("b"), []byte("1"))
			e.Append(n, nil)
			e.SetMember(n.Get("a"), "x", nil)
		}, `{"a": 1}`},
	} {
		e := NewEditor()
		c.edit(e, parsed(t, c.data))
		if got := applied(t, []byte(c.data), e.Edits()); got != c.want {
			t.Errorf("%s: %s\ngives %s\n  not %s", c.name, c.data, got, c.want)
		}
	}
}

// streamed removes the elements that are marked and appends.
func streamed(t testing.TB, data string, remove func(i int) bool, add ...string) string {
	t.Helper()
	e := NewEditor()
	var a *ArrayEditor
	var indent []byte
	err := Stream(t.Context(), strings.NewReader(data), Handler{
		Indent: func(_ string, i []byte) { indent = i },
		Begin: func(_ string, offset int64) error {
			a = e.Array(offset)
			a.Indent(indent)
			indent = nil
			return nil
		},
		Element: func(_ string, i int, n Node) error {
			if remove(i) {
				a.Remove(n)
			} else {
				a.Keep(n)
				if n.Kind() == Object && i%2 == 1 {
					e.SetMember(n, "new", []byte("0"))
				}
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

func TestArrayEditor(t *testing.T) {
	set := func(gone ...int) func(int) bool {
		return func(i int) bool {
			for _, g := range gone {
				if g == i {
					return true
				}
			}
			return false
		}
	}
	for _, c := range []struct {
		data string
		gone []int
		add  []string
		want string
	}{
		{`[1, 2, 3]`, nil, nil, `[1, 2, 3]`},
		{`[1, 2, 3]`, []int{0}, nil, `[2, 3]`},
		{`[1, 2, 3]`, []int{1, 2}, []string{"4", "5"}, `[1, 4, 5]`},
		{"[\n 1,\n 2\n]", []int{0, 1}, nil, "[\n]"},
		{"[\n 1,\n 2\n]", []int{0, 1}, []string{"3", "4"}, "[\n 3,\n 4\n]"},
		{`{"a":[],"b":[{"x":1}]}`, []int{7}, []string{`{"x":2}`}, `{"a":[{"x": 2}],"b":[{"x":1},{"x":2}]}`},
		{"{\"b\": [\n  {\n    \"x\": [1, 2]\n  },\n  {}\n]}", nil, nil, "{\"b\": [\n  {\n    \"x\": [1, 2]\n  },\n  {\n    \"new\": 0\n  }\n]}"},
		{"{\"b\": [\n  {\n    \"x\": [1, 2]\n  }\n]}", nil, []string{`{"x":[3,4]}`}, "{\"b\": [\n  {\n    \"x\": [1, 2]\n  },\n  {\n    \"x\": [3, 4]\n  }\n]}"},
		{"{\"a\":1}\n{\"a\":2}\n{\"a\":3}\n", []int{0}, []string{`{"a": 4}`}, "{\"a\":2,\"new\":0}\n{\"a\":3}\n{\"a\":4}\n"},
		{"{\"a\":1}\n{\"a\":2}", []int{1}, nil, "{\"a\":1}"},
		{"{\n  \"a\": [],\n  \"b\": [\n  ]\n}", nil, []string{`{"x":[1,2]}`, "3"}, "{\n  \"a\": [\n    {\"x\": [1, 2]},\n    3\n  ],\n  \"b\": [\n  {\"x\": [1, 2]}, 3]\n}"},
		{"1\n2\n", []int{0, 1}, []string{"3"}, "3\n"},
	} {
		if got := streamed(t, c.data, set(c.gone...), c.add...); got != c.want {
			t.Errorf("%s without %v with %v\ngives %s\n  not %s", c.data, c.gone, c.add, got, c.want)
		}
	}
}
