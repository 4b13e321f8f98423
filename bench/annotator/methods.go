package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/errata-cv/errata/check/annotator"
	"github.com/errata-cv/errata/check/class"
	"golang.org/x/sys/unix"
)

// timed are the calls whose time is measured.
var timed = []string{"as it comes", "calibrated", "active learning"}

// child makes the data, makes one call and prints figures.
func child(name string) error {
	p, err := makePeople()
	if err != nil {
		return err
	}
	models := []class.Probs{class.Of(p.probs)}
	start, before := time.Now(), processor()
	l, err := annotator.New(p.columns)
	if err != nil {
		return err
	}
	switch name {
	case "active learning":
		_, err = annotator.ActiveLearning(l, models, annotator.Options{})
	default:
		_, err = annotator.Crowdlab(l, models, annotator.Options{Calibrate: name == "calibrated"})
	}
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(figures{Wall: time.Since(start).Seconds(), CPU: processor() - before, Peak: peak()})
}

// processor returns the seconds that all cores have spent on this process.
func processor() float64 {
	var u unix.Rusage
	if unix.Getrusage(unix.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
}

// peak returns the largest resident memory so far in MiB, or 0 where the system
// does not tell.
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

// compare prints how often each method is right, how well it knows the people,
// and its time.
func compare() error {
	p, err := makePeople()
	if err != nil {
		return err
	}
	l, err := annotator.New(p.columns)
	if err != nil {
		return err
	}
	models := []class.Probs{class.Of(p.probs)}
	fmt.Printf("%-22s %9s %14s %9s\n", "consensus", "right", "people, rho", "call s")
	row := func(name string, f func() ([]int, []float64, error)) error {
		start := time.Now()
		labels, skill, err := f()
		took := time.Since(start).Seconds()
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		rho := "-"
		if skill != nil {
			rho = fmt.Sprintf("%.4f", spearman(skill, p.skill))
		}
		fmt.Printf("%-22s %9.5f %14s %9.4f\n", name, right(labels, p.truth), rho, took)
		return nil
	}
	var judged *annotator.Result
	for _, m := range []struct {
		name string
		f    func() ([]int, []float64, error)
	}{
		{"majority vote", func() ([]int, []float64, error) {
			v, err := annotator.MajorityVote(l, nil, 0)
			return v, nil, err
		}},
		{"vote, ties by model", func() ([]int, []float64, error) {
			v, err := annotator.MajorityVote(l, models, 0)
			return v, nil, err
		}},
		{"Wawa", func() ([]int, []float64, error) {
			v := annotator.Wawa(l, 0)
			return v.Class, v.Skill, nil
		}},
		{"Dawid-Skene", func() ([]int, []float64, error) {
			return estimate(annotator.DawidSkene(l, annotator.DawidSkeneOptions{}))
		}},
		{"Dawid-Skene, one coin", func() ([]int, []float64, error) {
			return estimate(annotator.DawidSkene(l, annotator.DawidSkeneOptions{OneCoin: true}))
		}},
		{"GLAD", func() ([]int, []float64, error) { return estimate(annotator.GLAD(l, annotator.Rounds{})) }},
		{"CROWDLAB", func() (labels []int, skill []float64, err error) {
			if judged, err = annotator.Crowdlab(l, models, annotator.Options{}); err != nil {
				return nil, nil, err
			}
			for _, s := range judged.Annotators {
				skill = append(skill, s.Quality)
			}
			return judged.Consensus, skill, nil
		}},
	} {
		if err := row(m.name, m.f); err != nil {
			return err
		}
	}
	return report(p, l, judged)
}

func estimate(e *annotator.Estimate, err error) ([]int, []float64, error) {
	if err != nil {
		return nil, nil, err
	}
	return e.Class, e.Skill, nil
}

// report prints agreement, weak annotators and wrong consensus.
func report(p *people, l *annotator.Labels, r *annotator.Result) error {
	fmt.Println()
	for _, m := range []struct {
		name string
		f    func(*annotator.Labels, annotator.Interval) (annotator.Agreement, error)
	}{{"Fleiss", annotator.Fleiss}, {"Krippendorff", annotator.Krippendorff}} {
		for _, o := range []annotator.Interval{{}, {Replicates: 200, Seed: 1}} {
			start := time.Now()
			a, err := m.f(l, o)
			if err != nil {
				return err
			}
			fmt.Printf("%-14s %.5f  95 %% %.5f to %.5f  %d replicates, %.3f s\n", m.name, a.Value, a.Low, a.High, o.Replicates, time.Since(start).Seconds())
		}
	}
	truth, lazy := 0, 0
	for j := range p.skill {
		if j%20 == 0 {
			lazy++
		}
	}
	weak := r.Weak(annotator.WeakOptions{})
	for _, w := range weak {
		if w.Annotator%20 == 0 {
			truth++
		}
	}
	fmt.Printf("weak annotators: %d found, of which %d are among the %d who hardly look\n", len(weak), truth, lazy)
	wrong, err := r.WrongConsensus(nil)
	if err != nil {
		return err
	}
	better, worse := 0, 0
	for _, s := range wrong {
		switch p.truth[s.Image] {
		case s.Suggested:
			better++
		case s.Given:
			worse++
		}
	}
	fmt.Printf("wrong consensus: %d suggestions against the vote, %d mend and %d spoil\n", len(wrong), better, worse)
	return nil
}

func right(labels, truth []int) float64 {
	n := 0
	for i, c := range labels {
		if c == truth[i] {
			n++
		}
	}
	return float64(n) / float64(len(labels))
}

// spearman is the correlation of the ranks.
func spearman(a, b []float64) float64 {
	x, y := ranks(a), ranks(b)
	mean := float64(len(x)-1) / 2
	xy, xx, yy := 0.0, 0.0, 0.0
	for i := range x {
		xy += (x[i] - mean) * (y[i] - mean)
		xx += (x[i] - mean) * (x[i] - mean)
		yy += (y[i] - mean) * (y[i] - mean)
	}
	return xy / math.Sqrt(xx*yy)
}

func ranks(v []float64) []float64 {
	order := make([]int, len(v))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(v[a], v[b]) })
	out := make([]float64, len(v))
	for at, i := range order {
		out[i] = float64(at)
	}
	return out
}
