package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/errata-cv/errata/synth"
)

// Ctrl-C ends a check with a sentence, and the next one goes on to the same end.
func TestInterruptedCheckGoesOn(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "signs")
	if _, err := synth.Signs(context.Background(), dir, synth.Options{Images: 64, Seed: 6}, nil); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("errata", "check", dir)
	progress, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var said strings.Builder
	for sc := bufio.NewScanner(progress); sc.Scan(); {
		said.WriteString(sc.Text() + "\n")
		if strings.HasPrefix(sc.Text(), "measure") {
			if err := cmd.Process.Signal(os.Interrupt); err != nil {
				t.Skip("processes cannot be interrupted here: ", err)
			}
		}
	}
	err = cmd.Wait()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != exitError || !strings.Contains(said.String(), "errata: stopped. What was measured is kept") {
		t.Fatalf("the interrupted check ended with %v and said %s", err, said.String())
	}
	resumed := check(t, dir)
	if fresh := check(t, dir, "--workspace", t.TempDir()); !bytes.Equal(resumed, fresh) {
		t.Error("a check that was interrupted says something else than one that was not")
	}
}

// check returns what a check prints as JSON.
func check(t *testing.T, dir string, more ...string) []byte {
	t.Helper()
	out, err := exec.Command("errata", append([]string{"check", dir, "-q", "--format", "json"}, more...)...).Output()
	if err != nil {
		t.Fatal(err)
	}
	return regexp.MustCompile(`"created":.*`).ReplaceAll(out, nil)
}

// A dataset without findings can be reviewed all the same.
func TestReviewOpensWithoutFindings(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "lone")
	for i := range 2 {
		if err := picture(filepath.Join(dir, "cat", strconv.Itoa(i)+".png"), strconv.Itoa(i)); err != nil {
			t.Fatal(err)
		}
	}
	cmd, c := startReview(t, dir)
	var view struct {
		ID    string
		Count int
	}
	if err := c.post("views", map[string]string{}, &view); err != nil || view.ID == "" {
		t.Errorf("a view of it is %+v: %v", view, err)
	}
	// Two at once: the second says who has the workspace.
	second := exec.Command("errata", "check", dir, "-q")
	if out, err := second.CombinedOutput(); err == nil || !strings.Contains(string(out), `in use by "errata review `) {
		t.Errorf("a check beside the review said %s", out)
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		_ = cmd.Process.Kill()
		t.Skip("processes cannot be interrupted here: ", err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("Ctrl-C ended the review with %v", err)
	}
}
