package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/errata-cv/errata/synth"
	"github.com/errata-cv/errata/workspace"
)

// A decision that the server has answered survives kill -9, whenever it comes.
func TestKillDuringABurstOfDecisionsLosesNone(t *testing.T) {
	if testing.Short() {
		t.Skip("starts and kills the program several times")
	}
	dir := filepath.Join(t.TempDir(), "signs")
	if _, err := synth.Signs(context.Background(), dir, synth.Options{Images: 64, Seed: 5}, nil); err != nil {
		t.Fatal(err)
	}
	acknowledged := map[string]int64{} // request → seq
	for round := range 4 {
		burst(t, dir, round, acknowledged)
	}
	ws, err := workspace.Open(context.Background(), filepath.Join(dir, ".errata"), workspace.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer ws.Close()
	entries, err := ws.Entries(context.Background(), 0)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]int64{}
	for i, e := range entries {
		if e.Seq != int64(i+1) {
			t.Errorf("entry %d of the journal has the number %d", i+1, e.Seq)
		}
		found[e.Request] = e.Seq
	}
	for request, seq := range acknowledged {
		if found[request] != seq {
			t.Errorf("decision %s was acknowledged as %d; the journal has it as %d", request, seq, found[request])
		}
	}
	t.Logf("%d decisions were acknowledged in 4 rounds, all of them are there", len(acknowledged))
	if len(acknowledged) == 0 {
		t.Error("nothing was acknowledged: the test tests nothing")
	}
}

// burst starts the review app, decides as fast as it answers, and kills it at
// some instant.
func burst(t *testing.T, dir string, round int, acknowledged map[string]int64) {
	t.Helper()
	cmd, c := startReview(t, dir)
	defer cmd.Wait()
	defer cmd.Process.Kill()
	var view struct {
		ID    string
		Count int
	}
	if err := c.post("views", map[string]string{}, &view); err != nil {
		t.Fatal(err)
	}
	wait := time.Duration(50+rand.IntN(300)) * time.Millisecond
	time.AfterFunc(wait, func() { _ = cmd.Process.Kill() })
	for i := 0; ; i++ {
		request := fmt.Sprintf("round-%d-decision-%d", round, i)
		at := i % view.Count
		var saved struct{ Seq int64 }
		err := c.post("decisions", map[string]any{
			"request": request, "view": view.ID,
			"parts": []any{map[string]any{"verdict": []string{"keep", "unsure", "drop"}[i%3], "ranges": [][2]int{{at, at + 1}}}},
		}, &saved)
		if err != nil {
			return // killed
		}
		acknowledged[request] = saved.Seq
	}
}

// startReview starts the review app and waits for its address.
func startReview(t *testing.T, dir string) (*exec.Cmd, caller) {
	t.Helper()
	cmd := exec.Command("errata", "review", dir, "-q", "--no-open")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	at := regexp.MustCompile(`http://\S+`)
	var address string
	for sc := bufio.NewScanner(out); sc.Scan(); {
		if address = at.FindString(sc.Text()); address != "" {
			break
		}
	}
	u, err := url.Parse(address)
	if err != nil || address == "" {
		_ = cmd.Process.Kill()
		t.Fatalf("the address %q was printed: %v", address, err)
	}
	return cmd, caller{base: "http://" + u.Host + "/api/v1/", token: u.Query().Get("token")}
}

// caller posts JSON to the API of a running program.
type caller struct{ base, token string }

func (c caller) post(path string, in, out any) error {
	b, err := json.Marshal(in)
	if err != nil {
		return err
	}
	r, err := http.NewRequest(http.MethodPost, c.base+path, bytes.NewReader(b))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+c.token)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answered %s", path, resp.Status)
	}
	return json.NewDecoder(resp.Body).Decode(out)
}
