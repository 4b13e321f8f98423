package format

import (
	"bytes"
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/errata-cv/errata/format/source"
)

var update = flag.Bool("update", false, "write docs/formats.md anew")

func TestFormatsPageIsCurrent(t *testing.T) {
	var b bytes.Buffer
	if err := Markdown(&b); err != nil {
		t.Fatal(err)
	}
	const page = "../docs/formats.md"
	if *update {
		if err := os.WriteFile(page, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, b.Bytes()) {
		t.Error("docs/formats.md is not what the registry says: run go test ./format -update")
	}
}

// Every format names itself, says what it looks like and what it holds, and can
// write corrections back.
func TestFormatsAreComplete(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range Formats() {
		i := f.Info()
		if i.Name == "" || i.Title == "" || i.Layout == "" || strings.HasSuffix(i.Layout, ".") || len(held(i.Holds)) == 0 {
			t.Errorf("%+v says too little of itself", i)
		}
		if seen[i.Name] {
			t.Errorf("two formats are called %s", i.Name)
		}
		seen[i.Name] = true
		if strings.ToLower(i.Name) != i.Name || strings.ContainsAny(i.Name, " _") {
			t.Errorf("%q is no name for a flag", i.Name)
		}
		if _, ok := f.(source.Patcher); !ok {
			t.Errorf("corrections cannot be written back to %s", i.Name)
		}
	}
}
