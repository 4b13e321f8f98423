package scan

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/embed"
	"github.com/errata-cv/errata/matrix"
	"github.com/errata-cv/errata/neighbor"
	"github.com/errata-cv/errata/probe"
	"github.com/errata-cv/errata/progress"
	"github.com/errata-cv/errata/workspace"
)

const (
	// neighborDim is the number of principal components the look-alikes are
	// sought in.
	neighborDim = 128
	// neighborK is the number of look-alikes kept of each image.
	neighborK = 20
	// From manyLabels labels on, and up to fewClasses classes, the probe compares
	// pictures with landmarks; below, a linear one is nearly as good and quicker.
	manyLabels = 5000
	fewClasses = 1000
)

// learningShare is about how much of the time of an embedding goes into
// learning it.
const learningShare = 0.25

// key names a derived column by everything it depends on.
type key struct{ h hash.Hash }

func newKey(parts ...any) key {
	k := key{sha256.New()}
	k.add(parts...)
	return k
}

func (k key) add(parts ...any) {
	for _, p := range parts {
		fmt.Fprintf(k.h, "%v\x00", p)
	}
}

func (k key) ints(v []int32) {
	b := make([]byte, 4*len(v))
	for i, x := range v {
		binary.LittleEndian.PutUint32(b[4*i:], uint32(x))
	}
	k.h.Write(b)
}

func (k key) String() string { return hex.EncodeToString(k.h.Sum(nil)[:16]) }

// contentKey names the pictures of the dataset in their order.
func (s *scanner) contentKey() key {
	k := newKey(measureParams())
	for _, c := range s.res.Images {
		if c == nil {
			k.h.Write([]byte{0})
			continue
		}
		k.h.Write(c.SHA256[:])
	}
	return k
}

// embed learns the embedding from the pictures and describes each by it.
func (s *scanner) embed(ctx context.Context) error {
	if s.opts.Given.Embedding != nil {
		s.res.Embedding = s.opts.Given.Embedding
		return nil
	}
	slots, rowOf := s.distinct()
	if len(slots) == 0 {
		return nil
	}
	o := embed.PatchOptions{Seed: s.opts.Seed}
	k := s.contentKey()
	k.add(o.Name(), s.opts.Seed)
	return s.step("embed", len(slots), "images", func(t progress.Task) (reused bool, err error) {
		s.res.Embedding, reused, err = s.column("embedding", k.String(), len(rowOf), func() (*matrix.Matrix, error) {
			in, err := s.ws.Inputs(slots, embed.InputSide)
			if err != nil {
				return nil, err
			}
			// Learning is shown as a part of the work on the images.
			part := func(from, to float64) func(int, int) {
				return func(done, total int) {
					share := float64(done) / float64(max(1, total))
					t.Set(int((from + share*(to-from)) * float64(len(slots))))
				}
			}
			model, err := embed.LearnPatches(ctx, in, o, part(0, learningShare))
			if err != nil {
				return nil, err
			}
			x, err := model.Encode(ctx, in, part(learningShare, 1))
			if err != nil {
				return nil, err
			}
			if err := in.Err(); err != nil {
				return nil, err
			}
			return spread(x, rowOf), nil
		})
		return reused, err
	})
}

// distinct lists the slots of the dataset once each, in order of first
// appearance, and for each image its place in that list, or -1.
func (s *scanner) distinct() (slots []int64, rowOf []int32) {
	at := map[int64]int32{}
	rowOf = make([]int32, len(s.slots))
	for i, slot := range s.slots {
		rowOf[i] = dataset.None
		if slot == workspace.Unknown {
			continue
		}
		row, ok := at[slot]
		if !ok {
			row = int32(len(slots))
			at[slot] = row
			slots = append(slots, slot)
		}
		rowOf[i] = row
	}
	return slots, rowOf
}

// spread gives each image the row of its content, zeros where it has none.
func spread(x *matrix.Matrix, rowOf []int32) *matrix.Matrix {
	out := matrix.New(len(rowOf), x.Cols)
	for i, r := range rowOf {
		if r != dataset.None {
			copy(out.Row(i), x.Row(int(r)))
		}
	}
	return out
}

