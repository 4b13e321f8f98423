package progress

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

func TestPlainLinesEndWithCountAndRate(t *testing.T) {
	var b bytes.Buffer
	task := To(&b).Start("measure", 4, "images")
	for i := range 4 {
		task.Set(i + 1)
	}
	task.Done("")
	task.Done("twice")
	task.Set(9)
	got := b.String()
	if strings.Count(got, "\n") != 1 || !strings.HasPrefix(got, "measure") || !strings.Contains(got, "4 images in") {
		t.Errorf("printed %q", got)
	}
}

func TestBarShowsTimeLeftAndClearsItself(t *testing.T) {
	var b bytes.Buffer
	r := &writer{w: &b, bar: true, width: func() int { return 80 }}
	task := r.Start("embed", 10, "images")
	task.Set(5)
	task.Done("unchanged, reused")
	got := b.String()
	for _, want := range []string{"█", "5/10", "left", "\r\x1b[K", "embed      unchanged, reused\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing in %q", want, got)
		}
	}
}

func TestShort(t *testing.T) {
	for d, want := range map[time.Duration]string{
		400 * time.Millisecond: "0.4s", 12 * time.Second: "12s", 185 * time.Second: "3m05s", 127 * time.Minute: "2h07m",
	} {
		if got := short(d); got != want {
			t.Errorf("%v is spelled %q, want %q", d, got, want)
		}
	}
}
