package server

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"flag"
	"fmt"
	"image/jpeg"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format"
	"github.com/errata-cv/errata/scan"
	"github.com/errata-cv/errata/synth"
	"github.com/errata-cv/errata/workspace"
)

var update = flag.Bool("update", false, "write server/openapi.json anew")

// signs is a small dataset that all tests read, with a workspace in which it
// has been scanned: tests start from a copy of that.
var signs = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "errata-signs-")
	if err != nil {
		return "", err
	}
	root := filepath.Join(dir, "signs")
	if _, err = synth.Signs(context.Background(), root, synth.Options{Images: 120, Seed: 3}, nil); err != nil {
		return "", err
	}
	_, ws, err := open(root, scanned(root))
	if err != nil {
		return "", err
	}
	return root, ws.Close()
})

func scanned(root string) string { return filepath.Join(filepath.Dir(root), "workspace") }

// open reads the dataset and scans it with the workspace in dir.
func open(root, dir string) (*scan.Result, *workspace.Workspace, error) {
	ctx := context.Background()
	ds, err := format.Open(ctx, root, "", format.Options{})
	if err != nil {
		return nil, nil, err
	}
	ws, err := workspace.Open(ctx, dir, workspace.Options{Root: ds.Root, Command: "test"})
	if err != nil {
		return nil, nil, err
	}
	res, err := scan.Run(ctx, ds, ws, scan.Options{})
	return res, ws, err
}

func TestMain(m *testing.M) {
	flag.Parse()
	code := m.Run()
	if dir, err := signs(); err == nil {
		os.RemoveAll(filepath.Dir(dir))
	}
	os.Exit(code)
}

// client talks to a server over its handler.
type client struct {
	t *testing.T
	*Server
	h http.Handler
}

// start serves the signs with the workspace in dir, which it makes when it is
// not there.
func start(t *testing.T, dir string) *client {
	t.Helper()
	root, err := signs()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "errata.db")); err != nil {
		if err := os.CopyFS(dir, os.DirFS(scanned(root))); err != nil {
			t.Fatal(err)
		}
	}
	res, ws, err := open(root, dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ws.Close() })
	s, err := New(context.Background(), res, ws, Options{Version: "test", Who: "anna", Token: "secret"})
	if err != nil {
		t.Fatal(err)
	}
	return &client{t, s, s.Handler()}
}

func (c *client) do(method, path string, body any, edit ...func(*http.Request)) *httptest.ResponseRecorder {
	c.t.Helper()
	var in io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			c.t.Fatal(err)
		}
		in = bytes.NewReader(b)
	}
	r := httptest.NewRequest(method, path, in)
	r.Host = "127.0.0.1:8787"
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer secret")
	for _, e := range edit {
		e(r)
	}
	w := httptest.NewRecorder()
	c.h.ServeHTTP(w, r)
	return w
}

func call[T any](c *client, method, path string, body any) T {
	c.t.Helper()
	w := c.do(method, path, body)
	var out T
	if w.Code != http.StatusOK {
		c.t.Fatalf("%s %s: %d %s", method, path, w.Code, w.Body)
	}
	if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil {
		c.t.Fatalf("%s %s: %v in %s", method, path, err, w.Body)
	}
	return out
}

func (c *client) view(r ViewRequest) View {
	c.t.Helper()
	return call[View](c, "POST", "/api/v1/views", r)
}

// read decodes a columns response into one slice of values for each column.
func read(t *testing.T, body []byte) (count int, columns map[string][]uint32) {
	t.Helper()
	n := binary.LittleEndian.Uint32(body)
	var header struct {
		Count   int
		Columns []struct {
			Name, Type string
			Offset     int
		}
	}
	if err := json.Unmarshal(body[4:4+n], &header); err != nil {
		t.Fatal(err)
	}
	columns = map[string][]uint32{}
	for _, col := range header.Columns {
		if col.Offset%8 != 0 {
			t.Errorf("column %s starts at %d, which is no multiple of 8", col.Name, col.Offset)
		}
		values := make([]uint32, header.Count)
		for i := range values {
			switch at := body[col.Offset:]; col.Type {
			case "u8":
				values[i] = uint32(at[i])
			case "u16":
				values[i] = uint32(binary.LittleEndian.Uint16(at[2*i:]))
			default:
				values[i] = binary.LittleEndian.Uint32(at[4*i:])
			}
		}
		columns[col.Name] = values
	}
	return header.Count, columns
}

