package workspace

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/errata-cv/errata/dataset"
)

// burstChild appends decisions from several goroutines for ever, and prints the
// number and request of each once it is acknowledged.
func burstChild(args []string) error {
	w, err := Open(ctx, args[0], Options{})
	if err != nil {
		return err
	}
	var wg sync.WaitGroup
	errs := make(chan error, 4)
	for g := range 4 {
		wg.Go(func() {
			for i := 0; ; i++ {
				request := fmt.Sprintf("%s/%d/%d", args[1], g, i)
				e, err := w.Append(ctx, decide(request, dataset.Key{Image: request}))
				if err != nil {
					errs <- err
					return
				}
				fmt.Printf("%d %s\n", e.Seq, request)
			}
		})
	}
	wg.Wait()
	return <-errs
}

// killAfter kills a child once it has printed some lines and a random time has
// passed, and returns every whole line that it printed.
func killAfter(t *testing.T, r *rand.Rand, name string, args ...string) []string {
	t.Helper()
	cmd := child(name, args...)
	scanner := start(t, cmd)
	var lines []string
	for scanner.Scan() {
		lines = append(lines, scanner.Text())
		if len(lines) == 3 {
			time.AfterFunc(time.Duration(r.IntN(100_000))*time.Microsecond, func() { cmd.Process.Kill() })
		}
	}
	if err := cmd.Wait(); cmd.ProcessState.Exited() {
		t.Fatalf("the child ended by itself: %v", err)
	}
	return lines
}

func quickCheck(t *testing.T, w *Workspace) {
	t.Helper()
	var verdict string
	if err := w.read.QueryRow("PRAGMA quick_check").Scan(&verdict); err != nil || verdict != "ok" {
		t.Errorf("quick_check says %q, %v", verdict, err)
	}
}

func TestKillLosesNoAcknowledgedDecision(t *testing.T) {
	dir := t.TempDir()
	r := rand.New(rand.NewPCG(1, 2))
	acknowledged := map[int64]string{}
	for round := range 8 {
		for _, line := range killAfter(t, r, "burst", dir, strconv.Itoa(round)) {
			seq, request, ok := strings.Cut(line, " ")
			n, err := strconv.ParseInt(seq, 10, 64)
			if !ok || err != nil {
				continue // a line that was cut short
			}
			acknowledged[n] = request
		}
		w := open(t, dir, Options{})
		quickCheck(t, w)
		entries, err := w.Entries(ctx, 0)
		if err != nil {
			t.Fatal(err)
		}
		for i, e := range entries {
			if e.Seq != int64(i+1) || len(e.Decisions) != 1 || e.Decisions[0].Target.Image != e.Request {
				t.Fatalf("round %d: entry %d is %+v", round, i+1, e)
			}
		}
		for seq, request := range acknowledged {
			if seq > int64(len(entries)) {
				t.Fatalf("round %d: entry %d was acknowledged, and the journal has %d", round, seq, len(entries))
			}
			// The last line may have been cut within the request.
			if got := entries[seq-1].Request; !strings.HasPrefix(got, request) {
				t.Fatalf("round %d: entry %d was acknowledged as %s and is %s", round, seq, request, got)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d entries were acknowledged in 8 rounds", len(acknowledged))
}

func TestTornJournalTail(t *testing.T) {
	dir := t.TempDir()
	w := open(t, dir, Options{})
	const n = 20
	var length int64 // of the log before the last entry
	for range n {
		if info, err := os.Stat(w.database() + "-wal"); err == nil {
			length = info.Size()
		}
		if _, err := w.Append(ctx, decide("", dataset.Key{Image: "a.png"})); err != nil {
			t.Fatal(err)
		}
	}
	log, err := os.ReadFile(w.database() + "-wal")
	if err != nil {
		t.Fatal(err)
	}
	rows, err := os.ReadFile(w.database())
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		log  []byte
		want int
	}{
		"whole":                     {log, n},
		"rubbish behind":            {append(log[:len(log):len(log)], make([]byte, 5000)...), n},
		"cut within the last entry": {log[:length+100], n - 1},
		"last entry flipped":        {flipped(log, length+2000), n - 1},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			for file, b := range map[string][]byte{"errata.db": rows, "errata.db-wal": c.log} {
				if err := os.WriteFile(filepath.Join(dir, file), b, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			w := open(t, dir, Options{})
			quickCheck(t, w)
			if entries, err := w.Entries(ctx, 0); err != nil || len(entries) != c.want {
				t.Errorf("the journal has %d entries, want %d: %v", len(entries), c.want, err)
			}
			if e, err := w.Append(ctx, decide("", dataset.Key{Image: "b.png"})); err != nil || e.Seq != int64(c.want+1) {
				t.Errorf("the next entry is number %d, %v", e.Seq, err)
			}
		})
	}
}

func flipped(b []byte, at int64) []byte {
	b = append([]byte(nil), b...)
	b[at] ^= 0xff
	return b
}

// measureChild stores batches of pictures for ever, and prints the number of
// each batch once it is stored.
func measureChild(args []string) error {
	w, err := Open(ctx, args[0], Options{})
	if err != nil {
		return err
	}
	for b := 0; ; b++ {
		var batch []MeasuredFile
		for i := range 20 {
			name := fmt.Sprintf("%s/%d/%d", args[1], b, i)
			batch = append(batch, measured(name, name))
		}
		if err := w.PutMeasured(ctx, testParams, batch); err != nil {
			return err
		}
		fmt.Printf("%d.\n", b)
	}
}

func TestKillLeavesNoRowWithoutItsBytes(t *testing.T) {
	dir := t.TempDir()
	r := rand.New(rand.NewPCG(3, 4))
	for round := range 5 {
		stored := 0
		for _, line := range killAfter(t, r, "measure", dir, strconv.Itoa(round)) {
			if number, whole := strings.CutSuffix(line, "."); whole {
				b, err := strconv.Atoi(number)
				if err != nil || b != stored {
					t.Fatalf("batch %q was printed as number %d", line, stored)
				}
				stored++
			}
		}
		w := open(t, dir, Options{})
		quickCheck(t, w)
		files, err := w.Files(ctx, testParams)
		if err != nil {
			t.Fatal(err)
		}
		for b := range stored {
			for i := range 20 {
				if _, ok := files[fmt.Sprintf("%d/%d/%d", round, b, i)]; !ok {
					t.Fatalf("round %d: batch %d was stored and lacks file %d", round, b, i)
				}
			}
		}
		if len(files)%20 != 0 {
			t.Errorf("round %d: %d files are no whole batches", round, len(files))
		}
		for path, f := range files {
			wantBytes(t, w, path, f, path)
		}
		w.Close()
	}
}
