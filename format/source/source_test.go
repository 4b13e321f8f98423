package source

import "testing"

func TestIgnored(t *testing.T) {
	for name, want := range map[string]bool{
		".errata": true, ".DS_Store": true, "Thumbs.db": true, "THUMBS.DB": true, "__MACOSX": true,
		"cat": false, "thumbs.db.jpg": false, "a.jpg": false, "": false, "_cat": false,
	} {
		if got := Ignored(name); got != want {
			t.Errorf("Ignored(%q) = %v", name, got)
		}
	}
}

func TestShow(t *testing.T) {
	for name, want := range map[string]string{
		"a b/ü.jpg": "a b/ü.jpg",
		"a\nb":      `"a\nb"`,
		"a\xffb":    `"a\xffb"`,
		"\x1b[31m":  `"\x1b[31m"`,
		`say "hi"`:  `say "hi"`,
	} {
		if got := Show(name); got != want {
			t.Errorf("Show(%q) = %s, want %s", name, got, want)
		}
	}
}

func TestPeekOnce(t *testing.T) {
	p, err := NewPeek(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	calls := 0
	f := func() any { calls++; return p.Once("other", func() any { return calls }) }
	if a, b := p.Once("key", f), p.Once("key", f); a != 1 || b != 1 || calls != 1 {
		t.Errorf("%v and %v after %d calls", a, b, calls)
	}
}
