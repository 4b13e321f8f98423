package main

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/errata-cv/errata/check/class"
	"github.com/errata-cv/errata/matrix"
)

// set is one dataset: arrays in dir, cleanlab's answers in answers.
type set struct {
	name, dir, answers string
	classes            int
	summary            struct {
		Wall map[string]float64 `json:"wall_s"`
	}
}

// open finds a dataset. What it cannot read as it lies is made in scratch.
func open(root, scratch, name string) (*set, error) {
	s := &set{name: name, dir: filepath.Join(root, "data", "pred-probs", name)}
	s.answers = filepath.Join(s.dir, "cleanlab")
	if name == "scale_1m_k10" {
		s.dir = filepath.Join(scratch, name)
		s.classes = 10
		return s, makeScale(s.dir, 1_000_000, s.classes)
	}
	if _, err := os.Stat(s.dir); err != nil {
		return nil, fmt.Errorf("there is no %s; set ERRATA_SHARED", s.dir)
	}
	if _, err := os.Stat(filepath.Join(s.dir, "pred_probs.npy")); err != nil {
		made := filepath.Join(scratch, name)
		if err := fromTop5(s.dir, made, 1000); err != nil {
			return nil, err
		}
		s.dir = made
	}
	p, err := matrix.OpenNPY(filepath.Join(s.dir, "pred_probs.npy"))
	if err != nil {
		return nil, err
	}
	defer p.Close()
	s.classes = p.Shape[1]
	b, err := os.ReadFile(filepath.Join(s.answers, "summary.json"))
	if err == nil {
		err = json.Unmarshal(b, &s.summary)
	}
	return s, err
}

// stored returns the rows that cleanlab flags.
func (s *set) stored(f class.Filter) ([]int, bool) {
	a, err := matrix.OpenNPY(filepath.Join(s.answers, "issues_"+string(f)+".npy"))
	if err != nil {
		return nil, false
	}
	defer a.Close()
	rows, err := a.Ints()
	return rows, err == nil
}

// withStoredJoint filters with cleanlab's calibrated joint.
func (s *set) withStoredJoint(f class.Filter) ([]int, error) {
	labels, probs, err := load(s.dir)
	if err != nil {
		return nil, err
	}
	joint, err := s.joint()
	if err != nil {
		return nil, err
	}
	l, err := class.Learn(labels, class.Of(probs))
	if err != nil {
		return nil, err
	}
	return l.Filter(f, class.FilterOptions{Joint: joint})
}

func (s *set) joint() (*class.Joint, error) {
	counts := make([][]int, s.classes)
	for i := range counts {
		counts[i] = make([]int, s.classes)
	}
	if a, err := matrix.OpenNPY(filepath.Join(s.answers, "confident_joint_nonzero.npy")); err == nil {
		defer a.Close()
		cells, err := a.Ints()
		if err != nil {
			return nil, err
		}
		for c := range slices.Chunk(cells, 3) {
			counts[c[0]][c[1]] = c[2]
		}
		return class.NewJoint(counts), nil
	}
	b, err := os.ReadFile(filepath.Join(s.answers, "confident_joint.npy"))
	if err != nil {
		return nil, err
	}
	header := 10 + int(binary.LittleEndian.Uint16(b[8:]))
	byColumn := bytes.Contains(b[:header], []byte("'fortran_order': True"))
	for i := range s.classes * s.classes {
		given, guess := i/s.classes, i%s.classes
		if byColumn {
			given, guess = guess, given
		}
		counts[given][guess] = int(binary.LittleEndian.Uint64(b[header+8*i:]))
	}
	return class.NewJoint(counts), nil
}

