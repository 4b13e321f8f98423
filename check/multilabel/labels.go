package multilabel

import (
	"fmt"
	"math"
	"slices"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/matrix"
)

// Labels are the classes given to each of n pictures, out of k. It is sparse:
// its size is that of the labels, not n times k.
type Labels struct {
	n, k  int
	start []int   // of each row in class, and the end
	class []int32 // ascending in each row
}

// Sets makes labels of one set of class indices in [0, classes) for each
// picture. Sets may be empty, and their order has no meaning; a class that is
// twice in a set counts once.
func Sets(classes int, sets [][]int) (Labels, error) {
	l := Labels{n: len(sets), k: classes, start: make([]int, 1, len(sets)+1)}
	if err := checkClasses(classes); err != nil {
		return Labels{}, err
	}
	for i, set := range sets {
		from := len(l.class)
		for _, c := range set {
			if c < 0 || c >= classes {
				return Labels{}, fmt.Errorf("picture %d has the class %d, but there are classes 0 to %d", i, c, classes-1)
			}
			l.class = append(l.class, int32(c))
		}
		slices.Sort(l.class[from:])
		l.class = l.class[:from+len(slices.Compact(l.class[from:]))]
		l.start = append(l.start, len(l.class))
	}
	return l, nil
}

// MultiHot makes labels of a table of zeros and ones, one row for each picture
// and one column for each class. Any other value is an error.
func MultiHot(m *matrix.Matrix) (Labels, error) {
	l := Labels{n: m.Rows, k: m.Cols, start: make([]int, 1, m.Rows+1)}
	if err := checkClasses(m.Cols); err != nil {
		return Labels{}, err
	}
	for i := range m.Rows {
		for c, v := range m.Row(i) {
			switch v {
			case 0:
			case 1:
				l.class = append(l.class, int32(c))
			default:
				return Labels{}, fmt.Errorf("the label of picture %d for class %d is %g, but labels are 0 or 1; class indices are read as sets instead", i, c, v)
			}
		}
		l.start = append(l.start, len(l.class))
	}
	return l, nil
}

// OfDataset makes labels of the annotations of whole images, one row for each
// element of images, which index ds.Images; nil stands for all of them.
// Objects, which have a place in the picture, are no labels.
func OfDataset(ds *dataset.Dataset, ix *dataset.Index, images []int) (Labels, error) {
	images, err := rowImages(ds, images)
	if err != nil {
		return Labels{}, err
	}
	sets := make([][]int, len(images))
	for r, i := range images {
		for _, a := range ix.Annotations(i) {
			if an := ds.Annotations[a]; an.Geometry == nil && an.Class != dataset.None {
				sets[r] = append(sets[r], an.Class)
			}
		}
	}
	return Sets(len(ds.Classes), sets)
}

// rowImages returns the image of each row.
func rowImages(ds *dataset.Dataset, images []int) ([]int, error) {
	if images == nil {
		images = make([]int, len(ds.Images))
		for i := range images {
			images[i] = i
		}
	}
	for r, i := range images {
		if i < 0 || i >= len(ds.Images) {
			return nil, fmt.Errorf("row %d is mapped to image %d, but the dataset has images 0 to %d", r, i, len(ds.Images)-1)
		}
	}
	return images, nil
}

func checkClasses(k int) error {
	if k < 1 || k > math.MaxInt32 {
		return fmt.Errorf("the number of classes is %d; it must be at least 1", k)
	}
	return nil
}

// Shape returns the number of pictures and of classes.
func (l Labels) Shape() (n, k int) { return l.n, l.k }

// Row returns the classes of picture i, ascending. It must not be changed.
func (l Labels) Row(i int) []int32 { return l.class[l.start[i]:l.start[i+1]] }

// Has tells whether picture i is labelled c.
func (l Labels) Has(i, c int) bool {
	_, ok := slices.BinarySearch(l.Row(i), int32(c))
	return ok
}

// columns returns the pictures labelled with each class, ascending.
func (l Labels) columns() [][]int32 {
	count := make([]int, l.k)
	for _, c := range l.class {
		count[c]++
	}
	out := make([][]int32, l.k)
	backing := make([]int32, len(l.class))
	for c, n := range count {
		out[c], backing = backing[:0:n], backing[n:]
	}
	for i := range l.n {
		for _, c := range l.Row(i) {
			out[c] = append(out[c], int32(i))
		}
	}
	return out
}
