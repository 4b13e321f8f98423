package fix

import (
	"context"
	"errors"
	"github.com/errata-cv/errata/stage"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/errata-cv/errata/format"
)

var flowers = []string{
	"train/daisy/1.png", "train/daisy/2.png", "train/daisy/near/3.png", "train/rose/1.png",
	"val/rose/9.png", "val/tulip/1.png", "train/empty/",
	"README.md: about", "train/daisy/notes.txt: notes", ".git/HEAD: ref", "train/.hidden: h",
	".errata/errata.db: rows", ".errata-undo-1.sh: old",
}

var flowerChanges = []string{
	"train/daisy/1.png = rose",      // the name is taken
	"train/rose/1.png = daisy",      // and so is this one, though it moves away
	"train/daisy/near/3.png = rose", // a new folder in the class
	"val/rose/9.png = daisy",        // a class that the split does not have
	"train/daisy/2.png drop",
}

func correctedFlowers() (kept, dropped map[string]string) {
	return map[string]string{
			"train": "folder", "train/daisy": "folder", "train/rose": "folder", "train/rose/near": "folder", "train/empty": "folder",
			"train/daisy/near": "folder", "val": "folder", "val/rose": "folder", "val/daisy": "folder", "val/tulip": "folder",
			"train/rose/1-2.png": "train/daisy/1.png", "train/daisy/1-2.png": "train/rose/1.png",
			"train/rose/near/3.png": "train/daisy/near/3.png", "val/daisy/9.png": "val/rose/9.png", "val/tulip/1.png": "val/tulip/1.png",
			"README.md": "about", "train/daisy/notes.txt": "notes", ".git": "folder", ".git/HEAD": "ref", "train/.hidden": "h",
		}, map[string]string{
			"train": "folder", "train/daisy": "folder", "train/daisy/2.png": "train/daisy/2.png",
		}
}

func TestWriteTree(t *testing.T) {
	for _, copies := range []bool{false, true} {
		root := plant(t, flowers...)
		before := snapshot(t, root)
		out := filepath.Join(t.TempDir(), "a", "fixed")
		p := plan(t, root, format.Options{}, flowerChanges...)
		steps := 0
		r, err := p.Write(t.Context(), out, Options{Copy: copies, Progress: func(done, total int) {
			if steps++; done != steps || total < done {
				t.Errorf("progress %d of %d at step %d", done, total, steps)
			}
		}})
		if err != nil {
			t.Fatal(err)
		}
		same(t, snapshot(t, root), before)
		kept, dropped := correctedFlowers()
		same(t, snapshot(t, out), kept)
		same(t, snapshot(t, out+".dropped"), dropped)
		if entries, _ := os.ReadDir(filepath.Dir(out)); len(entries) != 2 {
			t.Errorf("beside the new folders there is more: %v", entries)
		}
		linked := func(from, to string) bool {
			a, errA := os.Stat(filepath.Join(root, from))
			b, errB := os.Stat(to)
			return errA == nil && errB == nil && os.SameFile(a, b)
		}
		for from, to := range map[string]string{
			"val/tulip/1.png": filepath.Join(out, "val/tulip/1.png"), "train/daisy/1.png": filepath.Join(out, "train/rose/1-2.png"),
			"train/daisy/2.png": filepath.Join(out+".dropped", "train/daisy/2.png"),
		} {
			if linked(from, to) == copies {
				t.Errorf("%s is linked: %v, with copies: %v", to, !copies, copies)
			}
		}
		if linked("README.md", filepath.Join(out, "README.md")) {
			t.Error("a text is linked")
		}
		want := Report{
			Path: out, Count: Count{Relabelled: 4, Dropped: 1}, Linked: 6, Copied: 4, Quarantine: out + ".dropped",
			Moves: []Move{
				{From: "train/daisy/1.png", To: "train/rose/1-2.png", Renamed: true},
				{From: "train/daisy/near/3.png", To: "train/rose/near/3.png"},
				{From: "train/rose/1.png", To: "train/daisy/1-2.png", Renamed: true},
				{From: "val/rose/9.png", To: "val/daisy/9.png"},
				{From: "train/daisy/2.png", To: "train/daisy/2.png", Drop: true},
			},
		}
		if copies {
			want.Linked, want.Copied = 0, 10
		}
		if !reflect.DeepEqual(*r, want) {
			t.Errorf("got\n%+v\nwant\n%+v", *r, want)
		}
		// What was written is a dataset with the labels corrected.
		after := plan(t, out, format.Options{})
		if got := after.ds.Classes; !reflect.DeepEqual(got, []string{"daisy", "empty", "rose", "tulip"}) || len(after.ds.Images) != 5 {
			t.Errorf("the new folder has classes %q and %d images", got, len(after.ds.Images))
		}
	}
}

