package annotator

import (
	"fmt"
	"math"
)

// Columns are labels as a table has them: row i says that annotator
// Annotator[i] put image Image[i] into class Class[i]. Rows come in any order.
type Columns struct {
	// Images, Annotators and Classes are how many of each there are; indices
	// run from 0 to one less. There may be images without labels and classes
	// that nobody chose, but each annotator needs a label.
	Images, Annotators, Classes int
	Image, Annotator, Class     []int
}

// Labels are the labels of several annotators, sparse: memory is proportional
// to the number of labels. It is read only and may be shared.
type Labels struct {
	images, annotators, classes int

	start []int   // first label of each image, len images+1
	by    []int32 // annotator of each label; ascending within an image
	class []int32 // class of each label
	row   []int32 // row of the columns that each label came from

	// Labels of each annotator, by image: positions in the slices above.
	byStart []int
	byLabel []int32
}

// New sorts columns by image. It fails when columns differ in length, when an
// index is out of range, when an annotator labelled an image twice or no image
// at all, and when there are fewer than two classes. It takes
// O(labels + images + annotators) time.
func New(c Columns) (*Labels, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	n := len(c.Image)
	l := &Labels{
		images: c.Images, annotators: c.Annotators, classes: c.Classes,
		by: make([]int32, n), class: make([]int32, n), row: make([]int32, n),
	}
	// Two stable counting sorts, by annotator and then by image.
	_, first := order(c.Annotator, c.Annotators, nil)
	start, rows := order(c.Image, c.Images, first)
	l.start = start
	for at, row := range rows {
		l.by[at], l.class[at], l.row[at] = int32(c.Annotator[row]), int32(c.Class[row]), row
	}
	for i := range c.Images {
		for at := start[i] + 1; at < start[i+1]; at++ {
			if l.by[at] == l.by[at-1] {
				return nil, fmt.Errorf("annotator %d labelled image %d twice, in rows %d and %d; keep one of them", l.by[at], i, l.row[at-1], l.row[at])
			}
		}
	}
	l.byStart, l.byLabel = orderOf(l.by, c.Annotators)
	return l, nil
}

func (c *Columns) check() error {
	n := len(c.Image)
	switch {
	case len(c.Annotator) != n || len(c.Class) != n:
		return fmt.Errorf("there are %d images, %d annotators and %d classes in the columns; each label needs one of each", n, len(c.Annotator), len(c.Class))
	case c.Images < 0 || c.Annotators < 0:
		return fmt.Errorf("there cannot be %d images and %d annotators", c.Images, c.Annotators)
	case c.Classes < 2:
		return fmt.Errorf("the number of classes is %d; people can disagree only about two or more", c.Classes)
	case max(n, c.Images, c.Annotators, c.Classes) > math.MaxInt32:
		return fmt.Errorf("there are more than %d labels, images, annotators or classes; split the data", math.MaxInt32)
	}
	for row := range c.Image {
		if i := c.Image[row]; i < 0 || i >= c.Images {
			return fmt.Errorf("row %d is of image %d, but there are images 0 to %d", row, i, c.Images-1)
		}
		if j := c.Annotator[row]; j < 0 || j >= c.Annotators {
			return fmt.Errorf("row %d is of annotator %d, but there are annotators 0 to %d", row, j, c.Annotators-1)
		}
		if k := c.Class[row]; k < 0 || k >= c.Classes {
			return fmt.Errorf("row %d is of class %d, but there are classes 0 to %d; leave labels out that were not given", row, k, c.Classes-1)
		}
	}
	seen := make([]bool, c.Annotators)
	for _, j := range c.Annotator {
		seen[j] = true
	}
	for j, ok := range seen {
		if !ok {
			return fmt.Errorf("annotator %d gave no label; number the annotators without gaps", j)
		}
	}
	return nil
}

// order sorts rows by key, stably in the order that rows stand in first, or in
// their own order when it is nil. It returns where each key starts.
func order(key []int, keys int, first []int32) (start []int, rows []int32) {
	start = make([]int, keys+1)
	for _, k := range key {
		start[k+1]++
	}
	for k := range keys {
		start[k+1] += start[k]
	}
	next := append([]int(nil), start[:keys]...)
	rows = make([]int32, len(key))
	for at := range key {
		row := int32(at)
		if first != nil {
			row = first[at]
		}
		k := key[row]
		rows[next[k]] = row
		next[k]++
	}
	return start, rows
}

// orderOf is order for narrow keys in their own order.
func orderOf(key []int32, keys int) (start []int, rows []int32) {
	start = make([]int, keys+1)
	for _, k := range key {
		start[k+1]++
	}
	for k := range keys {
		start[k+1] += start[k]
	}
	next := append([]int(nil), start[:keys]...)
	rows = make([]int32, len(key))
	for at, k := range key {
		rows[next[k]] = int32(at)
		next[k]++
	}
	return start, rows
}

// Shape returns the numbers of images, annotators and classes.
func (l *Labels) Shape() (images, annotators, classes int) {
	return l.images, l.annotators, l.classes
}

// Len returns the number of labels.
func (l *Labels) Len() int { return len(l.by) }

// Of returns who labelled image i and how, by ascending annotator. The slices
// must not be changed.
func (l *Labels) Of(i int) (annotators, classes []int32) {
	from, to := l.start[i], l.start[i+1]
	return l.by[from:to], l.class[from:to]
}

// count is the number of labels of image i.
func (l *Labels) count(i int) int { return l.start[i+1] - l.start[i] }

// labelled counts the images with a label, and shared those with two or more.
func (l *Labels) labelled() (labelled, shared int) {
	for i := range l.images {
		if n := l.count(i); n > 0 {
			labelled++
			if n > 1 {
				shared++
			}
		}
	}
	return labelled, shared
}

// imageOf returns the image of each label.
func (l *Labels) imageOf() []int32 {
	out := make([]int32, len(l.by))
	for i := range l.images {
		for at := l.start[i]; at < l.start[i+1]; at++ {
			out[at] = int32(i)
		}
	}
	return out
}

// blocks returns how many images make a block: enough for a core, and never
// more than 64 blocks, whatever the number of cores.
func (l *Labels) blocks() (grain, count int) {
	grain = max(1<<13, (l.images+63)/64)
	return grain, (l.images + grain - 1) / grain
}