func (c *client) columns(v View) map[string][]uint32 {
	c.t.Helper()
	w := c.do("GET", "/api/v1/views/"+v.ID+"/columns", nil)
	n, columns := read(c.t, w.Body.Bytes())
	if n != v.Count {
		c.t.Fatalf("the view has %d items, its columns %d", v.Count, n)
	}
	return columns
}

func TestSessionDescribesTheDataset(t *testing.T) {
	c := start(t, t.TempDir())
	s := call[Session](c, "GET", "/api/v1/session", nil)
	if s.Dataset.Images != 120 || len(s.Classes) != len(c.res.Dataset.Classes) || s.Who != "anna" {
		t.Errorf("the session is %+v", s.Dataset)
	}
	total := 0
	for _, cl := range s.Classes {
		total += cl.Count
	}
	if total != s.Dataset.Annotations {
		t.Errorf("the classes hold %d labels of %d", total, s.Dataset.Annotations)
	}
	o := call[Overview](c, "GET", "/api/v1/overview", nil)
	judged := 0
	for _, b := range o.Histogram {
		judged += b.Labels
	}
	want := 0
	for _, l := range c.res.Labels {
		if l.Judged {
			want++
		}
	}
	if judged != want {
		t.Errorf("the histogram holds %d labels, %d were judged", judged, want)
	}
}

func TestViewGroupsCoverItAndNeverChange(t *testing.T) {
	c := start(t, t.TempDir())
	for _, r := range []ViewRequest{{}, {Group: "none", Order: "probability"}, {Kind: dataset.WrongClass}, {Kind: dataset.SplitLeak}, {Split: "val", Group: "class"}} {
		v := c.view(r)
		at := 0
		for _, g := range v.Groups {
			if g.From != at {
				t.Errorf("%+v: group %q starts at %d, not %d", r, g.Title, g.From, at)
			}
			at += g.Count
		}
		if at != v.Count {
			t.Errorf("%+v: the groups hold %d of %d items", r, at, v.Count)
		}
		again := c.view(r)
		if again.ID != v.ID {
			t.Errorf("%+v: the same request gave the views %s and %s", r, v.ID, again.ID)
		}
	}
	all := c.view(ViewRequest{})
	if all.Count != len(c.res.Dataset.Annotations) {
		t.Errorf("the wall of all labels has %d tiles for %d labels", all.Count, len(c.res.Dataset.Annotations))
	}
	class := 0
	for _, given := range c.columns(c.view(ViewRequest{Given: &class}))["given"] {
		if given != 0 {
			t.Errorf("class %d in a view of class 0", given)
		}
	}
	if w := c.do("POST", "/api/v1/views", ViewRequest{Kind: "nonsense"}); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "nonsense") {
		t.Errorf("an unknown kind gave %d %s", w.Code, w.Body)
	}
}

func TestBandsPartByProbability(t *testing.T) {
	items := []item{{probability: .9}, {probability: .5}, {probability: .4}, {probability: .2}, {probability: .1}, {probability: 0}}
	var got []int
	for rest := items; len(rest) > 0; {
		n := band(rest, probabilityBands)
		got = append(got, n)
		rest = rest[n:]
	}
	if fmt.Sprint(got) != "[2 2 2]" {
		t.Errorf("the bands have %v items", got)
	}
	if n := band(items, nil); n != len(items) {
		t.Errorf("without bands the first has %d items", n)
	}
}

