package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/errata-cv/errata/check/class"
	"github.com/errata-cv/errata/matrix"
)

// child loads a set, filters and ranks it, and prints an answer.
func child(dir string, f class.Filter) error {
	labels, probs, err := load(dir)
	if err != nil {
		return err
	}
	start := time.Now()
	l, err := class.Learn(labels, class.Of(probs))
	if err != nil {
		return err
	}
	rows, err := l.Filter(f, class.FilterOptions{})
	if err != nil {
		return err
	}
	class.Rank(rows, l.PGiven)
	return answer{Rows: rows, Call: time.Since(start).Seconds(), Peak: peak()}.print()
}

func load(dir string) ([]int, *matrix.Matrix, error) {
	y, err := matrix.OpenNPY(filepath.Join(dir, "labels.npy"))
	if err != nil {
		return nil, nil, err
	}
	labels, err := y.Ints()
	if err != nil {
		return nil, nil, err
	}
	p, err := matrix.OpenNPY(filepath.Join(dir, "pred_probs.npy"))
	if err != nil {
		return nil, nil, err
	}
	probs, err := p.Float32()
	return labels, probs, err
}

// peak returns the largest resident memory of this process so far, in MiB, or 0
// where the system does not tell. The usage that a parent is told would include
// the parent's own memory at the time of the fork.
func peak() float64 {
	b, _ := os.ReadFile("/proc/self/status")
	for line := range strings.Lines(string(b)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kib, _ := strconv.ParseFloat(strings.Fields(rest)[0], 64)
			return kib / 1024
		}
	}
	return 0
}

// measure runs the child and returns the least of each figure.
func (s *set) measure(f class.Filter, rounds int) (answer, error) {
	self, err := os.Executable()
	if err != nil {
		return answer{}, err
	}
	var best answer
	for r := range rounds {
		start := time.Now()
		out, err := exec.Command(self, "-one", s.dir, "-filter", string(f)).Output()
		took := time.Since(start).Seconds()
		if err != nil {
			return best, fmt.Errorf("%s with %s: %w", s.name, f, err)
		}
		var a answer
		if err := json.Unmarshal(out, &a); err != nil {
			return best, err
		}
		if r == 0 {
			best, best.process = a, took
			continue
		}
		if !slices.Equal(a.Rows, best.Rows) {
			return best, fmt.Errorf("%s with %s flags other rows the second time", s.name, f)
		}
		best.Call, best.Peak, best.process = min(best.Call, a.Call), min(best.Peak, a.Peak), min(best.process, took)
	}
	return best, nil
}