func TestWriteTreeWithoutChanges(t *testing.T) {
	root := plant(t, flowers[:len(flowers)-2]...)
	out := filepath.Join(t.TempDir(), "out")
	if err := os.Mkdir(out, 0o777); err != nil {
		t.Fatal(err)
	}
	r, err := plan(t, root, format.Options{}).Write(t.Context(), out, Options{})
	if err != nil {
		t.Fatal(err)
	}
	same(t, snapshot(t, out), snapshot(t, root))
	if r.Quarantine != "" || r.Count.Any() || len(r.Moves) != 0 {
		t.Errorf("got %+v", r)
	}
}

func TestWriteTreeOfOneSplit(t *testing.T) {
	root := plant(t, flowers...)
	out := filepath.Join(t.TempDir(), "out")
	if _, err := plan(t, root, format.Options{Split: "val"}, "val/rose/9.png = tulip").Write(t.Context(), out, Options{}); err != nil {
		t.Fatal(err)
	}
	want := snapshot(t, root)
	for name := range want {
		if strings.HasPrefix(name, ".errata") {
			delete(want, name)
		}
	}
	want["val/tulip/9.png"] = want["val/rose/9.png"]
	delete(want, "val/rose/9.png")
	same(t, snapshot(t, out), want)
}

func TestWriteTreeKeepsTimesAndRights(t *testing.T) {
	root := plant(t, "cat/1.png", "dog/2.png")
	from := filepath.Join(root, "cat/1.png")
	if err := os.Chmod(from, 0o440); err != nil {
		t.Fatal(err)
	}
	before, err := os.Stat(from)
	if err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), "out")
	if _, err := plan(t, root, format.Options{}, "cat/1.png = dog").Write(t.Context(), out, Options{Copy: true}); err != nil {
		t.Fatal(err)
	}
	after, err := os.Stat(filepath.Join(out, "dog/1.png"))
	if err != nil || after.Mode() != before.Mode() || !after.ModTime().Equal(before.ModTime()) {
		t.Errorf("got %v %v, want %v %v", after.Mode(), after.ModTime(), before.Mode(), before.ModTime())
	}
}

func TestWriteTreeOddNamesAndLinks(t *testing.T) {
	store := plant(t, "dogs/5.png")
	root := plant(t, "cat/a b.png", "cat/new\nline.png", "cat/\xff.png", "cat/-rf.png", "cat/'q\".png",
		"dog/in.png -> ../cat/a b.png", "dog/gone.png -> nowhere", "dog/loop -> ..", "pup -> "+store+"/dogs")
	out := filepath.Join(t.TempDir(), "out")
	p := plan(t, root, format.Options{}, "cat/new\nline.png = dog", "cat/\xff.png = dog", "cat/-rf.png = dog", "cat/'q\".png drop",
		"dog/in.png = cat", "dog/gone.png = cat", "pup/5.png = dog")
	if _, err := p.Write(t.Context(), out, Options{}); err != nil {
		t.Fatal(err)
	}
	same(t, snapshot(t, out), map[string]string{
		"cat": "folder", "dog": "folder", "pup": "folder",
		"cat/a b.png": "cat/a b.png", "dog/new\nline.png": "cat/new\nline.png", "dog/\xff.png": "cat/\xff.png", "dog/-rf.png": "cat/-rf.png",
		"cat/in.png": "cat/a b.png", "cat/gone.png": "-> nowhere", "dog/loop": "-> ..", "dog/5.png": "dogs/5.png",
	})
	same(t, snapshot(t, out+".dropped"), map[string]string{"cat": "folder", "cat/'q\".png": "cat/'q\".png"})
}

func TestWriteTreeRefusesPlaces(t *testing.T) {
	root := plant(t, "cat/1.png", "dog/2.png")
	before := snapshot(t, filepath.Dir(root))
	p := plan(t, root, format.Options{}, "cat/1.png = dog", "dog/2.png drop")
	other := t.TempDir()
	full := filepath.Join(other, "full")
	add(t, full, "precious.txt: p")
	add(t, other, "file: f", "left.errata-partial/precious.txt: p", "taken.dropped/precious.txt: p")
	link := filepath.Join(other, "link")
	if err := os.Symlink(root, link); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		out     string
		options Options
		want    string
	}{
		{root, Options{}, "is the dataset itself; correct it with --in-place"},
		{link, Options{}, "is the dataset itself"},
		{filepath.Join(root, "new"), Options{}, "lie in each other"},
		{filepath.Join(link, "new"), Options{}, "lie in each other"},
		{filepath.Dir(root), Options{Force: true, Stamp: "1"}, "lie in each other"},
		{full, Options{}, "is not empty; name another folder, or replace it with --force"},
		{filepath.Join(other, "file"), Options{}, "is in the way"},
		{filepath.Join(other, "left"), Options{}, "left.errata-partial is in the way"},
		{filepath.Join(other, "taken"), Options{}, "taken.dropped exists and is not empty; name another folder for the dropped pictures"},
		{filepath.Join(other, "new"), Options{Quarantine: filepath.Join(other, "new", "dropped")}, "name a folder elsewhere"},
		{filepath.Join(other, "new"), Options{Quarantine: filepath.Join(root, "dropped")}, "lie in each other"},
		{filepath.Join(other, "file", "new"), Options{}, "file"},
	} {
		had := snapshot(t, other)
		_, err := p.Write(t.Context(), c.out, c.options)
		refused(t, err, c.want)
		same(t, snapshot(t, other), had)
	}
	same(t, snapshot(t, filepath.Dir(root)), before)
}

