package jsonfiles

import (
	"io"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/errata-cv/errata/format/jsontext"
	"github.com/errata-cv/errata/format/source"
)

func TestOutline(t *testing.T) {
	for _, c := range []struct{ name, head, want string }{
		{"object", `{"a": 1, "b": [{"c": "x, y"}, {"d": null}], "e": {}}`, `= a=1 b= b[]= b[].c="x, y" b[].d=null e=`},
		{"list", "[{\"a\": [1, 2]},\n {\"a\": [], \"b\\\"\": true}]", `= []= [].a= [].a[]=1 [].b\"=true`},
		{"lines", "{\"a\": 1}\n{\"b\": -2.5e3}\n", `= a=1 b=-2.5e3`},
		{"cut in a key", `[{"ab": 1, "cd`, `= []= [].ab=1`},
		{"cut in a value", `{"ab": tru`, `=`},
		{"NaN", `{"ab": NaN, "c": 1}`, `= ab=NaN c=1`},
		{"no JSON", `hello, world`, `=hello`},
		{"brackets that do not fit", `{"a": [}, "b": 1}`, `= a=`},
		{"nothing", ``, ``},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := OutlineOf([]byte(c.head))
			var got []string
			for _, k := range slices.Sorted(maps.Keys(o)) {
				got = append(got, k+"="+o[k])
			}
			if s := strings.Join(got, " "); s != c.want {
				t.Errorf("%s, want %s", s, c.want)
			}
		})
	}
}

func FuzzOutline(f *testing.F) {
	f.Add([]byte(`{"a": [{"b": "c\""}, 1.5], "d": {}}`))
	f.Add([]byte("[[[[{\"a\":"))
	f.Fuzz(func(t *testing.T, head []byte) {
		o := OutlineOf(head)
		n, err := jsontext.Parse(head)
		if err != nil || len(head) > 500 {
			return
		}
		for key := range n.Members() {
			if key != "" && !strings.Contains(string(head), `\`) && !o.Has(key) {
				t.Errorf("%q: the member %q is missing in %v", head, key, o)
			}
		}
	})
}

func TestSpell(t *testing.T) {
	for _, c := range []struct {
		like string
		v    float64
		want string
	}{
		{"12.50", 12.5, "12.50"},
		{"12.50", 12.5000000000001, "12.50"},
		{"1e1", 10, "1e1"},
		{"7", 7.25, "7.25"},
		{"7", 8, "8"},
		{"7.0", 8, "8.0"},
		{"7.5", -8, "-8.0"},
		{"NaN", math.NaN(), "NaN"},
		{`"7.0"`, 8, "8"},
		{"0.1", 0.1 + 0.2, "0.3"},
	} {
		n, err := jsontext.Parse([]byte(c.like))
		if err != nil {
			t.Fatal(err)
		}
		if got := string(Spell(c.v, n)); got != c.want {
			t.Errorf("%v like %s is spelled %s, want %s", c.v, c.like, got, c.want)
		}
	}
	if got := string(Spell(3, jsontext.Node{})); got != "3" {
		t.Errorf("3 like nothing is spelled %s", got)
	}
}

func TestValue(t *testing.T) {
	for _, c := range []struct{ v, like, want string }{
		{"true", "false", "true"},
		{"true", `"false"`, `"true"`},
		{"1.50", "2", "1.50"},
		{"red", "2", `"red"`},
		{" 1", "2", `" 1"`},
		{"null", "2", `"null"`},
		{"[1]", "2", `"[1]"`},
	} {
		n, err := jsontext.Parse([]byte(c.like))
		if err != nil {
			t.Fatal(err)
		}
		if got := string(Value(c.v, n, true)); got != c.want {
			t.Errorf("%s like %s is spelled %s, want %s", c.v, c.like, got, c.want)
		}
	}
}

// The folder that was named is the root when it holds the pictures; otherwise
// the folder beside it that does, also when they lie deeper.
func TestPicturesAreFound(t *testing.T) {
	is := func(o Outline) bool { return o.Has("name") }
	names := func(_ io.Reader, take func(string) error) error { return take("a.png") }
	for _, c := range []struct {
		name  string
		files []string
		open  string
		root  string
		want  string
	}{
		{"in the folder", []string{"d/a.json", "d/pictures/a.png"}, "d", "d", "a.json"},
		{"beside the file", []string{"d/labels/a.json", "d/pictures/a.png"}, "d/labels/a.json", "d/pictures", "a.json"},
		{"deep in images", []string{"d/labels/x/a.json", "d/images/y/z/a.png"}, "d/labels/x", "d/images", "a.json"},
		{"nowhere", []string{"d/labels/a.json"}, "d/labels", "d/labels", "a.json"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			for _, f := range c.files {
				full := filepath.Join(dir, filepath.FromSlash(f))
				if err := os.MkdirAll(filepath.Dir(full), 0o777); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(full, []byte(`{"name": 1}`), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			s, err := Open(filepath.Join(dir, filepath.FromSlash(c.open)), source.Options{}, is, names, ".json")
			if err != nil {
				t.Fatal(err)
			}
			if want := filepath.Join(dir, filepath.FromSlash(c.root)); s.Album.Root != want {
				t.Errorf("the root is %s, want %s", s.Album.Root, want)
			}
			if got := strings.Join(s.Files, " "); got != c.want {
				t.Errorf("the files are %s, want %s", got, c.want)
			}
		})
	}
}
