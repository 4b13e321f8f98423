package annotator

import (
	"errors"
	"fmt"
)

// Agreement is how far annotators agree beyond chance: 1 is always, 0 as often
// as chance would have it, below 0 less.
type Agreement struct {
	Value float64
	// Low and High bound it with the confidence asked for, within [−1, 1].
	Low, High float64
	// Observed is how often labels agreed, and Expected how often they would by
	// chance; Value is (Observed − Expected)/(1 − Expected).
	Observed, Expected float64
	// Images is how many images with two or more labels it rests on.
	Images int
}

// Interval chooses how bounds are found. The images are taken as a random
// sample of all that might have been labelled.
type Interval struct {
	// Confidence lies between 0 and 1; 0 stands for 0.95.
	Confidence float64
	// Replicates above 0 draws so many samples of the images with replacement and
	// takes percentiles (Efron 1979); 0 uses the normal approximation with the
	// variance of the linearised measure, which for Cohen's kappa is that of
	// Fleiss, Cohen and Everitt (1969).
	Replicates int
	// Seed decides the samples.
	Seed uint64
}

func (o *Interval) fill() error {
	if o.Confidence == 0 {
		o.Confidence = 0.95
	}
	if !(o.Confidence > 0 && o.Confidence < 1) {
		return fmt.Errorf("the confidence is %g, but it lies between 0 and 1, such as 0.95", o.Confidence)
	}
	if o.Replicates < 0 {
		return fmt.Errorf("there cannot be %d replicates", o.Replicates)
	}
	return nil
}

var errOneClass = errors.New("all labels on shared images are of one class; agreement beyond chance is not defined then")

// Cohen is the kappa of two annotators over the images that both labelled
// (Cohen, "A coefficient of agreement for nominal scales", 1960). It fails when
// there is no such image, and when all of their labels are of one class. In a
// bootstrap sample where they are, it counts as 1.
func Cohen(l *Labels, a, b int, o Interval) (Agreement, error) {
	if err := o.fill(); err != nil {
		return Agreement{}, err
	}
	for _, j := range []int{a, b} {
		if j < 0 || j >= l.annotators {
			return Agreement{}, fmt.Errorf("annotator %d was asked for, but there are annotators 0 to %d", j, l.annotators-1)
		}
	}
	c := &cohen{}
	c.classes = l.classes
	image := l.imageOf()
	x, y := l.byLabel[l.byStart[a]:l.byStart[a+1]], l.byLabel[l.byStart[b]:l.byStart[b+1]]
	for len(x) > 0 && len(y) > 0 {
		switch i, j := image[x[0]], image[y[0]]; {
		case i < j:
			x = x[1:]
		case j < i:
			y = y[1:]
		default:
			c.first, c.second = append(c.first, l.class[x[0]]), append(c.second, l.class[y[0]])
			x, y = x[1:], y[1:]
		}
	}
	if len(c.first) == 0 {
		return Agreement{}, fmt.Errorf("annotators %d and %d labelled no image both; their agreement cannot be measured", a, b)
	}
	return measure(c, o)
}

// Fleiss is the kappa of all annotators (Fleiss, "Measuring nominal scale
// agreement among many raters", 1971) over the images with two or more labels.
// Where images have different numbers of labels, each counts alike in how often
// labels agree, and each label in how common the classes are. It fails when no
// image has two labels, and when all of them are of one class. In a bootstrap
// sample where they are, it counts as 1.
func Fleiss(l *Labels, o Interval) (Agreement, error) {
	if err := o.fill(); err != nil {
		return Agreement{}, err
	}
	f := &fleiss{counts: newCounts(l)}
	if f.units() == 0 {
		return Agreement{}, errors.New("no image has labels of two annotators; agreement cannot be measured")
	}
	return measure(f, o)
}

// Krippendorff is the alpha of all annotators for classes without an order
// (Krippendorff, "Content Analysis", 1980; nominal metric) over the images with
// two or more labels. It allows for missing labels and for few images. It fails
// as [Fleiss] does.
func Krippendorff(l *Labels, o Interval) (Agreement, error) {
	if err := o.fill(); err != nil {
		return Agreement{}, err
	}
	k := &krippendorff{counts: newCounts(l)}
	if k.units() == 0 {
		return Agreement{}, errors.New("no image has labels of two annotators; agreement cannot be measured")
	}
	return measure(k, o)
}

// sums are what a measure adds up over images.
type sums struct {
	units    float64
	labels   float64
	observed float64
	cells    []float64
}