func TestStripShowsTheThumbnails(t *testing.T) {
	c := start(t, t.TempDir())
	v := c.view(ViewRequest{})
	w := c.do("GET", "/api/v1/views/"+v.ID+"/strip?from=3&n=5", nil)
	img, err := jpeg.Decode(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	if b := img.Bounds(); b.Dx() != thumbSide || b.Dy() != 5*thumbSide {
		t.Errorf("a strip of 5 is %v", b)
	}
	for _, q := range []string{"from=0&n=0", "from=0&n=65", "from=-1&n=1", fmt.Sprintf("from=%d&n=1", v.Count), "from=x&n=1"} {
		if w := c.do("GET", "/api/v1/views/"+v.ID+"/strip?"+q, nil); w.Code != http.StatusBadRequest {
			t.Errorf("strip?%s gave %d", q, w.Code)
		}
	}
	if w := c.do("GET", "/api/v1/views/0000/strip?from=0&n=1", nil); w.Code != http.StatusNotFound {
		t.Errorf("an unknown view gave %d", w.Code)
	}
}

func TestDecisionsAreUndoneAndRedoneAcrossRestarts(t *testing.T) {
	dir := t.TempDir()
	c := start(t, dir)
	v := c.view(ViewRequest{})
	other := 1
	r := DecisionRequest{Request: "request-1", View: v.ID, Parts: []Part{
		{Verdict: dataset.Relabel, Class: &other, Ranges: [][2]int{{0, 3}}},
		{Verdict: dataset.Keep, Ranges: [][2]int{{3, 5}, {6, 7}}},
		{Verdict: dataset.Drop, Ranges: [][2]int{{7, 8}}},
	}}
	saved := call[Saved](c, "POST", "/api/v1/decisions", r)
	if saved.Seq != 1 || saved.Progress.Decided != 7 || saved.Progress.Kept != 3 || saved.Progress.Errors != 4 || !saved.Progress.CanUndo {
		t.Errorf("saved %+v", saved)
	}
	if again := call[Saved](c, "POST", "/api/v1/decisions", r); again.Seq != 1 || again.Progress.Decided != 7 {
		t.Errorf("a repeated request gave %+v", again)
	}
	want := func(c *client, when string, verdict []uint32) {
		t.Helper()
		got := c.columns(c.view(ViewRequest{}))
		for i, w := range verdict {
			if got["verdict"][i] != w {
				t.Errorf("%s: position %d has verdict %d, want %d", when, i, got["verdict"][i], w)
			}
		}
		if verdict[0] == uint32(verdictRelabel) && got["label"][0] != 1 || verdict[7] == uint32(verdictDrop) && got["label"][7] != labelDropped {
			t.Errorf("%s: labels are %v", when, got["label"][:8])
		}
	}
	decided := []uint32{3, 3, 3, 2, 2, 0, 2, 4}
	none := make([]uint32, 8)
	want(c, "after deciding", decided)
	c.ws.Close()

	c = start(t, dir)
	want(c, "after a restart", decided)
	v = c.view(ViewRequest{})
	undone := call[Undone](c, "POST", "/api/v1/undo", map[string]string{"view": v.ID})
	if len(undone.Changed) != 7 {
		t.Errorf("undo changed %d positions", len(undone.Changed))
	}
	want(c, "after undo", none)
	c.ws.Close()

	c = start(t, dir)
	want(c, "after undo and a restart", none)
	call[Undone](c, "POST", "/api/v1/redo", map[string]string{})
	want(c, "after redo", decided)
	if w := c.do("POST", "/api/v1/redo", map[string]string{}); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("a redo of nothing gave %d", w.Code)
	}
	a := call[Activity](c, "GET", "/api/v1/activity", nil)
	if len(a.Entries) != 3 || a.Entries[0].Op != "redo" || a.Entries[2].Undone || !strings.Contains(a.Entries[2].Summary, "3 relabelled to") {
		t.Errorf("the activity is %+v", a.Entries)
	}
	v = c.view(ViewRequest{})
	item := call[Item](c, "GET", "/api/v1/items?view="+v.ID+"&position=0", nil)
	if item.Verdict != verdictRelabel || len(item.History) != 1 || item.History[0].Undone || item.Image.Path == "" {
		t.Errorf("the first label is shown as %+v", item)
	}
}

