package fix

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/errata-cv/errata/format"
)

// without removes Errata's own files from a snapshot.
func without(s map[string]string) map[string]string {
	maps.DeleteFunc(s, func(name, _ string) bool { return strings.Contains(name, manifestPrefix) })
	return s
}

func TestInPlace(t *testing.T) {
	root := plant(t, flowers[:len(flowers)-2]...)
	before := snapshot(t, filepath.Dir(root))
	p := plan(t, root, format.Options{}, flowerChanges...)
	r, err := p.InPlace(t.Context(), Options{Stamp: "5"})
	if err != nil {
		t.Fatal(err)
	}
	kept, dropped := correctedFlowers()
	same(t, without(snapshot(t, root)), kept)
	same(t, snapshot(t, root+".dropped"), dropped)
	if r.Script != filepath.Join(root, ".errata-undo-5.sh") || r.Manifest != filepath.Join(root, ".errata-undo-5.json") || r.Quarantine != root+".dropped" || len(r.Moves) != 5 {
		t.Errorf("got %+v", r)
	}
	if _, ok := Interrupted(root); ok {
		t.Error("a completed correction counts as interrupted")
	}
	// What Errata left in the folder is no part of the dataset.
	if ds := plan(t, root, format.Options{}).ds; len(ds.Images) != 5 || len(ds.Problems) != 1 {
		t.Errorf("%d images, problems %v", len(ds.Images), ds.Problems)
	}
	_, err = plan(t, root, format.Options{}, "val/tulip/1.png = rose").InPlace(t.Context(), Options{Stamp: "5"})
	refused(t, err, ".errata-undo-5.json exists already; give another stamp")
	if r, err = Undo(t.Context(), r.Manifest); err != nil || len(r.Moves) != 5 {
		t.Fatalf("got %+v, %v", r, err)
	}
	same(t, snapshot(t, filepath.Dir(root)), before)
}

// A picture that was dropped before does not hinder another one of its name.
func TestInPlaceDropsTwice(t *testing.T) {
	root := plant(t, "cat/1.png", "dog/2.png", "dog/3.png")
	for i := range 3 {
		add(t, root, fmt.Sprintf("cat/1.png: %s%d", png, i))
		if _, err := plan(t, root, format.Options{}, "cat/1.png drop").InPlace(t.Context(), Options{Stamp: fmt.Sprint(i)}); err != nil {
			t.Fatal(err)
		}
	}
	same(t, snapshot(t, root+".dropped"), map[string]string{"cat": "folder", "cat/1.png": "0", "cat/1-2.png": "1", "cat/1-3.png": "2"})
}

func TestInPlaceRefuses(t *testing.T) {
	store := plant(t, "dogs/5.png")
	root := plant(t, "cat/1.png", "bird/2.png", "dog -> "+store+"/dogs")
	before := snapshot(t, filepath.Dir(root))
	for _, c := range []struct {
		change, quarantine, want string
	}{
		{"dog/5.png = cat", "", "dog/5.png lies outside of"},
		{"cat/1.png = dog", "", "dog/1.png lies outside of"},
		{"cat/1.png drop", filepath.Join(root, "cat"), "lie in each other"},
		{"cat/1.png drop", filepath.Join(root, ".dropped"), "lie in each other"},
		{"cat/1.png drop", filepath.Dir(root), "lie in each other"},
	} {
		_, err := plan(t, root, format.Options{}, c.change).InPlace(t.Context(), Options{Stamp: "1", Quarantine: c.quarantine})
		refused(t, err, c.want)
		same(t, snapshot(t, filepath.Dir(root)), before)
	}
}

