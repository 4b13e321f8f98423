package fix

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/errata-cv/errata/format"
)

const tableText = "\xef\xbb\xbfpath;label;note\r\n" +
	"a.png;cat;\"x;\r\ny\"\r\n" +
	"b.png; \"dog\" ;\r\n" +
	"\r\n" +
	"c.png;cat;z\r\n" +
	"a.png;dog;\r\n" +
	"d.png;cat;end"

// plantTable makes a folder with a table and its pictures.
func plantTable(t testing.TB) (root, table string) {
	root = plant(t, "a.png", "b.png", "c.png", "d.png", "labels.csv: "+tableText)
	return root, filepath.Join(root, "labels.csv")
}

var tableChanges = []string{"a.png = dog", "b.png = cat", "d.png = dog", "c.png drop"}

const correctedText = "\xef\xbb\xbfpath;label;note\r\n" +
	"a.png;dog;\"x;\r\ny\"\r\n" +
	"b.png; \"cat\" ;\r\n" +
	"\r\n" +
	"a.png;dog;\r\n" +
	"d.png;dog;end"

func TestWriteTable(t *testing.T) {
	for _, c := range []struct {
		name    string
		changes []string
		want    string
	}{
		{"no changes", nil, tableText},
		{"changes", tableChanges, correctedText},
		{"one of two labels", []string{"a.png#1 = cat"}, strings.Replace(tableText, "a.png;dog", "a.png;cat", 1)},
	} {
		t.Run(c.name, func(t *testing.T) {
			root, table := plantTable(t)
			before := snapshot(t, root)
			out := filepath.Join(t.TempDir(), "new", "fixed.csv")
			r, err := plan(t, table, format.Options{}, c.changes...).Write(t.Context(), out, Options{})
			if err != nil {
				t.Fatal(err)
			}
			same(t, snapshot(t, root), before)
			same(t, snapshot(t, filepath.Dir(out)), map[string]string{"fixed.csv": c.want})
			if r.Path != out || r.Backup != "" || r.Count.Relabelled+r.Count.Dropped != len(c.changes) {
				t.Errorf("got %+v", r)
			}
		})
	}
}

func TestWriteTablePlaces(t *testing.T) {
	root, table := plantTable(t)
	p := plan(t, table, format.Options{}, tableChanges...)
	dir := t.TempDir()
	r, err := p.Write(t.Context(), dir, Options{})
	if err != nil || r.Path != filepath.Join(dir, "labels.csv") {
		t.Fatalf("got %+v, %v", r, err)
	}
	_, err = p.Write(t.Context(), dir, Options{})
	refused(t, err, "labels.csv exists already", "--force")
	_, err = p.Write(t.Context(), root, Options{Force: true, Stamp: "1"})
	refused(t, err, "is the source itself", "--in-place")
	add(t, dir, "labels.csv: precious")
	if r, err = p.Write(t.Context(), dir, Options{Force: true, Stamp: "1"}); err != nil {
		t.Fatal(err)
	}
	same(t, snapshot(t, dir), map[string]string{"labels.csv": correctedText, "labels.csv.errata-backup-1": "precious"})
	if r.Backup != filepath.Join(dir, "labels.csv.errata-backup-1") {
		t.Errorf("got %+v", r)
	}
	_, err = p.Write(t.Context(), dir, Options{Force: true, Stamp: "1"})
	refused(t, err, "errata-backup-1 exists already; give another stamp")
	same(t, snapshot(t, dir), map[string]string{"labels.csv": correctedText, "labels.csv.errata-backup-1": "precious"})
}

func TestTableInPlace(t *testing.T) {
	root, table := plantTable(t)
	if err := os.Chmod(table, 0o640); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(t.TempDir(), "link.csv")
	if err := os.Symlink(table, link); err != nil {
		t.Fatal(err)
	}
	want := snapshot(t, root)
	r, err := plan(t, link, format.Options{Images: root}, tableChanges...).InPlace(t.Context(), Options{Stamp: "20240102-030405"})
	if err != nil {
		t.Fatal(err)
	}
	want["labels.csv.errata-backup-20240102-030405"] = tableText
	want["labels.csv"] = correctedText
	same(t, snapshot(t, root), want)
	if info, err := os.Stat(table); err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("permissions are %v, %v", info.Mode(), err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Error("the link to the table was replaced")
	}
	if filepath.Base(r.Backup) != "labels.csv.errata-backup-20240102-030405" {
		t.Errorf("got %+v", r)
	}
	if _, err := plan(t, table, format.Options{}).InPlace(t.Context(), Options{Stamp: "2"}); err != nil {
		t.Fatal(err)
	}
	same(t, snapshot(t, root), want)
}

// A table that was edited after the plan was made must come through untouched.
func TestTableChangedMeanwhile(t *testing.T) {
	root, table := plantTable(t)
	p := plan(t, table, format.Options{}, tableChanges...)
	add(t, root, "labels.csv: "+tableText+"\r\n")
	before := snapshot(t, root)
	_, err := p.InPlace(t.Context(), Options{Stamp: "1"})
	refused(t, err, "labels.csv has changed", "start again")
	out := t.TempDir()
	_, err = p.Write(t.Context(), out, Options{})
	refused(t, err, "labels.csv has changed", "nothing was changed")
	same(t, snapshot(t, root), before)
	same(t, snapshot(t, out), map[string]string{})
}

func TestTableWithMovingQuotes(t *testing.T) {
	root := plant(t, "a.png", "b.png", "c.png", "labels.csv: path,label\na.png,\"cat\nb.png,x\"y\nc.png,d\"\n")
	before := snapshot(t, root)
	_, err := plan(t, filepath.Join(root, "labels.csv"), format.Options{}, "b.png drop").InPlace(t.Context(), Options{Stamp: "1"})
	refused(t, err, "labels.csv line 2:", "correct the quotes first")
	same(t, snapshot(t, root), before)
}

func TestDiffOfTable(t *testing.T) {
	_, table := plantTable(t)
	var b bytes.Buffer
	if err := plan(t, table, format.Options{}, tableChanges...).Diff(&b); err != nil {
		t.Fatal(err)
	}
	const want = "--- labels.csv\n+++ labels.csv\n" +
		"@@ -2 +2 @@\n-a.png;cat;\"x;\r\n+a.png;dog;\"x;\r\n" +
		"@@ -4 +4 @@\n-b.png; \"dog\" ;\r\n+b.png; \"cat\" ;\r\n" +
		"@@ -6 +5,0 @@\n-c.png;cat;z\r\n" +
		"@@ -8 +7 @@\n-d.png;cat;end\n\\ No newline at end of file\n+d.png;dog;end\n\\ No newline at end of file\n"
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
	tool, err := exec.LookPath("patch")
	if err != nil {
		t.Skip("patch is not installed, so the diff was not applied with it")
	}
	cmd := exec.Command(tool, "--binary", "-s", table)
	cmd.Stdin = &b
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if got, err := os.ReadFile(table); err != nil || string(got) != correctedText {
		t.Errorf("patch made %q, %v", got, err)
	}
}

func TestDiffWithoutChanges(t *testing.T) {
	_, table := plantTable(t)
	for _, path := range []string{table, plant(t, "cat/1.png", "dog/2.png")} {
		var b bytes.Buffer
		if err := plan(t, path, format.Options{}).Diff(&b); err != nil || b.Len() > 0 {
			t.Errorf("got %q, %v", b.String(), err)
		}
	}
}
