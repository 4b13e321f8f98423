package annotator

import (
	"fmt"

	"github.com/errata-cv/errata/dataset"
)

// Vote is a weighted majority vote.
type Vote struct {
	// Class is the winner of each image; dataset.None without labels.
	Class []int
	// Share is the part of the weight on the image that chose the winner.
	Share []float64
	// Skill is the weight of each annotator, in [0, 1].
	Skill []float64
}

// Wawa is the worker agreement with aggregate: skill is how often an annotator
// agrees with the majority vote, and the votes are then counted once more with
// the skills as weights. Ties of either vote are broken as [MajorityVote] does
// without models.
func Wawa(l *Labels, seed uint64) *Vote {
	first := l.vote(nil, seed)
	use := make([]bool, l.images)
	for i := range use {
		use[i] = first[i] != dataset.None
	}
	return l.weighted(l.agreementWith(first, use), seed)
}

// GoldMajority counts the votes with the skill that each annotator shows on
// images whose class is known: gold has it for each image, or dataset.None. An
// annotator who labelled none of them has the mean skill of the others. It fails
// when gold has another length than there are images or a class that does not
// exist, and when nobody labelled any of them. Ties as with [Wawa].
func GoldMajority(l *Labels, gold []int, seed uint64) (*Vote, error) {
	if len(gold) != l.images {
		return nil, fmt.Errorf("there are %d known classes for %d images; each image needs one, -1 where it is not known", len(gold), l.images)
	}
	use, known, measured := make([]bool, l.images), make([]int32, l.images), false
	for i, c := range gold {
		if c < dataset.None || c >= l.classes {
			return nil, fmt.Errorf("the known class of image %d is %d, but there are classes 0 to %d", i, c, l.classes-1)
		}
		known[i], use[i] = int32(c), c != dataset.None
		measured = measured || use[i] && l.count(i) > 0
	}
	if !measured {
		return nil, fmt.Errorf("none of the labels is of an image whose class is known; nobody's skill can be measured")
	}
	return l.weighted(l.agreementWith(known, use), seed), nil
}

// weighted counts votes with skills.
func (l *Labels) weighted(skill []float64, seed uint64) *Vote {
	b := l.ballot(skill)
	if len(b.tied) > 0 {
		b.settle(l, b.tied, seed)
	}
	v := &Vote{Class: widen(b.winner), Share: make([]float64, l.images), Skill: skill}
	for i, c := range b.winner {
		by, classes := l.Of(i)
		all, won, votes := 0.0, 0.0, 0
		for at, j := range by {
			all += skill[j]
			if classes[at] == c {
				won += skill[j]
				votes++
			}
		}
		switch {
		case all > 0:
			v.Share[i] = won / all
		case len(by) > 0: // nobody has any skill
			v.Share[i] = float64(votes) / float64(len(by))
		}
	}
	return v
}