// neighbors finds the look-alikes of every image.
func (s *scanner) neighbors(ctx context.Context) error {
	x := s.res.Embedding
	if x == nil || x.Rows < 2 {
		return nil
	}
	kn := min(neighborK, x.Rows-1)
	k := s.contentKey()
	k.add(s.embeddingName(), s.opts.Seed, neighborDim, kn, "cosine")
	return s.step("neighbors", x.Rows, "images", func(t progress.Task) (reused bool, err error) {
		if s.res.Neighbors = s.keptGraph(k.String(), x.Rows, kn); s.res.Neighbors != nil {
			return true, nil
		}
		reduced := x
		if x.Cols > neighborDim {
			reduced = matrix.FitPCA(x, neighborDim, s.opts.Seed).Transform(x)
		}
		if s.res.Neighbors, err = neighbor.KNN(ctx, reduced, kn, neighbor.Cosine, progressOf(t)); err != nil {
			return false, err
		}
		return false, s.keepGraph(k.String(), s.res.Neighbors)
	})
}

// probe predicts every label from the others.
func (s *scanner) probe(ctx context.Context) error {
	switch s.res.Task {
	case dataset.Objects:
		s.note("The labels are objects: their places and the pictures were checked. Whether their classes are right is not judged yet.")
	case dataset.MultiLabel:
		if s.opts.Given.Probs == nil {
			s.note("The images carry several classes each: whether each of them is right is judged from probabilities that you bring (--pred-probs), not from the pictures yet.")
		}
	}
	rows, y := s.trainable()
	ds := s.res.Dataset
	if len(rows) == 0 {
		return nil
	}
	if s.opts.Given.Probs != nil {
		s.res.Probs = s.opts.Given.Probs
		return nil
	}
	if classesPresent(y) < 2 {
		s.note("All readable images carry one class, so there is nothing to compare labels with: wrong classes were not looked for.")
		return nil
	}
	o := probe.Options{Seed: s.opts.Seed}
	if len(rows) >= manyLabels && len(ds.Classes) <= fewClasses && s.opts.Given.Embedding == nil {
		o.Landmarks, o.Even = probe.DefaultLandmarks, embed.PatchOptions{}.EvenDim()
	}
	groups := make([]int32, len(rows))
	labels := make([]int32, len(rows))
	for i, a := range rows {
		groups[i] = s.res.Groups[ds.Annotations[a].Image]
		labels[i] = int32(y[i])
	}
	k := s.contentKey()
	k.add(s.embeddingName(), probeVersion, fmt.Sprintf("%+v", o), len(ds.Classes))
	k.ints(labels)
	k.ints(groups)
	return s.step("probe", 100, "%", func(t progress.Task) (bool, error) {
		probs, reused, err := s.column("probabilities", k.String(), len(rows), func() (*matrix.Matrix, error) {
			x := matrix.New(len(rows), s.res.Embedding.Cols)
			for i, a := range rows {
				copy(x.Row(i), s.res.Embedding.Row(ds.Annotations[a].Image))
			}
			r, err := probe.CrossValidate(ctx, x, y, len(ds.Classes), groups, o, func(done, total int) { t.Set(100 * done / max(1, total)) })
			if err != nil {
				return nil, err
			}
			return r.Probs, nil
		})
		if err != nil {
			return false, err
		}
		s.res.Probs = scatter(probs, rows, len(ds.Annotations))
		return reused, nil
	})
}

// embeddingName names what the embedding was made by, or its values.
func (s *scanner) embeddingName() string {
	if e := s.opts.Given.Embedding; e != nil {
		return "given " + fingerprint(e)
	}
	return embed.PatchOptions{}.Name()
}

// scatter puts row i of m at rows[i] of n rows; m itself when that is the same.
func scatter(m *matrix.Matrix, rows []int, n int) *matrix.Matrix {
	if len(rows) == n {
		return m // rows ascend, so they are all of them
	}
	out := matrix.New(n, m.Cols)
	for i, r := range rows {
		copy(out.Row(r), m.Row(i))
	}
	return out
}

// trainable lists the annotations whose image could be decoded, with their
// classes.
func (s *scanner) trainable() (rows, y []int) {
	if s.res.Embedding == nil && s.opts.Given.Probs == nil || s.res.Task != dataset.Classification {
		return nil, nil
	}
	for i, a := range s.res.Dataset.Annotations {
		if s.usable(a.Image) {
			rows = append(rows, i)
			y = append(y, a.Class)
		}
	}
	return rows, y
}

func classesPresent(y []int) int {
	seen := map[int]bool{}
	for _, c := range y {
		seen[c] = true
	}
	return len(seen)
}
