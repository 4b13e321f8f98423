package prove

import (
	"fmt"

	"github.com/errata-cv/errata/dataset"
)

// Dropped stands in Data.After for an image that the correction removes.
const Dropped = dataset.None

// Data are the labels before and after correction, one row for each labelled
// image.
type Data struct {
	// Before and After are class indices; After may be Dropped.
	Before, After []int
	// Classes are the names that Before and After index.
	Classes []string
	// Split names the part of the dataset of each row, or is nil.
	Split []string
	// Groups is the same for rows that are copies of each other, or is nil.
	Groups []int32
}

// Options say how to run the experiment. Only the Trainer has no default.
type Options struct {
	Trainer Trainer
	// Seeds is how often training is repeated; 0 stands for 5.
	Seeds int
	// Seed chooses everything random.
	Seed uint64
	// TrainSplit and ValidationSplit name the splits to use. When empty they
	// are found by name: train or training; and val, valid, validation or dev,
	// else test, testing or holdout.
	TrainSplit, ValidationSplit string
	// Parts is into how many parts the rows are cut where no split is used;
	// 0 stands for 4. One part is validated on, or each in turn with AllParts.
	Parts    int
	AllParts bool
	// Resamples is the number of bootstrap resamples; 0 stands for 2000.
	Resamples int
	// Progress may be nil; it counts trainings.
	Progress func(done, total int)
}

const (
	defaultSeeds     = 5
	defaultParts     = 4
	defaultResamples = 2000
)

func (o Options) withDefaults() Options {
	if o.Seeds == 0 {
		o.Seeds = defaultSeeds
	}
	if o.Parts == 0 {
		o.Parts = defaultParts
	}
	if o.Resamples == 0 {
		o.Resamples = defaultResamples
	}
	if o.Progress == nil {
		o.Progress = func(int, int) {}
	}
	return o
}

func (o Options) check() error {
	switch {
	case o.Trainer == nil:
		return fmt.Errorf("there is nothing to train with; give a trainer")
	case o.Seeds < 1:
		return fmt.Errorf("training is to be repeated %d times; once is the least", o.Seeds)
	case o.Parts < 2 || o.Parts > 100:
		return fmt.Errorf("the images are to be cut into %d parts; their number must be between 2 and 100", o.Parts)
	case o.Resamples < 100:
		return fmt.Errorf("%d bootstrap resamples are too few for a 95 %% interval; take at least 100", o.Resamples)
	}
	return nil
}

func (d *Data) check() error {
	n := len(d.Before)
	switch {
	case n == 0:
		return fmt.Errorf("there are no labelled images to train on")
	case len(d.After) != n:
		return fmt.Errorf("there are %d original labels but %d corrected ones; each image needs both", n, len(d.After))
	case d.Split != nil && len(d.Split) != n:
		return fmt.Errorf("there are %d labels but %d names of splits; each image needs one", n, len(d.Split))
	case d.Groups != nil && len(d.Groups) != n:
		return fmt.Errorf("there are %d labels but %d duplicate groups; each image needs one", n, len(d.Groups))
	}
	for i := range d.Before {
		if d.Before[i] < 0 || d.Before[i] >= len(d.Classes) {
			return fmt.Errorf("image %d is labelled with class %d, but there are classes 0 to %d", i, d.Before[i], len(d.Classes)-1)
		}
		if d.After[i] != Dropped && (d.After[i] < 0 || d.After[i] >= len(d.Classes)) {
			return fmt.Errorf("image %d is corrected to class %d, but there are classes 0 to %d", i, d.After[i], len(d.Classes)-1)
		}
	}
	return nil
}

// group returns the duplicate group of a row.
func (d *Data) group(i int) int32 {
	if d.Groups == nil {
		return int32(i)
	}
	return d.Groups[i]
}

// label returns the label of a row: original or corrected.
func (d *Data) label(v Variant, i int) int {
	if v == Original {
		return d.Before[i]
	}
	return d.After[i]
}
