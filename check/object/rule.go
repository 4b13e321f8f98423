package object

import "github.com/errata-cv/errata/dataset"

// The thresholds of the package documentation.
const (
	MaxPrevalence  = 0.5
	MinObjects     = 10
	Overshoot      = 1.5
	OvershootShare = 0.005
	CrossingShare  = 0.01
	BoxSlack       = 2.0
	BoxSlackShare  = 0.05
	CrumbShare     = 0.01
	SliverShare    = 0.01
	SameIoU        = 0.5
	NearIoU        = 0.8
	EqualIoU       = 0.95
)

// Rule is one way to be wrong and how likely a person will agree.
type Rule struct {
	// Name is the value of "rule" in the evidence.
	Name string
	Kind dataset.Kind
	// Low and High bound the probability; where it lies between them is the
	// depth, which the page of the kind defines.
	Low, High float64
	// Habit tells that the rule is silent when most objects or pictures have it.
	Habit bool
}

// The rules by their place in [Rules].
const (
	undecodable = iota
	notANumber
	noArea
	noOutline
	outside
	maskSize
	selfCrossing
	statedBox
	partlyOutside
	crumb
	sliver
	equal
	nearEqual
	overlapping
	twoClasses
	wrongSize
	unrotated
	unlabelled
)

var rules = []Rule{
	undecodable:   {"undecodable", dataset.Artifact, 1, 1, false},
	notANumber:    {"not-a-number", dataset.Artifact, 1, 1, false},
	noArea:        {"no-area", dataset.Artifact, 1, 1, false},
	noOutline:     {"no-outline", dataset.Artifact, 1, 1, false},
	outside:       {"outside", dataset.Artifact, 1, 1, false},
	maskSize:      {"mask-size", dataset.Artifact, 0.9, 0.9, false},
	selfCrossing:  {"self-crossing", dataset.Artifact, 0.1, 0.8, true},
	statedBox:     {"stated-box", dataset.Artifact, 0.3, 0.9, true},
	partlyOutside: {"partly-outside", dataset.Artifact, 0.3, 0.9, true},
	crumb:         {"crumb", dataset.Artifact, 0.3, 0.8, true},
	sliver:        {"sliver", dataset.Artifact, 0.3, 0.6, true},
	equal:         {"equal", dataset.DuplicateObject, 1, 1, false},
	nearEqual:     {"near-equal", dataset.DuplicateObject, 0.9, 0.9, false},
	overlapping:   {"overlapping", dataset.DuplicateObject, 0.4, 0.8, false},
	twoClasses:    {"two-classes", dataset.DuplicateObject, 0.3, 0.3, true},
	wrongSize:     {"size", dataset.SizeMismatch, 0.8, 1, true},
	unrotated:     {"unrotated", dataset.RotatedByEXIF, 0.5, 0.9, true},
	unlabelled:    {"unlabelled", dataset.UnlabelledImage, 0.3, 0.3, true},
}

// Rules returns all rules in the order in which they are tried and reported.
func Rules() []Rule { return append([]Rule(nil), rules...) }