func TestInPlaceRollsBack(t *testing.T) {
	root := plant(t, "cat/1.png", "cat/2.png", "cat/3.png", "dog/4.png")
	before := snapshot(t, filepath.Dir(root))
	lines := []string{"cat/1.png = dog", "cat/2.png = dog", "cat/3.png drop"}
	// Something takes the place of the third picture while the others move.
	_, err := plan(t, root, format.Options{}, lines...).InPlace(t.Context(), Options{Stamp: "1", Progress: func(done, _ int) {
		if done == 2 {
			add(t, root+".dropped", "cat/3.png: other")
		}
	}})
	refused(t, err, "cannot move the pictures", "cat/3.png")
	got := snapshot(t, filepath.Dir(root))
	if got["set.dropped/cat/3.png"] != "other" {
		t.Error("the file in the way was overwritten")
	}
	before["set.dropped"], before["set.dropped/cat"], before["set.dropped/cat/3.png"] = "folder", "folder", "other"
	delete(got, "set/"+manifestPrefix+"1.json")
	delete(got, "set/"+manifestPrefix+"1.sh")
	same(t, got, before)

	if err := os.RemoveAll(root + ".dropped"); err != nil {
		t.Fatal(err)
	}
	manifest, ok := Interrupted(root)
	if !ok {
		t.Fatal("the correction that could not be put back does not count as interrupted")
	}
	_, err = plan(t, root, format.Options{}, lines...).InPlace(t.Context(), Options{Stamp: "2"})
	refused(t, err, "was interrupted; put it back first: sh ")
	if _, err := Undo(t.Context(), manifest); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	before = snapshot(t, filepath.Dir(root))
	_, err = plan(t, root, format.Options{}, lines...).InPlace(ctx, Options{Stamp: "3", Progress: func(done, _ int) {
		if done == 2 {
			cancel()
		}
	}})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	same(t, snapshot(t, filepath.Dir(root)), before)
}

// Every way back must work on every state that a kill can leave.
func TestUndoFromEveryState(t *testing.T) {
	odd := []string{
		"cat/a b.png", "cat/new\nline.png", "cat/trailing\n/x.png", "cat/\xff\xfe.png", "cat/-rf.png", "cat/'q'\".png", "cat/$(touch x)`y`.png",
		"cat/*?[a].png", "cat/\\n.png", "cat/#.png", "cat/\r\t.png", "dog/1.png", "cat/1.png", "cat/link.png -> 1.png",
	}
	var lines []string
	for i, name := range odd {
		name, _, _ = strings.Cut(name, " -> ")
		switch {
		case !strings.HasPrefix(name, "cat/"):
		case i%3 == 0:
			lines = append(lines, name+" drop")
		default:
			lines = append(lines, name+" = dog")
		}
	}
	ways := map[string]func(t *testing.T, manifest string) error{
		"Undo": func(t *testing.T, manifest string) error { _, err := Undo(t.Context(), manifest); return err },
	}
	for _, shell := range []string{"sh", "bash"} {
		tool, err := exec.LookPath(shell)
		if err != nil {
			continue
		}
		ways[shell] = func(t *testing.T, manifest string) error {
			cmd := exec.Command(tool, scriptOf(manifest))
			cmd.Dir = "/"
			out, err := cmd.CombinedOutput()
			if err != nil || len(out) > 0 {
				return fmt.Errorf("%w: %s", err, out)
			}
			return nil
		}
	}
	for name, way := range ways {
		for stop := 0; stop <= len(lines)+1; stop++ {
			t.Run(fmt.Sprintf("%s after %d", name, stop), func(t *testing.T) {
				root := plant(t, odd...)
				before := snapshot(t, filepath.Dir(root))
				p := plan(t, root, format.Options{}, lines...)
				manifest := filepath.Join(root, manifestPrefix+"1.json")
				halt(t, p, stop, manifest)
				if err := way(t, manifest); err != nil {
					t.Error(err)
				}
				same(t, snapshot(t, filepath.Dir(root)), before)
			})
		}
	}
}

// halt corrects in place and stops as if killed after that many moves, in the
// middle of the next one: both names are there.
func halt(t *testing.T, p *Plan, stop int, manifest string) {
	t.Helper()
	r := p.report(p.ds.Root)
	if r.Count.Dropped > 0 {
		r.Quarantine = p.ds.Root + ".dropped"
	}
	m, err := p.manifest(r, "x")
	if err != nil {
		t.Fatal(err)
	}
	if err := m.begin(manifest); err != nil {
		t.Fatal(err)
	}
	all := m.Moves
	m.Moves = all[:min(stop, len(all))]
	if err := m.run(t.Context(), p.ds.Root, Options{}); err != nil {
		t.Fatal(err)
	}
	if stop < len(all) {
		next := all[stop]
		from, to := place(p.ds.Root, string(next.From)), place(p.ds.Root, string(next.To))
		if err := os.Link(from, to); err != nil {
			t.Fatal(err)
		}
	}
}

