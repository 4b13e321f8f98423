package jsontext

import (
	"encoding/json"
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"
)

// plainValue turns a node into what encoding/json makes of it, numbers as
// json.Number.
func plainValue(n Node) any {
	switch n.Kind() {
	case Object:
		out := map[string]any{}
		for k, v := range n.Members() {
			out[k] = plainValue(v)
		}
		return out
	case Array:
		out := []any{}
		for _, v := range n.Elements() {
			out = append(out, plainValue(v))
		}
		return out
	case String:
		s, _ := n.Text()
		return s
	case Number:
		return json.Number(n.Raw())
	case Bool:
		b, _ := n.Bool()
		return b
	}
	return nil
}

func standard(t testing.TB, data string) any {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(data))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		t.Fatalf("%v in %.2000s", err, data)
	}
	return v
}

func TestParseLikeStandard(t *testing.T) {
	for _, data := range []string{
		`{}`, `[]`, ` [ ] `, `"a"`, `-0.5e+3`, `true`, `null`, "\t[1,\r\n2 , {\"a\" : [ ]}]\n",
		`{"a":1,"b":{"c":[1,2,[3]],"d":"x\"y\\z\/\b\f\n\r\t\u00e9\ud83d\ude00\ud83d"},"a":2}`,
		`["\ud83d\u0041","\udc00",""]`, `{"\u0061":1}`, `[0,-0,0.0,1e5,1E-5,123456789012345678901234567890]`,
	} {
		n, err := Parse([]byte(data))
		if err != nil {
			t.Errorf("%s: %v", data, err)
			continue
		}
		if got, want := plainValue(n), standard(t, data); !reflect.DeepEqual(got, want) {
			t.Errorf("%s reads as %#v, not %#v", data, got, want)
		}
	}
}

func TestNodePlaces(t *testing.T) {
	data := "\xef\xbb\xbf{ \"b\": [1, \"é\\n\"],\n \"c\": NaN, \"d\": -Infinity, \"e\": 12.0, \"f\": true }"
	n, err := Parse([]byte(data))
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range []Node{n, n.Get("b"), n.Get("b").At(1), n.Get("c"), n.Get("d")} {
		if string(v.Raw()) != data[v.Start():v.End()] {
			t.Errorf("%q lies at %d to %d, which is %q", v.Raw(), v.Start(), v.End(), data[v.Start():v.End()])
		}
	}
	if s, ok := n.Get("b").At(1).Text(); !ok || s != "é\n" {
		t.Errorf("the text is %q", s)
	}
	if f, ok := n.Get("c").Float(); !ok || !math.IsNaN(f) {
		t.Errorf("NaN reads as %v", f)
	}
	if f, ok := n.Get("d").Float(); !ok || !math.IsInf(f, -1) {
		t.Errorf("-Infinity reads as %v", f)
	}
	if i, ok := n.Get("e").Int(); !ok || i != 12 {
		t.Errorf("12.0 is the whole number %d, %v", i, ok)
	}
	if b, ok := n.Get("f").Bool(); !ok || !b {
		t.Errorf("true reads as %v", b)
	}
	if n.Len() != 5 || n.Get("b").Len() != 2 || n.Get("x").Kind() != Invalid || n.Get("x").Get("y").At(3).String() != "" {
		t.Error("members are counted or absent ones are found")
	}
}

func TestFloatLikeStandard(t *testing.T) {
	for _, s := range []string{"0", "-0", "1.5", "123.456", "-0.001", "9007199254740993", "1e22", "1e23", "1e999", "-1e999", "0.1", "123456789.12345678", "4.35", "1e-400", "1.7976931348623157e308", "8388608.000000001", "99999999999999.9"} {
		n, err := Parse([]byte(s))
		if err != nil {
			t.Fatal(err)
		}
		got, ok := n.Float()
		var want float64
		if err := json.Unmarshal([]byte(s), &want); err != nil {
			want = math.Inf(1)
			if s[0] == '-' {
				want = math.Inf(-1)
			}
		}
		if !ok || math.Float64bits(got) != math.Float64bits(want) {
			t.Errorf("%s reads as %v, not %v", s, got, want)
		}
	}
}

func TestDecimal(t *testing.T) {
	for want, v := range map[string]float64{"1": 1, "-0.5": -.5, "0.1": .1, "123456789.25": 123456789.25, "1e-07": 1e-7, "1e+21": 1e21, "NaN": math.NaN(), "Infinity": math.Inf(1), "-Infinity": math.Inf(-1)} {
		if got := string(Decimal(v)); got != want {
			t.Errorf("%v is spelled %s, not %s", v, got, want)
		}
	}
}

func TestQuote(t *testing.T) {
	s := "a\"\\/\b\f\n\r\t\x00\x1f\x7fé😀"
	if got, want := string(Quote(s, true)), `"a\"\\/\b\f\n\r\t\u0000\u001f\u007f\u00e9\ud83d\ude00"`; got != want {
		t.Errorf("got %s, not %s", got, want)
	}
	if got, want := string(Quote(s, false)), "\"a\\\"\\\\/\\b\\f\\n\\r\\t\\u0000\\u001f\x7fé😀\""; got != want {
		t.Errorf("got %s, not %s", got, want)
	}
	if got, want := string(Quote("x\xffy", true)), "\"x\xffy\""; got != want {
		t.Errorf("got %q, not %q", got, want)
	}
}

func TestErrorsSayWhere(t *testing.T) {
	deep := strings.Repeat("[", 513) + strings.Repeat("]", 513)
	for data, want := range map[string]string{
		"":                       "line 1 column 1: expected a value, found the end of the file",
		"{\n \"a\" 1}":           "line 2 column 6: expected a colon behind the key, found 1",
		"{\n \"a\": 1,\n}":       "line 3 column 1: expected a key in double quotes, found }",
		"[1,]":                   "line 1 column 4: expected a value behind the comma, found ]",
		"[1 2]":                  "line 1 column 4: expected a comma or ], found 2",
		"[1":                     "line 1 column 3: expected a comma or ], found the end of the file",
		"[\"a\nb\"]":             "line 1 column 4: expected a closing double quote, found the end of the line",
		`["\x"]`:                 `line 1 column 3: expected an escape of JSON: one of \" \\ \/ \b \f \n \r \t or \u with four hexadecimal digits, found \`,
		"[01]":                   "line 1 column 2: expected a number without leading zeros, found 01",
		"[1.]":                   "line 1 column 4: expected a digit behind the point, found ]",
		"[nul]":                  "line 1 column 2: expected a value, found nul",
		"{'a': 1}":               "line 1 column 2: expected a key in double quotes or }, found '",
		"\xff\xfe{\x00}\x00":     "line 1 column 1: expected a value, found the byte 0xff",
		deep:                     "line 1 column 513: expected no more than 512 levels of lists and objects in each other, found [",
		"[[]] x":                 "line 1 column 6: expected the end of the file, found x",
		"{\"a\": tru\xe2\x82":    "line 1 column 7: expected a value, found tru",
		"\n\n  [1, é]":           "line 3 column 7: expected a value, found é",
		"{\"a\":1}\r\n<!DOCTYPE": "line 2 column 1: expected the end of the file, found <",
	} {
		_, err := Parse([]byte(data))
		var syntax *SyntaxError
		if !errors.As(err, &syntax) || err.Error() != want {
			t.Errorf("Parse %.40q: %v, not %s", data, err, want)
		}
		if err := Stream(t.Context(), strings.NewReader(data), Handler{}); err == nil || err.Error() != want {
			t.Errorf("Stream %.40q: %v, not %s", data, err, want)
		}
	}
}
