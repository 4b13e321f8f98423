package report

import (
	"bytes"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/errata-cv/errata/dataset"
)

func TestTextGolden(t *testing.T) {
	for _, width := range []int{80, 100} {
		var b bytes.Buffer
		if err := Text(&b, sample(), TextOptions{Width: width}); err != nil {
			t.Fatal(err)
		}
		golden(t, fmt.Sprintf("sample-%d.txt", width), b.Bytes())
		for _, line := range strings.Split(b.String(), "\n") {
			if n := columns(line); n > width {
				t.Errorf("%d columns where %d are allowed: %s", n, width, line)
			}
		}
	}
}

func TestTextColor(t *testing.T) {
	var plain, colored bytes.Buffer
	if err := Text(&plain, sample(), TextOptions{Width: 80}); err != nil {
		t.Fatal(err)
	}
	if err := Text(&colored, sample(), TextOptions{Width: 80, Color: true}); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(plain.String(), "\x1b") {
		t.Error("plain text holds an escape sequence")
	}
	stripped := regexp.MustCompile("\x1b\\[[0-9]+m").ReplaceAllString(colored.String(), "")
	trim := func(s string) string { return regexp.MustCompile(" +\n").ReplaceAllString(s, "\n") }
	if trim(stripped) != trim(plain.String()) {
		t.Errorf("without its colours the text is another:\n%s", stripped)
	}
}

func TestTextOfNothing(t *testing.T) {
	var b bytes.Buffer
	if err := Text(&b, &Result{Dataset: &dataset.Dataset{Name: "empty"}}, TextOptions{}); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(b.String(), "Nothing looks wrong.") || strings.Contains(b.String(), "review") {
		t.Errorf("got %s", &b)
	}
}

func TestTerminalOfAFile(t *testing.T) {
	f, err := os.Create(t.TempDir() + "/out")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if o := Terminal(f); o != (TextOptions{}) {
		t.Errorf("a file is taken for a terminal: %+v", o)
	}
}

func TestFit(t *testing.T) {
	for _, c := range []struct {
		in   string
		n    int
		want string
	}{
		{"short", 10, "short"},
		{"train/a-very-long-folder/name.jpg", 20, "train/a-v…/name.jpg"},
		{"花花花花花花花花", 9, "花花…花花"},
		{"abcdefghij", 1, "…"},
		{"abcdefghij", 0, ""},
	} {
		got := fit(c.in, c.n)
		if columns(got) > c.n {
			t.Errorf("%q takes %d columns of %d", got, columns(got), c.n)
		}
		if c.want != "" && c.in != "train/a-very-long-folder/name.jpg" && got != c.want {
			t.Errorf("fit(%q, %d) = %q, want %q", c.in, c.n, got, c.want)
		}
	}
	if got := fit("train/a-very-long-folder/name.jpg", 20); !strings.HasSuffix(got, "/name.jpg") || !strings.HasPrefix(got, "train/") {
		t.Errorf("the name went lost in %q", got)
	}
}

func TestPrintable(t *testing.T) {
	for in, want := range map[string]string{
		"a b.jpg": "a b.jpg", "a\nb": `a\nb`, "\x1b[31m": `\x1b[31m`, "\xff": `\xff`, "花": "花", "\u202egpj": `\u202egpj`, "\x7f": `\x7f`, "�": "�",
	} {
		if got := printable(in); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}

func TestArgument(t *testing.T) {
	for in, want := range map[string]string{
		"flowers": "flowers", "/data/a-b_c.d": "/data/a-b_c.d", "two words": "'two words'", "it's": `'it'\''s'`,
		"a\nb": `$'a\x0ab'`, "$(rm)": "'$(rm)'", "": "''", "花": "花", "\xff'": `$'\xff\''`,
	} {
		if got := argument(in); got != want {
			t.Errorf("%q became %s, want %s", in, got, want)
		}
	}
}

func TestNumbersForPeople(t *testing.T) {
	for in, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567", -1000: "-1,000", -100: "-100"} {
		if got := thousands(in); got != want {
			t.Errorf("%d became %s", in, got)
		}
	}
	for in, want := range map[float64]string{.999: "0.99", 1: "1.00", .5: "0.50", .994: "0.99"} {
		if got := probability(in); got != want {
			t.Errorf("%v became %s", in, got)
		}
	}
	if got := bar(.5, 10) + "|" + bar(1.5, 2) + "|" + bar(.05, 10) + "|" + bar(-1, 1); got != "█████     |██|▌         | " {
		t.Errorf("bars are %q", got)
	}
}