// statistic is a measure that depends on sums over images alone.
type statistic interface {
	// units is the number of images.
	units() int
	// cells is how many counts of classes it needs.
	cells() int
	// add adds image i so many times.
	add(s *sums, i int, times float64)
	// value returns how often labels agree, and would by chance.
	value(s *sums) (observed, expected float64)
	// influence is the change of the measure by one more image i, to first order,
	// times the number of images; o and e are what value returned. It may be off by
	// a constant.
	influence(s *sums, o, e float64, i int) float64
}

// counts are the labels of the images with two or more.
type counts struct {
	l      *Labels
	images []int
}

func newCounts(l *Labels) counts {
	c := counts{l: l}
	for i := range l.images {
		if l.count(i) > 1 {
			c.images = append(c.images, i)
		}
	}
	return c
}

func (c *counts) units() int { return len(c.images) }
func (c *counts) cells() int { return c.l.classes }

// of returns the labels of a unit and how many ordered pairs of them agree.
func (c *counts) of(u int) (classes []int32, pairs float64) {
	_, classes = c.l.Of(c.images[u])
	for _, a := range classes {
		for _, b := range classes {
			if a == b {
				pairs++
			}
		}
	}
	return classes, pairs - float64(len(classes))
}

// fleiss sums the share of pairs that agree.
type fleiss struct{ counts }

func (f *fleiss) add(s *sums, u int, times float64) {
	classes, pairs := f.of(u)
	n := float64(len(classes))
	s.units += times
	s.labels += times * n
	s.observed += times * pairs / (n * (n - 1))
	for _, c := range classes {
		s.cells[c] += times
	}
}

func (f *fleiss) value(s *sums) (observed, expected float64) {
	for _, n := range s.cells {
		expected += n / s.labels * (n / s.labels)
	}
	return s.observed / s.units, expected
}

func (f *fleiss) influence(s *sums, o, e float64, u int) float64 {
	classes, pairs := f.of(u)
	n := float64(len(classes))
	change := -n * e
	for _, c := range classes {
		change += s.cells[c] / s.labels
	}
	return kappaChange(o, e, pairs/(n*(n-1))-o, 2*change*s.units/s.labels)
}

// kappaChange is the change of (o − e)/(1 − e).
func kappaChange(o, e, dO, dE float64) float64 {
	return dO/(1-e) - dE*(1-o)/((1-e)*(1-e))
}

// krippendorff sums the agreeing pairs, each image weighing as its labels.
type krippendorff struct{ counts }

func (k *krippendorff) add(s *sums, u int, times float64) {
	classes, pairs := k.of(u)
	n := float64(len(classes))
	s.units += times
	s.labels += times * n
	s.observed += times * pairs / (n - 1)
	for _, c := range classes {
		s.cells[c] += times
	}
}

func (k *krippendorff) value(s *sums) (observed, expected float64) {
	for _, n := range s.cells {
		expected += n * (n - 1)
	}
	return s.observed / s.labels, expected / (s.labels * (s.labels - 1))
}

func (k *krippendorff) influence(s *sums, o, e float64, u int) float64 {
	classes, pairs := k.of(u)
	n := float64(len(classes))
	dE := -e * n * (2*s.labels - 1)
	for _, c := range classes {
		dE += 2*s.cells[c] - 1
	}
	dE /= s.labels * (s.labels - 1)
	return s.units * kappaChange(o, e, (pairs/(n-1)-o*n)/s.labels, dE)
}

// cohen holds the two labels of each image.
type cohen struct {
	classes       int
	first, second []int32
}

func (c *cohen) units() int { return len(c.first) }
func (c *cohen) cells() int { return 2 * c.classes }

func (c *cohen) add(s *sums, u int, times float64) {
	s.units += times
	s.cells[c.first[u]] += times
	s.cells[c.classes+int(c.second[u])] += times
	if c.first[u] == c.second[u] {
		s.observed += times
	}
}

func (c *cohen) value(s *sums) (observed, expected float64) {
	for k := range c.classes {
		expected += s.cells[k] / s.units * (s.cells[c.classes+k] / s.units)
	}
	return s.observed / s.units, expected
}

func (c *cohen) influence(s *sums, o, e float64, u int) float64 {
	dO := -o
	if c.first[u] == c.second[u] {
		dO++
	}
	dE := (s.cells[c.classes+int(c.first[u])]+s.cells[c.second[u]])/s.units - 2*e
	return kappaChange(o, e, dO, dE)
}
