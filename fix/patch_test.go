package fix

import (
	"bytes"
	"reflect"
	"strings"
	"testing"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format"
)

// The patch file is an interface; this is its spelling.
func TestPatchOfTable(t *testing.T) {
	_, table := plantTable(t)
	var b bytes.Buffer
	if err := plan(t, table, format.Options{}, "a.png#1 = cat", "b.png = cat", "c.png drop").Patch(&b); err != nil {
		t.Fatal(err)
	}
	const want = `{
  "version": 2,
  "format": "csv",
  "source": "labels.csv",
  "changes": [
    {
      "action": "set-class",
      "target": {
        "image": "b.png"
      },
      "annotation": "4",
      "from": "dog",
      "to": "cat"
    },
    {
      "action": "set-class",
      "target": {
        "image": "a.png",
        "ordinal": 1
      },
      "annotation": "7",
      "from": "dog",
      "to": "cat"
    },
    {
      "action": "drop-image",
      "target": {
        "image": "c.png"
      }
    }
  ],
  "files": [
    {
      "name": "labels.csv",
      "bytes": 95,
      "sha256": "e9049e2ab02e2408042ece00872f28666a4b53d6c3164550aed7992cbc45706b",
      "edits": [
        {
          "line": 4,
          "offset": 46,
          "old": "\"dog\"",
          "new": "\"cat\""
        },
        {
          "line": 6,
          "offset": 57,
          "old": "c.png;cat;z\r\n",
          "new": ""
        },
        {
          "line": 7,
          "offset": 76,
          "old": "dog",
          "new": "cat"
        }
      ]
    }
  ]
}
`
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
}

func TestPatchOfFolder(t *testing.T) {
	var b bytes.Buffer
	root := plant(t, "cat/1.png", "cat/\xff.png", "dog/2.png")
	if err := plan(t, root, format.Options{}, "cat/\xff.png = dog", "cat/1.png drop").Patch(&b); err != nil {
		t.Fatal(err)
	}
	const want = `{
  "version": 2,
  "format": "folder",
  "source": "set",
  "changes": [
    {
      "action": "set-class",
      "target": {
        "image_bytes": "Y2F0L/8ucG5n"
      },
      "from": "cat",
      "to": "dog"
    },
    {
      "action": "drop-image",
      "target": {
        "image": "cat/1.png"
      }
    }
  ],
  "moves": [
    {
      "from": {
        "base64": "Y2F0L/8ucG5n"
      },
      "to": {
        "base64": "ZG9nL/8ucG5n"
      }
    },
    {
      "from": "cat/1.png",
      "drop": true
    }
  ]
}
`
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
}

func TestReadPatch(t *testing.T) {
	_, table := plantTable(t)
	for path, lines := range map[string][]string{
		table: tableChanges,
		plant(t, "cat/\xff.png", "\xfe/2.png", "\xfe/3.png"): {"cat/\xff.png = \xfe", "\xfe/2.png = cat", "\xfe/3.png drop"},
	} {
		p := plan(t, path, format.Options{}, lines...)
		var b bytes.Buffer
		if err := p.Patch(&b); err != nil {
			t.Fatal(err)
		}
		got, err := ReadPatch(&b, p.ds, p.ix)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, p.changes) {
			t.Errorf("got %+v, want %+v", got, p.changes)
		}
	}
}

func TestReadPatchRefuses(t *testing.T) {
	ds, ix, _ := read(t, plant(t, "cat/1.png", "dog/2.png"), format.Options{})
	for text, want := range map[string]string{
		``:               "no JSON of errata fix",
		`{"version": 3}`: "of version 3",
		`{"version": 1, "changes": [{"action": "drop-image", "target": {"image": "x"}}]}`:                                       "speaks of x, which is not in the dataset",
		`{"version": 1, "changes": [{"action": "set-class", "target": {"image": "cat/1.png", "ordinal": 1}}]}`:                  "annotation 2 of cat/1.png, which is not",
		`{"version": 1, "changes": [{"action": "set-class", "target": {"image": "cat/1.png"}, "from": "dog", "to": "cat"}]}`:    `the dataset says "cat"`,
		`{"version": 1, "changes": [{"action": "set-class", "target": {"image": "cat/1.png"}, "from": "cat", "to": "\u001b"}]}`: `the class "\x1b", which the dataset does not have`,
		`{"version": 1, "changes": [{"action": "x", "target": {"image": "cat/1.png"}}]}`:                                        `an action "x"`,
	} {
		_, err := ReadPatch(strings.NewReader(text), ds, ix)
		refused(t, err, want)
	}
}

func FuzzReadPatch(f *testing.F) {
	ds := &dataset.Dataset{
		Classes: []string{"cat", "\xff"}, Images: []dataset.Image{{Path: "a"}, {Path: "\xfe"}},
		Annotations: []dataset.Annotation{{Image: 0, Class: 0}, {Image: 1, Class: 1}},
	}
	ix := dataset.NewIndex(ds)
	f.Add([]byte(`{"version": 1, "changes": [{"action": "set-class", "target": {"image": "a"}, "from": "cat", "to": {"base64": "/w=="}}, {"action": "drop-image", "target": {"image_bytes": "/g=="}}]}`))
	f.Add([]byte(`{"version": 1, "changes": [{"action": "set-class", "target": {"image": "a", "ordinal": -1}, "from": {}, "to": null}]}`))
	f.Fuzz(func(t *testing.T, in []byte) {
		changes, err := ReadPatch(bytes.NewReader(in), ds, ix)
		if err != nil {
			return
		}
		for _, c := range changes {
			if err := c.Check(ds); err != nil {
				t.Errorf("%q gives a change that does not fit: %v", in, err)
			}
		}
	})
}