// fromTop5 writes the dense probabilities of a set of which only the five
// largest of each row are stored, by the rule in its README.
func fromTop5(from, to string, k int) error {
	ids, err := read(filepath.Join(from, "top5_ids_resnet18.npy"), (*matrix.Array).Ints)
	if err != nil {
		return err
	}
	top, err := read(filepath.Join(from, "top5_probs_resnet18.npy"), (*matrix.Array).Float64s)
	if err != nil {
		return err
	}
	labels, err := read(filepath.Join(from, "labels.npy"), (*matrix.Array).Ints)
	if err != nil {
		return err
	}
	weight := make([]float64, k)
	for j := range weight {
		x := float64(j) * 0.6180339887498949
		weight[j] = 1 + 0.5*(x-float64(int(x)))
	}
	probs := matrix.New(len(labels), k)
	row := make([]float64, k)
	for i := range probs.Rows {
		five := ids[5*i : 5*i+5]
		rest, all, sum := 1.0, 0.0, 0.0
		for _, p := range top[5*i : 5*i+5] {
			rest -= p
		}
		rest = max(rest, 1e-7)
		for j, w := range weight {
			if !slices.Contains(five, j) {
				all += w
			}
		}
		for j, w := range weight {
			row[j] = rest * w / all
			if at := slices.Index(five, j); at >= 0 {
				row[j] = top[5*i+at]
			}
			sum += row[j]
		}
		for j, v := range row {
			probs.Row(i)[j] = float32(v / sum)
		}
	}
	return write(to, labels, probs)
}

func read[T any](path string, as func(*matrix.Array) (T, error)) (T, error) {
	a, err := matrix.OpenNPY(path)
	if err != nil {
		var none T
		return none, err
	}
	defer a.Close()
	return as(a)
}

// makeScale writes n labels of k classes, a tenth of them wrong.
func makeScale(dir string, n, k int) error {
	r := rand.New(rand.NewPCG(1, 1))
	labels, probs := make([]int, n), matrix.New(n, k)
	for i := range labels {
		truth := r.IntN(k)
		labels[i] = truth
		if r.IntN(10) == 0 {
			labels[i] = r.IntN(k)
		}
		row, sum := probs.Row(i), float32(0)
		for c := range row {
			row[c] = r.Float32()
			if c == truth {
				row[c] += 5 * r.Float32()
			}
			sum += row[c]
		}
		for c := range row {
			row[c] /= sum
		}
	}
	return write(dir, labels, probs)
}

func write(dir string, labels []int, probs *matrix.Matrix) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	wide := make([]int64, len(labels))
	for i, y := range labels {
		wide[i] = int64(y)
	}
	if err := save(filepath.Join(dir, "labels.npy"), []int{len(wide)}, wide); err != nil {
		return err
	}
	return save(filepath.Join(dir, "pred_probs.npy"), []int{probs.Rows, probs.Cols}, probs.Data)
}

func save(path string, shape []int, data any) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := matrix.WriteNPY(f, shape, data); err != nil {
		return err
	}
	return f.Close()
}

// figures are cleanlab's, as text; "-" where nobody measured.
type figures struct{ call, process, peak string }

// readFigures reads the table of times: dataset, call, jobs, input, call wall,
// call CPU, process, memory after load -> peak. Rows of one job and float32
// count.
func readFigures(path string) map[string]figures {
	out := make(map[string]figures)
	b, _ := os.ReadFile(path)
	for line := range strings.Lines(string(b)) {
		cells := strings.Split(line, "|")
		if len(cells) < 9 || strings.TrimSpace(cells[3]) != "1" || strings.TrimSpace(cells[4]) != "f32" {
			continue
		}
		if f, ok := strings.CutPrefix(strings.TrimSpace(cells[2]), "issues "); ok {
			_, most, _ := strings.Cut(cells[8], "->")
			out[strings.TrimSpace(cells[1])+" "+f] = figures{strings.TrimSpace(cells[5]), strings.TrimSpace(cells[7]), strings.TrimSpace(most)}
		}
	}
	return out
}

// told returns cleanlab's figures for a filter. ImageNet with ResNet-18 has the
// size of the set they were taken on, imagenet_val.
func (s *set) told(f class.Filter, all map[string]figures) figures {
	name := s.name
	if name == "imagenet_val_resnet18" {
		name = "imagenet_val"
	}
	t, ok := all[name+" "+string(f)]
	if !ok {
		t = figures{"-", "-", "-"}
		if wall, ok := s.summary.Wall[string(f)]; ok {
			t.call = fmt.Sprintf("%.4f", wall)
		}
	}
	return t
}
