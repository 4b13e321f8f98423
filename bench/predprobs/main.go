// Predprobs measures the seven wrong-class filters on published datasets beside
// cleanlab's stored answers and figures: which rows are flagged, the time of the
// call, and the time and peak memory of a whole process that loads the arrays,
// filters and ranks.
//
//	cd bench && go run ./predprobs
//	cd bench && go run ./predprobs -set cifar100_test -rounds 9
//
// The datasets are looked for in the folder that ERRATA_SHARED names, else in
// shared/ beside the project; see data/pred-probs there. Each figure is the least
// of several rounds, each in a process of its own. cleanlab's figures are read
// from its summary.json and from research/label-benchmarks.md; they come from
// another machine with two cores.
//
// Columns: "differ" counts rows that only one of the two flags, with cleanlab's
// stored confident joint; "own joint" with ours, which for more than 16 classes
// is rounded in another order; "rows" and the figures are with ours. Peak is the
// resident memory, mapped files included. "-" means that nobody measured.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"github.com/errata-cv/errata/check/class"
)

var sets = []string{
	"mnist_test", "cifar10n_agg_resnet18", "cifar10s_resnet18", "cl2019_sparsity4_noise2",
	"cifar100_test", "imagenet_val_resnet18", "scale_1m_k10",
}

// line prints one row of the table.
const line = "%-24s %-22s %7s %9s %7s %10s %9s %9s %10s %9s %9s %9s\n"

func main() {
	rounds := flag.Int("rounds", 5, "rounds of each measurement")
	only := flag.String("set", "", "measure this dataset only")
	one := flag.String("one", "", "")
	filter := flag.String("filter", string(class.PruneByNoiseRate), "")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "usage: predprobs [-rounds N] [-set NAME]")
	}
	flag.Parse()
	var err error
	if *one != "" {
		err = child(*one, class.Filter(*filter))
	} else {
		err = run(*rounds, *only)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "predprobs:", err)
		os.Exit(1)
	}
}

func run(rounds int, only string) error {
	root := sharedRoot()
	scratch, err := os.MkdirTemp("", "predprobs")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)
	told := readFigures(filepath.Join(root, "research", "label-benchmarks.md"))
	fmt.Printf(line, "dataset", "filter", "rows", "cleanlab", "differ", "own joint", "call s", "cleanlab", "process s", "cleanlab", "peak MiB", "cleanlab")
	for _, name := range sets {
		if only != "" && name != only {
			continue
		}
		s, err := open(root, scratch, name)
		if err != nil {
			fmt.Printf("%-24s left out: %v\n", name, err)
			continue
		}
		for _, f := range class.Filters() {
			if err := s.row(f, rounds, told); err != nil {
				return err
			}
		}
	}
	return nil
}

func sharedRoot() string {
	if dir := os.Getenv("ERRATA_SHARED"); dir != "" {
		return dir
	}
	for dir, _ := os.Getwd(); filepath.Dir(dir) != dir; dir = filepath.Dir(dir) {
		candidate := filepath.Join(filepath.Dir(dir), "shared")
		if _, err := os.Stat(filepath.Join(candidate, "data", "pred-probs")); err == nil {
			return candidate
		}
	}
	return "shared"
}

// row measures one filter on one set and prints it.
func (s *set) row(f class.Filter, rounds int, told map[string]figures) error {
	best, err := s.measure(f, rounds)
	if err != nil {
		return err
	}
	theirs := s.told(f, told)
	count, differ, own := "-", "-", "-"
	if want, ok := s.stored(f); ok {
		given, err := s.withStoredJoint(f)
		if err != nil {
			return err
		}
		count, differ, own = fmt.Sprint(len(want)), fmt.Sprint(different(given, want)), fmt.Sprint(different(best.Rows, want))
	}
	fmt.Printf(line, s.name, f, fmt.Sprint(len(best.Rows)), count, differ, own,
		fmt.Sprintf("%.4f", best.Call), theirs.call, fmt.Sprintf("%.3f", best.process), theirs.process, fmt.Sprintf("%.0f", best.Peak), theirs.peak)
	return nil
}

// different counts the rows in one of two ascending lists only.
func different(a, b []int) int {
	n := 0
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0] == b[0]:
			a, b = a[1:], b[1:]
		case a[0] < b[0]:
			a, n = a[1:], n+1
		default:
			b, n = b[1:], n+1
		}
	}
	return n + len(a) + len(b)
}

// answer is what a child process prints.
type answer struct {
	Rows    []int
	Call    float64 // seconds of learning, filtering and ranking
	Peak    float64 // MiB of resident memory
	process float64 // seconds from start to exit, as the parent sees it
}

func (a answer) print() error { return json.NewEncoder(os.Stdout).Encode(a) }
