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
