// Quality measures how well wrong labels are found: it runs the packages of a
// check one after the other on datasets whose wrong labels are known and scores
// the rankings they give, the fused one and every single signal.
//
//	cd bench && go run ./quality
//	cd bench && go run ./quality -sets cifar10n-aggregate,roman-numerals
//
// The datasets are looked for where ERRATA_SHARED says, or in ../shared beside
// the project; those that are absent are left out.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"github.com/errata-cv/errata/embed"
	"github.com/errata-cv/errata/matrix"
	"github.com/errata-cv/errata/neighbor"
	"github.com/errata-cv/errata/probe"
	"github.com/errata-cv/errata/rank"
)

func main() {
	names := flag.String("sets", "", "comma-separated datasets (default: all)")
	seed := flag.Uint64("seed", 0, "seed of the embedding and the folds")
	only := flag.Bool("list", false, "print the names of the datasets and stop")
	worst := flag.Int("worst", 0, "print this many of the most suspicious labels, too")
	flag.Parse()
	if *only {
		for _, s := range sets {
			fmt.Println(s.name)
		}
		return
	}
	if err := run(*names, *seed, *worst); err != nil {
		fmt.Fprintln(os.Stderr, "quality:", err)
		os.Exit(1)
	}
}

func run(names string, seed uint64, worst int) error {
	root := os.Getenv("ERRATA_SHARED")
	if root == "" {
		root = filepath.Join("..", "..", "shared")
	}
	asked := map[string]bool{}
	for _, n := range strings.Split(names, ",") {
		if n = strings.TrimSpace(n); n != "" {
			asked[n] = true
		}
	}
	for _, s := range sets {
		if names != "" && !asked[s.name] {
			continue
		}
		delete(asked, s.name)
		if _, err := os.Stat(filepath.Join(root, s.folder)); err != nil {
			fmt.Printf("%s: not here\n\n", s.name)
			continue
		}
		d, err := s.read(filepath.Join(root, s.folder))
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		if err := measure(s.name, d, seed, worst); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
	}
	for n := range asked {
		return fmt.Errorf("there is no dataset %q; see -list", n)
	}
	return nil
}

// votesK and votesDim are the number of neighbours that vote and of principal
// components they are sought in, as in a scan.
const (
	votesK   = 20
	votesDim = 128
)

func measure(name string, d *data, seed uint64, worst int) error {
	ctx := context.Background()
	errors := 0
	for _, w := range d.wrong {
		if w {
			errors++
		}
	}
	fmt.Printf("%s: %d pictures, %d classes, %d wrong labels; %d cores, %s kernels\n", name, len(d.labels), len(d.classes), errors, runtime.GOMAXPROCS(0), matrix.Kernel())
	var clock stopwatch
	clock.start()
	in, groups, err := decode(d)
	if err != nil {
		return err
	}
	clock.lap("decode and measure")

	model, err := embed.LearnPatches(ctx, in, embed.PatchOptions{Seed: seed}, nil)
	if err != nil {
		return err
	}
	clock.lap("learn the embedding")
	x, err := model.Encode(ctx, in, nil)
	if err != nil {
		return err
	}
	clock.lap("embed")

	k := len(d.classes)
	p, err := probe.CrossValidate(ctx, x, d.labels, k, groups, probe.Options{Seed: seed, Landmarks: probe.DefaultLandmarks, Even: model.Options().EvenDim()}, nil)
	if err != nil {
		return err
	}
	clock.lap("probe")

	reduced := matrix.FitPCA(x, votesDim, seed).Transform(x)
	graph, err := neighbor.KNN(ctx, reduced, min(votesK, len(d.labels)-1), neighbor.Cosine, nil)
	if err != nil {
		return err
	}
	for i := range d.labels { // copies have no vote
		for at := i * graph.K; at < (i+1)*graph.K; at++ {
			if j := graph.Index[at]; j >= 0 && groups[j] == groups[i] {
				graph.Index[at] = -1
			}
		}
	}
	votes := probe.KNNVotes(graph, d.labels, k)
	clock.lap("neighbours")

	r, err := rank.Labels(d.labels, rank.Signals{Probs: p.Probs, Votes: votes, Unjudged: p.Unjudged})
	if err != nil {
		return err
	}
	clock.lap("rank")
	clock.print(len(d.labels))
	fmt.Printf("probe: %d columns, L2 %g, temperature %.2f, log-loss %.4f, accuracy on the labels %.4f\n", p.Columns, p.L2, p.Temperature, p.LogLoss, p.Accuracy)
	fmt.Printf("estimate: %.0f wrong labels (%.0f to %.0f)\n", r.Estimate.Errors, r.Estimate.Low, r.Estimate.High)
	if d.wrong != nil {
		compare(d, p.Probs, votes, r)
	}
	for _, i := range r.Order()[:min(worst, len(d.labels))] {
		fmt.Printf("  %.3f  %-12s → %-12s  %s\n", r.Probability[i], d.classes[d.labels[i]], d.classes[r.Suggestion[i]], d.names[i])
	}
	fmt.Println()
	return nil
}

// stopwatch times the stages of one dataset.
type stopwatch struct {
	last  time.Time
	total time.Duration
	laps  []string
}

func (s *stopwatch) start() { s.last = time.Now() }

func (s *stopwatch) lap(stage string) {
	d := time.Since(s.last)
	s.total += d
	s.laps = append(s.laps, fmt.Sprintf("%s %.1f s", stage, d.Seconds()))
	s.last = time.Now()
}

func (s *stopwatch) print(n int) {
	fmt.Println(strings.Join(s.laps, ", "))
	var use unix.Rusage
	_ = unix.Getrusage(unix.RUSAGE_SELF, &use)
	fmt.Printf("together %.1f s, %.0f pictures/s; peak memory of the process %d MiB\n", s.total.Seconds(), float64(n)/s.total.Seconds(), use.Maxrss>>10)
}
