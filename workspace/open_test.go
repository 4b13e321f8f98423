package workspace

import (
	"maps"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
)

func itoa(n int) string { return strconv.Itoa(n) }

// wantError checks that err is one sentence that has all parts.
func wantError(t *testing.T, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Errorf("no error, want one about %q", parts)
		return
	}
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("the error %q does not speak of %q", err, part)
		}
	}
	if strings.Contains(err.Error(), "\n") {
		t.Errorf("the error %q has several lines", err)
	}
}

func TestFolder(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "labels.csv")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, source := range []string{dir, file} {
		if got := Folder(source); got != filepath.Join(dir, ".errata") {
			t.Errorf("the workspace of %s is %s", source, got)
		}
	}
}

func TestReaderNeedsAWorkspace(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "none")
	_, err := Open(ctx, dir, Options{ReadOnly: true})
	wantError(t, err, dir, "errata check")
	if _, err := os.Stat(dir); err == nil {
		t.Error("a reader made a folder")
	}
}

func TestOddNamesOfTheWorkspace(t *testing.T) {
	for _, name := range []string{"a b", "per%41cent", "what?mode=ro", "hash#tag", "new\nline", "bytes\xff\xfe", "ünïcode", "quo'te\"s"} {
		dir := filepath.Join(t.TempDir(), name)
		w := open(t, dir, Options{})
		put(t, w, measured("a.png", "one"))
		w.Close()
		wantFile(t, open(t, dir, Options{ReadOnly: true}), "a.png", "one")
	}
}

func TestDamagedDatabase(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "errata.db"), []byte(strings.Repeat("no database ", 1000)), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, o := range []Options{{}, {ReadOnly: true}} {
		_, err := Open(ctx, dir, o)
		wantError(t, err, dir, "damaged")
	}
}

func TestNewerSchemaIsRefused(t *testing.T) {
	dir := t.TempDir()
	w := open(t, dir, Options{})
	if _, err := w.bulk.Exec("INSERT INTO schema_version (version) VALUES (99)"); err != nil {
		t.Fatal(err)
	}
	w.Close()
	for _, o := range []Options{{}, {ReadOnly: true}} {
		_, err := Open(ctx, dir, o)
		wantError(t, err, dir, "schema 99", "schema 2 at most", "--workspace DIR")
	}
}

func TestOlderSchemaIsBroughtUpToDate(t *testing.T) {
	w := open(t, t.TempDir(), Options{})
	put(t, w, measured("a.png", "one"))
	files := fstest.MapFS{}
	for _, name := range []string{"0001_first.sql", "0002_object.sql"} {
		data, err := embedded.ReadFile("migrations/" + name)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = &fstest.MapFile{Data: data}
	}
	later := fstest.MapFS{
		"0003_more.sql": {Data: []byte("CREATE TABLE more (x TEXT); INSERT INTO more VALUES ('there')")},
		"0004_bad.sql":  {Data: []byte("CREATE TABLE half (x TEXT); INSERT INTO nowhere VALUES (1)")},
	}
	maps.Copy(files, later)
	wantError(t, w.migrate(ctx, files), "0004_bad.sql", "nowhere")
	if n, err := version(ctx, w.bulk); err != nil || n != 3 {
		t.Errorf("the schema is %d, %v", n, err)
	}
	var x string
	if err := w.bulk.QueryRow("SELECT x FROM more").Scan(&x); err != nil || x != "there" {
		t.Errorf("step 3 left %q, %v", x, err)
	}
	if err := w.bulk.QueryRow("SELECT COUNT(*) FROM half").Scan(&x); err == nil {
		t.Error("a failed step left a table behind")
	}
	files["0004_bad.sql"] = &fstest.MapFile{Data: []byte("CREATE TABLE half (x TEXT)")}
	if err := w.migrate(ctx, files); err != nil {
		t.Error(err)
	}
	wantFile(t, w, "a.png", "one")
	delete(files, "0003_more.sql")
	wantError(t, w.migrate(ctx, files), "0004_bad.sql", "0003")
}

// folder makes a folder of two pictures.
func folder(t *testing.T, path string) string {
	t.Helper()
	if err := os.MkdirAll(path, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"a.png": "one", "b.png": "three"} {
		if err := os.WriteFile(filepath.Join(path, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return path
}

func TestWorkspaceBelongsToOneRoot(t *testing.T) {
	top := t.TempDir()
	flowers, cars := folder(t, filepath.Join(top, "flowers")), folder(t, filepath.Join(top, "cars"))
	dir := filepath.Join(flowers, ".errata")
	w := open(t, dir, Options{Root: flowers})
	put(t, w, measured("a.png", "one"))
	w.Close()
	_, err := Open(ctx, dir, Options{Root: cars})
	wantError(t, err, dir, flowers, cars, "--workspace DIR")
	open(t, dir, Options{Root: flowers + "/../flowers"}).Close()
	open(t, dir, Options{}).Close()
	link := filepath.Join(top, "link")
	if err := os.Symlink(flowers, link); err != nil {
		t.Fatal(err)
	}
	open(t, dir, Options{Root: link}).Close()
	// Moved with all that is in it.
	moved := filepath.Join(top, "elsewhere")
	if err := os.Rename(flowers, moved); err != nil {
		t.Fatal(err)
	}
	w = open(t, filepath.Join(moved, ".errata"), Options{Root: moved})
	wantFile(t, w, "a.png", "one")
	w.Close()
}

func TestImagesMovedAwayFromTheWorkspace(t *testing.T) {
	top := t.TempDir()
	flowers := folder(t, filepath.Join(top, "data", "flowers"))
	dir := filepath.Join(top, "work", "space")
	w := open(t, dir, Options{Root: flowers})
	put(t, w, measured("a.png", "one"), measured("b.png", "three"))
	w.Close()
	moved := filepath.Join(top, "moved")
	if err := os.Rename(flowers, moved); err != nil {
		t.Fatal(err)
	}
	empty := filepath.Join(top, "empty")
	if err := os.Mkdir(empty, 0o755); err != nil {
		t.Fatal(err)
	}
	_, err := Open(ctx, dir, Options{Root: empty})
	wantError(t, err, flowers, empty, "--workspace DIR")
	open(t, dir, Options{Root: moved}).Close()
	folder(t, flowers)
	_, err = Open(ctx, dir, Options{Root: flowers})
	wantError(t, err, flowers, moved)
}

func TestWorkspaceBehindALink(t *testing.T) {
	top := t.TempDir()
	flowers := folder(t, filepath.Join(top, "data", "flowers"))
	target := filepath.Join(top, "big", "disk", "errata")
	if err := os.MkdirAll(target, 0o755); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(flowers, ".errata")
	if err := os.Symlink(target, dir); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		open(t, dir, Options{Root: flowers}).Close()
	}
}

func TestRootIsRelativeWhereTheyMoveTogether(t *testing.T) {
	for rel, want := range map[string]bool{
		"..": true, "../..": true, "../images": true, "../images/png": true, "images": true,
		"../../other": false, "../../../data/x": false,
	} {
		if got := movesAlong(rel); got != want {
			t.Errorf("a root at %s moves along: %v", rel, got)
		}
	}
}