func TestWriteTreeForce(t *testing.T) {
	root := plant(t, "cat/1.png", "dog/2.png")
	dir := t.TempDir()
	out := filepath.Join(dir, "out")
	add(t, dir, "out/precious.txt: p", "out.dropped: a file")
	p := plan(t, root, format.Options{}, "cat/1.png drop")
	r, err := p.Write(t.Context(), out, Options{Force: true, Stamp: "7"})
	if err != nil {
		t.Fatal(err)
	}
	same(t, snapshot(t, dir), map[string]string{
		"out": "folder", "out/cat": "folder", "out/dog": "folder", "out/dog/2.png": "dog/2.png",
		"out.errata-backup-7": "folder", "out.errata-backup-7/precious.txt": "p",
		"out.dropped": "folder", "out.dropped/cat": "folder", "out.dropped/cat/1.png": "cat/1.png", "out.dropped.errata-backup-7": "a file",
	})
	if r.Backup != out+".errata-backup-7" {
		t.Errorf("got %+v", r)
	}
}

// What an interrupted run left is replaced; pictures it linked stay whole.
func TestWriteTreeAfterInterruption(t *testing.T) {
	root := plant(t, "cat/1.png", "dog/2.png")
	before := snapshot(t, root)
	out := filepath.Join(t.TempDir(), "out")
	s, err := stage.New(out)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Link(filepath.Join(root, "cat/1.png"), filepath.Join(s.Tree(), "left.png")); err != nil {
		t.Fatal(err)
	}
	if _, err := plan(t, root, format.Options{}).Write(t.Context(), out, Options{}); err != nil {
		t.Fatal(err)
	}
	same(t, snapshot(t, out), before)
	same(t, snapshot(t, root), before)
	if entries, _ := os.ReadDir(filepath.Dir(out)); len(entries) != 1 {
		t.Errorf("left behind: %v", entries)
	}
}

func TestWriteTreeCancelled(t *testing.T) {
	root := plant(t, "cat/1.png", "cat/2.png", "dog/2.png")
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	_, err := plan(t, root, format.Options{}, "cat/1.png drop").Write(ctx, filepath.Join(dir, "out"), Options{Progress: func(done, _ int) {
		if done == 2 {
			cancel()
		}
	}})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	same(t, snapshot(t, dir), map[string]string{})
}

func TestWriteTreeNoticesMissingPictures(t *testing.T) {
	root := plant(t, "cat/1.png", "dog/2.png")
	p := plan(t, root, format.Options{}, "cat/1.png = dog")
	if err := os.Remove(filepath.Join(root, "cat/1.png")); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	_, err := p.Write(t.Context(), filepath.Join(dir, "out"), Options{})
	refused(t, err, "cat/1.png is not there any more", "what was written has been removed")
	same(t, snapshot(t, dir), map[string]string{})
	_, err = p.InPlace(t.Context(), Options{Stamp: "1"})
	refused(t, err, "cat/1.png is not there any more")
}

func TestDiffOfFolder(t *testing.T) {
	root := plant(t, "cat/new\nline.png", "cat/2.png", "dog/2.png")
	var b strings.Builder
	if err := plan(t, root, format.Options{}, "cat/new\nline.png = dog", "cat/2.png = dog", "dog/2.png drop").Diff(&b); err != nil {
		t.Fatal(err)
	}
	const want = "rename cat/2.png → dog/2-2.png\nrename \"cat/new\\nline.png\" → \"dog/new\\nline.png\"\ndrop dog/2.png\n"
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
}

func TestSnapshotSeesContent(t *testing.T) {
	root := plant(t, "a/1.png")
	before := snapshot(t, root)
	add(t, root, "a/1.png: other")
	if maps.Equal(before, snapshot(t, root)) {
		t.Error("a changed file was not seen")
	}
}
