// Command check runs the built binary on real datasets with known label errors
// and prints how well the list finds them, with whole-process time and memory.
//
//	go run ./check            # from bench/, with the shared material beside the project
//
// The rows are scored over every label of the dataset: average precision (AP),
// area under the ROC curve (AUROC) and precision among the first n, where n is
// the number of labels known to be wrong.
package main

import (
	"archive/tar"
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

func main() {
	log := flag.Bool("v", false, "show what errata prints")
	only := flag.String("only", "", "run only the datasets whose name contains this")
	flag.Parse()
	if err := run(*log, *only); err != nil {
		fmt.Fprintln(os.Stderr, "check:", err)
		os.Exit(1)
	}
}

// task is one dataset: what to check, and which of its labels are wrong.
type task struct {
	name  string
	args  []string
	wrong map[string]bool // by image path, as --scores spells it; nil when not known
}

func run(log bool, only string) error {
	shared, err := sharedDir()
	if err != nil {
		return err
	}
	tmp, err := os.MkdirTemp("", "errata-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	binary := filepath.Join(tmp, "errata")
	build := exec.Command("go", "build", "-trimpath", "-o", binary, "./cmd/errata")
	build.Dir, build.Stderr = "..", os.Stderr
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOWORK=off")
	if err := build.Run(); err != nil {
		return fmt.Errorf("building errata: %w", err)
	}
	tasks, err := tasks(shared, tmp)
	if err != nil {
		return err
	}
	fmt.Printf("%-26s %7s %6s  %6s %6s %6s  %8s %8s %8s %9s\n", "dataset", "labels", "wrong", "AP", "AUROC", "P@n", "wall s", "cpu s", "peak MB", "images/s")
	for _, t := range tasks {
		if !strings.Contains(t.name, only) {
			continue
		}
		if err := t.run(binary, tmp, log); err != nil {
			return fmt.Errorf("%s: %w", t.name, err)
		}
	}
	return nil
}

// run checks the dataset with an empty workspace, so nothing is reused.
func (t task) run(binary, tmp string, log bool) error {
	scores := filepath.Join(tmp, "scores.csv")
	workspace := filepath.Join(tmp, "workspace")
	if err := os.RemoveAll(workspace); err != nil {
		return err
	}
	cmd := exec.Command(binary, append([]string{"check", "--scores", scores, "--workspace", workspace}, t.args...)...)
	if log {
		cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	}
	began := time.Now()
	if err := cmd.Run(); err != nil {
		return err
	}
	wall := time.Since(began)
	rows, err := readScores(scores)
	if err != nil {
		return err
	}
	usage := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	cpu := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	quality := fmt.Sprintf("%6s  %6s %6s %6s", "?", "", "", "")
	if t.wrong != nil {
		n, ap, auroc, precision := measure(rows, t.wrong)
		quality = fmt.Sprintf("%6d  %.4f %.4f %.4f", n, ap, auroc, precision)
	}
	fmt.Printf("%-26s %7d %s  %8.1f %8.1f %8d %9.0f\n", t.name, len(rows), quality, wall.Seconds(), cpu.Seconds(), usage.Maxrss/1024, float64(len(rows))/wall.Seconds())
	return nil
}

func tasks(shared, tmp string) ([]task, error) {
	cifar := filepath.Join(tmp, "cifar")
	if err := untar(filepath.Join(shared, "data", "cifar10n-25k", "images.tar"), cifar); err != nil {
		return nil, err
	}
	labels := filepath.Join(shared, "data", "cifar10n-25k", "labels.csv")
	var out []task
	for _, column := range []string{"aggregate", "random1"} {
		wrong, err := readWrong(labels, func(r map[string]string) (string, bool) { return r["image"], r[column] != r["true"] })
		if err != nil {
			return nil, err
		}
		table := filepath.Join(cifar, column+".csv")
		if err := keepColumns(labels, table, "image", column); err != nil {
			return nil, err
		}
		out = append(out, task{"cifar10n-25k " + column, []string{table, "--label-column", column}, wrong})
	}
	roman := filepath.Join(shared, "data", "roman-numerals")
	wrong, err := readWrong(filepath.Join(roman, "ground_truth_review.csv"), func(r map[string]string) (string, bool) {
		return strings.TrimPrefix(r["file"], "train/"), r["label_error"] == "1" && strings.HasPrefix(r["file"], "train/")
	})
	if err != nil {
		return nil, err
	}
	out = append(out,
		task{"roman-numerals train", []string{filepath.Join(roman, "train")}, wrong},
		task{"hymenoptera train", []string{filepath.Join(shared, "data", "hymenoptera", "train")}, nil})
	return out, nil
}

func sharedDir() (string, error) {
	for _, dir := range []string{os.Getenv("ERRATA_SHARED"), "../../shared", "../shared"} {
		if dir == "" {
			continue
		}
		if _, err := os.Stat(filepath.Join(dir, "data")); err == nil {
			return filepath.Abs(dir)
		}
	}
	return "", errors.New("the datasets are not here: set ERRATA_SHARED to the folder that holds data/")
}

func untar(from, to string) error {
	f, err := os.Open(from)
	if err != nil {
		return err
	}
	defer f.Close()
	r := tar.NewReader(f)
	for {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if h.Typeflag != tar.TypeReg || !filepath.IsLocal(h.Name) {
			continue
		}
		path := filepath.Join(to, h.Name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		b, err := io.ReadAll(r)
		if err != nil {
			return err
		}
		if err := os.WriteFile(path, b, 0o644); err != nil {
			return err
		}
	}
}

// records reads a CSV file with a header as one map a row.
func records(path string) ([]map[string]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, fmt.Errorf("%s is empty", path)
	}
	out := make([]map[string]string, len(rows)-1)
	for i, row := range rows[1:] {
		out[i] = map[string]string{}
		for k, v := range row {
			out[i][rows[0][k]] = v
		}
	}
	return out, nil
}

func readWrong(path string, wrong func(row map[string]string) (string, bool)) (map[string]bool, error) {
	rows, err := records(path)
	if err != nil {
		return nil, err
	}
	out := map[string]bool{}
	for _, r := range rows {
		if name, is := wrong(r); is {
			out[name] = true
		}
	}
	return out, nil
}

// keepColumns copies two columns of a table, so that the check cannot see the
// truth.
func keepColumns(from, to string, columns ...string) error {
	rows, err := records(from)
	if err != nil {
		return err
	}
	f, err := os.Create(to)
	if err != nil {
		return err
	}
	defer f.Close()
	w := csv.NewWriter(f)
	_ = w.Write(columns) // Flush reports errors
	for _, r := range rows {
		line := make([]string, len(columns))
		for i, c := range columns {
			line[i] = r[c]
		}
		_ = w.Write(line)
	}
	w.Flush()
	return w.Error()
}

type score struct {
	image       string
	probability float64
}

func readScores(path string) ([]score, error) {
	rows, err := records(path)
	if err != nil {
		return nil, err
	}
	out := make([]score, len(rows))
	for i, r := range rows {
		p, err := strconv.ParseFloat(r["probability"], 64)
		if err != nil {
			return nil, fmt.Errorf("%s: probability %q", r["image"], r["probability"])
		}
		out[i] = score{r["image"], p}
	}
	return out, nil
}
