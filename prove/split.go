package prove

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/errata-cv/errata/probe"
)

const streamBootstrap = 0x626f6f74 // of random numbers

// round is one division of the rows into training and validation.
type round struct {
	train, validate []int
	weights         []float32 // of train; nil when all count the same
}

// plan is how the rows are divided, for every seed.
type plan struct {
	rounds      [][]round // by seed
	description string
	train       []int // rows that some model may learn from
	validate    []int // rows that some model is validated on
	leftOut     int   // training rows that are copies of validation rows
}

func makePlan(d *Data, o Options) (*plan, error) {
	train, validation, err := splitNames(d, o)
	if err != nil {
		return nil, err
	}
	if train != "" {
		return ownSplit(d, o, train, validation)
	}
	return randomSplits(d, o)
}

// splitNames returns the splits to use, or nothing where the dataset has none.
func splitNames(d *Data, o Options) (train, validation string, err error) {
	have := make(map[string]bool)
	var names []string
	for _, s := range d.Split {
		if s != "" && !have[s] {
			have[s] = true
			names = append(names, s)
		}
	}
	for _, asked := range []string{o.TrainSplit, o.ValidationSplit} {
		if asked != "" && !have[asked] {
			return "", "", fmt.Errorf("no image is in the split %q; the splits are %q", asked, names)
		}
	}
	first := func(asked string, known ...string) string {
		if asked != "" {
			return asked
		}
		for _, k := range known {
			if at := slices.IndexFunc(names, func(s string) bool { return strings.EqualFold(s, k) }); at >= 0 {
				return names[at]
			}
		}
		return ""
	}
	train = first(o.TrainSplit, "train", "training")
	validation = first(o.ValidationSplit, "val", "valid", "validation", "dev", "test", "testing", "holdout")
	switch {
	case train != "" && validation == "" && o.TrainSplit != "":
		return "", "", fmt.Errorf("there is no validation split beside %q; the splits are %q", train, names)
	case train == "" && validation != "" && o.ValidationSplit != "":
		return "", "", fmt.Errorf("there is no training split beside %q; the splits are %q", validation, names)
	case train == validation && train != "":
		return "", "", fmt.Errorf("the split %q cannot both train and validate", train)
	case train == "" || validation == "":
		return "", "", nil
	}
	return train, validation, nil
}

func ownSplit(d *Data, o Options, train, validation string) (*plan, error) {
	p := &plan{description: fmt.Sprintf("trained on bootstrap samples of the split %s, validated on the split %s", train, validation)}
	validating := make(map[int32]bool)
	var base round
	for i, s := range d.Split {
		if s == validation {
			base.validate = append(base.validate, i)
			validating[d.group(i)] = true
		}
	}
	var groups []int32
	members := make(map[int32][]int)
	for i, s := range d.Split {
		g := d.group(i)
		switch {
		case s != train:
		case validating[g]:
			p.leftOut++
		default:
			if members[g] == nil {
				groups = append(groups, g)
			}
			members[g] = append(members[g], i)
			p.train = append(p.train, i)
		}
	}
	p.validate = base.validate
	if len(groups) == 0 {
		return nil, fmt.Errorf("every image of the split %s is a copy of one of the split %s, so nothing is left to train on", train, validation)
	}
	for s := range o.Seeds {
		r := rand.New(rand.NewPCG(o.Seed+uint64(s), streamBootstrap))
		times := make(map[int]float32)
		for range groups {
			for _, i := range members[groups[r.IntN(len(groups))]] {
				times[i]++
			}
		}
		drawn := round{validate: base.validate}
		for i := range d.Before {
			if times[i] > 0 {
				drawn.train = append(drawn.train, i)
				drawn.weights = append(drawn.weights, times[i])
			}
		}
		p.rounds = append(p.rounds, []round{drawn})
	}
	return p, nil
}

func randomSplits(d *Data, o Options) (*plan, error) {
	validated := make([]bool, len(d.Before))
	p := &plan{description: fmt.Sprintf("validated on one of %d random parts, trained on the others", o.Parts)}
	if o.AllParts {
		p.description = fmt.Sprintf("validated on each of %d random parts in turn, trained on the others", o.Parts)
	}
	for s := range o.Seeds {
		part := probe.Folds(d.Before, len(d.Classes), d.Groups, o.Parts, o.Seed+uint64(s))
		parts := int(slices.Max(part)) + 1
		if parts < 2 {
			return nil, fmt.Errorf("all %d images are copies of one picture; there is nothing to validate on", len(d.Before))
		}
		if !o.AllParts {
			parts = 1
		}
		var rounds []round
		for v := range parts {
			var r round
			for i, at := range part {
				if int(at) == v {
					r.validate = append(r.validate, i)
					validated[i] = true
				} else {
					r.train = append(r.train, i)
				}
			}
			rounds = append(rounds, r)
		}
		p.rounds = append(p.rounds, rounds)
	}
	for i, is := range validated {
		p.train = append(p.train, i)
		if is {
			p.validate = append(p.validate, i)
		}
	}
	return p, nil
}