func TestUndoNeverOverwrites(t *testing.T) {
	root := plant(t, "cat/1.png", "cat/2.png", "dog/3.png")
	r, err := plan(t, root, format.Options{}, "cat/1.png = dog", "cat/2.png = dog").InPlace(t.Context(), Options{Stamp: "1"})
	if err != nil {
		t.Fatal(err)
	}
	add(t, root, "cat/1.png: a new picture")
	want := snapshot(t, root)
	want["cat/2.png"] = want["dog/2.png"]
	delete(want, "dog/2.png")
	_, err = Undo(t.Context(), r.Manifest)
	refused(t, err, "cat/1.png and ", "are both there and differ")
	same(t, snapshot(t, root), want)
	if sh, err := exec.LookPath("sh"); err == nil {
		out, err := exec.Command(sh, r.Script).CombinedOutput()
		if err == nil || !strings.Contains(string(out), "both are there and differ: ./cat/1.png and ./dog/1.png") {
			t.Errorf("got %v: %s", err, out)
		}
		same(t, snapshot(t, root), want)
	}
	if err := os.Remove(filepath.Join(root, "dog/1.png")); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(root, "cat/1.png")); err != nil {
		t.Fatal(err)
	}
	_, err = Undo(t.Context(), r.Manifest)
	refused(t, err, "is neither there nor at")
}

func TestUndoRefusesOtherFiles(t *testing.T) {
	dir := t.TempDir()
	for text, want := range map[string]string{
		"":               "no undo file of errata fix",
		"[]":             "no undo file of errata fix",
		`{"version": 9}`: "of version 9",
		`{"version": 1, "moves": [{"from": "../x", "to": "y"}]}`:   "outside of its folder",
		`{"version": 1, "moves": [{"from": "/etc/x", "to": "y"}]}`: "outside of its folder",
	} {
		path := filepath.Join(dir, manifestPrefix+"1.json")
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		_, err := Undo(t.Context(), path)
		refused(t, err, want)
	}
	_, err := Undo(t.Context(), filepath.Join(dir, "gone.json"))
	refused(t, err, "cannot undo")
}

// Random corrections of random folders, in place and elsewhere: nothing is lost,
// the labels are as decided, and undoing gives the very folder back.
func TestRandomFolders(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	classes := []string{"a", "b", "c d", "\xff"}
	splits := []string{"", "", "train/", "val/"}
	for range 25 {
		var names []string
		level := r.IntN(2) * 2
		for range 3 + r.IntN(20) {
			names = append(names, splits[level+r.IntN(2)]+classes[r.IntN(4)]+"/"+[]string{"", "x/", "y\n/"}[r.IntN(3)]+fmt.Sprint(r.IntN(4))+".png")
		}
		root := plant(t, append(names, splits[level]+"a/0.png", splits[level]+"b/0.png")...)
		before := snapshot(t, filepath.Dir(root))
		ds, _, _ := read(t, root, format.Options{})
		var lines []string
		labels := map[string]string{}
		for i, im := range ds.Images {
			class := ds.Classes[ds.Annotations[i].Class]
			switch r.IntN(4) {
			case 0:
				lines = append(lines, im.Path+" drop")
				continue
			case 1:
				class = ds.Classes[r.IntN(len(ds.Classes))]
				lines = append(lines, im.Path+" = "+class)
			}
			labels[im.Path] = im.Split + "|" + class
		}
		if len(labels) == 0 || len(lines) == 0 {
			continue
		}
		p := plan(t, root, format.Options{}, lines...)
		out := filepath.Join(t.TempDir(), "out")
		if _, err := p.Write(t.Context(), out, Options{}); err != nil {
			t.Fatal(err)
		}
		same(t, snapshot(t, filepath.Dir(root)), before)
		report, err := p.InPlace(t.Context(), Options{Stamp: "1"})
		if err != nil {
			t.Fatal(err)
		}
		same(t, without(snapshot(t, root)), snapshot(t, out))
		after, _, _ := read(t, root, format.Options{})
		if len(after.Images) != len(labels) {
			t.Errorf("%d images are left of %d", len(after.Images), len(labels))
		}
		for i, im := range after.Images {
			data, err := os.ReadFile(filepath.Join(root, im.Path))
			if err != nil {
				t.Fatal(err)
			}
			origin := strings.TrimPrefix(string(data), png)
			if got := im.Split + "|" + after.Classes[after.Annotations[i].Class]; got != labels[origin] {
				t.Errorf("%q is %q, want %q", origin, got, labels[origin])
			}
		}
		if _, err := Undo(t.Context(), report.Manifest); err != nil {
			t.Fatal(err)
		}
		same(t, snapshot(t, filepath.Dir(root)), before)
	}
}
