package synth

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/errata-cv/errata/dataset"
)

// TruthFile is the name of the record of planted errors inside the folder. The
// dot keeps it out of the dataset.
const TruthFile = ".errata-truth.json"

// Truth is what is so, and what was planted.
type Truth struct {
	// Version of the file.
	Version int `json:"version"`
	// Seed and Images are those of the options.
	Seed   uint64 `json:"seed"`
	Images int    `json:"images"`
	// Classes are the names of all classes.
	Classes []string `json:"classes"`
	// Errors are the planted errors in the order of their paths.
	Errors []Error `json:"errors"`
}

// Error is one planted error.
type Error struct {
	// Image is the path of the spoilt picture, relative to the folder, with "/".
	Image string `json:"image"`
	// Kind is what it should be found as: wrong-class, inconsistent-component,
	// split-leak, blurry, dark, truncated or unreadable.
	Kind dataset.Kind `json:"kind"`
	// Given is the class in whose folder it lies, True the one it shows.
	Given string `json:"given"`
	True  string `json:"true"`
	// Of is the path of the picture it copies, empty when it is no copy.
	Of string `json:"of,omitempty"`
	// Reencoded tells a copy of other bytes from one of the same.
	Reencoded bool `json:"reencoded,omitempty"`
}

// ReadTruth reads the record of a folder that Signs made.
func ReadTruth(dir string) (*Truth, error) {
	path := filepath.Join(dir, TruthFile)
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s has no %s: it was not made by errata demo, or the making was interrupted", dir, TruthFile)
	}
	if err != nil {
		return nil, err
	}
	t := new(Truth)
	if err := json.Unmarshal(b, t); err != nil {
		return nil, fmt.Errorf("%s is not the record of a demo: %w", path, err)
	}
	if t.Version != truthVersion {
		return nil, fmt.Errorf("%s is of version %d, expected %d: make the demo again", path, t.Version, truthVersion)
	}
	return t, nil
}

const truthVersion = 1

// write puts the record into dir, all of it or nothing.
func (t *Truth) write(dir string) error {
	b, err := json.MarshalIndent(t, "", "  ")
	if err != nil {
		return err
	}
	path := filepath.Join(dir, TruthFile)
	if err := os.WriteFile(path+".tmp", append(b, '\n'), 0o644); err != nil {
		return err
	}
	return os.Rename(path+".tmp", path)
}

// Wrong returns the pictures whose folder is not the class they show, with
// that class.
func (t *Truth) Wrong() map[string]string {
	out := map[string]string{}
	for _, e := range t.Errors {
		if e.Given != e.True {
			out[e.Image] = e.True
		}
	}
	return out
}

// Score says how well a ranking finds the planted wrong labels.
type Score struct {
	// Planted is their number, and Found how many of them are among the first
	// Planted of the ranking.
	Planted, Found int
	// AveragePrecision is the mean, over the planted ones, of the share of
	// planted ones down to their rank; one that is not ranked counts zero.
	AveragePrecision float64
}

// Score measures a ranking of picture paths, most suspicious first. A path
// counts where it comes first.
func (t *Truth) Score(ranked []string) Score {
	wrong := t.Wrong()
	s := Score{Planted: len(wrong)}
	seen := make(map[string]bool, len(ranked))
	hits, rank := 0, 0
	for _, path := range ranked {
		if seen[path] {
			continue
		}
		seen[path] = true
		rank++
		if _, ok := wrong[path]; !ok {
			continue
		}
		hits++
		s.AveragePrecision += float64(hits) / float64(rank)
		if rank <= s.Planted {
			s.Found++
		}
	}
	if s.Planted > 0 {
		s.AveragePrecision /= float64(s.Planted)
	}
	return s
}
