package jsontext

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/iotest"
)

// record tells what a stream hands out.
func record(t testing.TB, data string, h Handler, slow bool) []string {
	t.Helper()
	var out []string
	say := func(format string, args ...any) error {
		out = append(out, fmt.Sprintf(format, args...))
		return nil
	}
	h.Begin = func(key string, offset int64) error {
		if offset >= 0 && data[offset] != '[' {
			t.Errorf("array %q begins at %d with %q", key, offset, data[offset])
		}
		return say("begin %q", key)
	}
	h.End = func(key string, offset int64) error {
		if offset < int64(len(data)) && data[offset] != ']' && strings.TrimSpace(data[offset:]) != "" {
			t.Errorf("array %q ends at %d with %q", key, offset, data[offset])
		}
		return say("end")
	}
	place := func(n Node) string {
		if data[n.Start():n.End()] != string(n.Raw()) {
			t.Errorf("%.40q lies at %d to %d", n.Raw(), n.Start(), n.End())
		}
		return fmt.Sprintf("%.40s %d", n.Raw(), n.Len())
	}
	h.Element = func(_ string, i int, n Node) error { return say("%d %s", i, place(n)) }
	h.Value = func(key string, n Node) error { return say("value %q %s", key, place(n)) }
	var err error
	if slow {
		err = Stream(t.Context(), iotest.OneByteReader(strings.NewReader(data)), h)
	} else {
		err = Stream(t.Context(), strings.NewReader(data), h)
	}
	if err != nil {
		say("error %v", err)
	}
	return out
}

func TestStream(t *testing.T) {
	for _, c := range []struct{ data, want string }{
		{`{}`, ``},
		{"\xef\xbb\xbf {\"a\": [ ], \"b\" : 12, \"c\":[1 , [2,3]\n], \"d\":{\"e\":[1]}}\n", `begin "a"|end|value "b" 12 0|begin "c"|0 1 0|1 [2,3] 2|end|value "d" {"e":[1]} 1`},
		{`[{"a":1},{}]`, `begin ""|0 {"a":1} 1|1 {} 0|end`},
		{"{\"a\":[1]}\n{\"b\":2}\n\n", `begin ""|0 {"a":[1]} 1|1 {"b":2} 1|end`},
		{"[1]\n[2]", `begin ""|0 [1] 1|1 [2] 1|end`},
		{"1 \"x\" null", `begin ""|0 1 0|1 "x" 0|2 null 0|end`},
		{`{"a":1,}`, `value "a" 1 0|error line 1 column 8: expected a key in double quotes, found }`},
		{"{\"a\":[1,2\n,x]}", `begin "a"|0 1 0|1 2 0|error line 2 column 2: expected a value, found x`},
		{"{} x", `error line 1 column 4: expected the end of the file, found x`},
	} {
		for _, slow := range []bool{false, true} {
			if got := strings.Join(record(t, c.data, Handler{}, slow), "|"); got != c.want {
				t.Errorf("%s (one byte at a time: %v)\ngives %s\n  not %s", c.data, slow, got, c.want)
			}
		}
	}
	if got, want := strings.Join(record(t, `{"a":[1]}`, Handler{Lines: true}, false), "|"), `begin ""|0 {"a":[1]} 1|end`; got != want {
		t.Errorf("one line gives %s, not %s", got, want)
	}
}

// Records that cross windows, and records larger than one.
func TestStreamManyWindows(t *testing.T) {
	var b strings.Builder
	b.WriteString("{\"info\": {\"note\": \"" + strings.Repeat("n", 3*window) + "\"},\n\"list\": [")
	const n = 20000
	for i := range n {
		if i > 0 {
			b.WriteString(",\n")
		}
		fmt.Fprintf(&b, `{"id": %d, "text": "%s"}`, i, strings.Repeat("x", i%200))
	}
	b.WriteString(",\"" + strings.Repeat("y", 2*window) + "\"]\n}\n")
	got := record(t, b.String(), Handler{}, false)
	if len(got) != n+4 {
		t.Fatalf("%d parts, not %d: %.200s", len(got), n+4, got[len(got)-1])
	}
	if want := fmt.Sprintf(`%d {"id": %d, "text": "xx`, n-198, n-198); !strings.HasPrefix(got[n-198+2], want) {
		t.Errorf("record is %s, not %s…", got[n-198+2], want)
	}
	broken := b.String()[:b.Len()-2] + "!"
	line := strings.Count(broken, "\n") + 1
	if got := record(t, broken, Handler{}, false); got[len(got)-1] != fmt.Sprintf("error line %d column 1: expected a comma or }, found !", line) {
		t.Errorf("%.200s", got[len(got)-1])
	}
}

func TestStreamStops(t *testing.T) {
	stop := errors.New("stop")
	n := 0
	err := Stream(t.Context(), strings.NewReader("[1,2,3"), Handler{Element: func(_ string, i int, _ Node) error {
		n++
		if i == 1 {
			return stop
		}
		return nil
	}})
	if !errors.Is(err, stop) || n != 2 {
		t.Errorf("%v after %d elements", err, n)
	}
	if err := Stream(t.Context(), iotest.ErrReader(stop), Handler{}); !errors.Is(err, stop) {
		t.Error(err)
	}
}

func BenchmarkStream(b *testing.B) {
	var text strings.Builder
	text.WriteString(`{"annotations": [`)
	for i := range 20000 {
		if i > 0 {
			text.WriteString(", ")
		}
		fmt.Fprintf(&text, `{"id": %d, "image_id": %d, "category_id": %d, "bbox": [%.2f, %.2f, 30.5, 40.25], "area": 1227.625, "segmentation": [], "iscrowd": 0}`, i, i/7, i%80, float64(i%640), float64(i%480))
	}
	text.WriteString("]}")
	b.SetBytes(int64(text.Len()))
	for b.Loop() {
		if err := Stream(b.Context(), strings.NewReader(text.String()), Handler{}); err != nil {
			b.Fatal(err)
		}
	}
}
