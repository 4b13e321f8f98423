package linetext

import (
	"slices"
	"strings"
	"testing"
)

func TestWords(t *testing.T) {
	for name, want := range map[string]string{"car": "car", " big  car ": "big_car", "": "unnamed", "a\tb": "a_b"} {
		if got := Word(name, "_"); got != want {
			t.Errorf("Word(%q) = %q, want %q", name, got, want)
		}
	}
	got := WordLosses([]string{"car", "big car", "big_car"}, "_", "KITTI")
	if len(got) != 2 || !strings.Contains(got[0], `"big car" is written as "big_car"`) || !strings.Contains(got[1], "would have the same name, because KITTI rows") {
		t.Errorf("got %q", got)
	}
	if got := WordLosses([]string{"a", "b"}, "-", "DOTA"); !slices.Equal(got, nil) {
		t.Errorf("got %q", got)
	}
}