func TestBadDecisionsChangeNothing(t *testing.T) {
	c := start(t, t.TempDir())
	v := c.view(ViewRequest{})
	beyond := len(c.res.Dataset.Classes)
	for name, r := range map[string]DecisionRequest{
		"range":    {Request: "request-1", View: v.ID, Parts: []Part{{Verdict: dataset.Keep, Ranges: [][2]int{{0, v.Count + 1}}}}},
		"backward": {Request: "request-2", View: v.ID, Parts: []Part{{Verdict: dataset.Keep, Ranges: [][2]int{{2, 1}}}}},
		"class":    {Request: "request-3", View: v.ID, Parts: []Part{{Verdict: dataset.Relabel, Class: &beyond, Ranges: [][2]int{{0, 1}}}}},
		"no class": {Request: "request-4", View: v.ID, Parts: []Part{{Verdict: dataset.Relabel, Ranges: [][2]int{{0, 1}}}}},
		"verdict":  {Request: "request-5", View: v.ID, Parts: []Part{{Verdict: "perhaps", Ranges: [][2]int{{0, 1}}}}},
		"view":     {Request: "request-6", View: "gone", Parts: []Part{{Verdict: dataset.Keep, Ranges: [][2]int{{0, 1}}}}},
		"empty":    {Request: "request-7", View: v.ID, Parts: []Part{{Verdict: dataset.Keep, Ranges: [][2]int{{1, 1}}}}},
	} {
		if w := c.do("POST", "/api/v1/decisions", r); w.Code != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
	}
	if p := c.progress(); p.Seq != 0 {
		t.Errorf("the journal has %d entries", p.Seq)
	}
}

func TestGuard(t *testing.T) {
	c := start(t, t.TempDir())
	bare := func(r *http.Request) { r.Header.Del("Authorization") }
	if w := c.do("GET", "/api/v1/session", nil, bare); w.Code != http.StatusUnauthorized {
		t.Errorf("without the token: %d", w.Code)
	}
	if w := c.do("GET", "/api/v1/session", nil, func(r *http.Request) { r.Host = "evil.example" }); w.Code != http.StatusForbidden {
		t.Errorf("for another host: %d", w.Code)
	}
	if w := c.do("POST", "/api/v1/undo", map[string]string{}, func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }); w.Code != http.StatusForbidden {
		t.Errorf("from another site: %d", w.Code)
	}
	w := c.do("GET", "/?token=secret", nil, bare)
	if w.Code != http.StatusSeeOther || strings.Contains(w.Header().Get("Location"), "secret") {
		t.Fatalf("the printed address gave %d to %q", w.Code, w.Header().Get("Location"))
	}
	cookies := w.Result().Cookies()
	if len(cookies) != 1 || !cookies[0].HttpOnly || cookies[0].SameSite != http.SameSiteStrictMode {
		t.Fatalf("cookies are %v", cookies)
	}
	if w := c.do("GET", "/api/v1/session", nil, bare, func(r *http.Request) { r.AddCookie(cookies[0]) }); w.Code != http.StatusOK {
		t.Errorf("with the cookie: %d", w.Code)
	}
	if w := c.do("GET", "/?token=wrong", nil, bare); w.Code == http.StatusSeeOther {
		t.Error("a wrong token was taken")
	}
	for host, want := range map[string]bool{"localhost:1": true, "127.0.0.1": true, "[::1]:80": true, "a.localhost": true, "127.0.0.1.example": false, "localhost.example": false, "10.0.0.1:80": false} {
		if isLoopback(host) != want {
			t.Errorf("isLoopback(%q) is %v", host, !want)
		}
	}
}

func TestImagesAreServed(t *testing.T) {
	c := start(t, t.TempDir())
	w := c.do("GET", "/api/v1/images/0", nil)
	if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "image/jpeg" {
		t.Errorf("image 0: %d %s", w.Code, w.Header().Get("Content-Type"))
	}
	if _, err := jpeg.Decode(c.do("GET", "/api/v1/images/0/thumb", nil).Body); err != nil {
		t.Errorf("the thumbnail of image 0: %v", err)
	}
	for _, p := range []string{"/api/v1/images/-1", "/api/v1/images/120", "/api/v1/images/x/thumb", "/api/v1/images/..%2f..%2fetc"} {
		if w := c.do("GET", p, nil); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", p, w.Code)
		}
	}
}

// The committed description of the API is what the code says, so that the types
// of the page, which are made from it, are right.
func TestOpenAPIIsCurrent(t *testing.T) {
	s := &Server{}
	b, err := json.MarshalIndent(s.api(http.NewServeMux()).OpenAPI(), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	b = append(b, '\n')
	if *update {
		if err := os.WriteFile("openapi.json", b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile("openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, b) {
		t.Error("openapi.json is not what the code says: run go test ./server -update and npm --prefix web run api")
	}
}
