package cvat

import (
	"errors"
	"fmt"
	"math"
	"math/bits"
	"strconv"
	"strings"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/xmltext"
)

// Limits of pictures and masks.
const (
	maxSide   = 1 << 20
	maxPixels = 1 << 28
)

// maskOf reads run lengths within a box, row by row, and turns them into those
// of the whole picture, column by column.
func maskOf(e *xmltext.Element, width, height int) (dataset.Geometry, error) {
	if width <= 0 || height <= 0 {
		return nil, errors.New("its mask cannot be placed because the image states no width and height")
	}
	var v [4]int
	for i, name := range placeAttrs["mask"][1:] {
		f, err := value(e, name)
		if err != nil {
			return nil, err
		}
		if f != math.Trunc(f) || math.Abs(f) > maxSide {
			return nil, fmt.Errorf("%s is %v; expected a whole number of pixels", name, f)
		}
		v[i] = int(f)
	}
	left, top, w, h := v[0], v[1], v[2], v[3]
	if left < 0 || top < 0 || w <= 0 || h <= 0 || left+w > width || top+h > height || width*height > maxPixels {
		return nil, fmt.Errorf("its mask is %d×%d pixels at %d, %d, which is not inside of the image of %d×%d", w, h, left, top, width, height)
	}
	t := newTurner(w)
	at, on := 0, false
	text, _ := e.Attr("rle")
	for run := range strings.SplitSeq(text, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(run))
		if err != nil || n < 0 || n > w*h-at {
			return nil, fmt.Errorf("its run lengths have %q behind %d of %d pixels", xmltext.Clip(run), at, w*h)
		}
		t.run(n, on)
		at, on = at+n, !on
	}
	if at != w*h {
		return nil, fmt.Errorf("its run lengths add up to %d and not to the %d pixels of its box", at, w*h)
	}
	counts := runs{}
	counts.add(left*height, false)
	for _, flips := range t.flips {
		y, on := 0, false
		counts.add(top, false)
		for _, f := range flips {
			counts.add(int(f)-y, on)
			y, on = int(f), !on
		}
		counts.add(h-y, on)
		counts.add(height-top-h, false)
	}
	counts.add((width-left-w)*height, false)
	return dataset.Mask{Width: width, Height: height, Counts: counts.list}, nil
}

// A turner takes runs row by row and finds where each column changes.
type turner struct {
	width, x, y int
	before, row []uint64
	// flips are the rows where a column goes in or out, for each column.
	flips [][]uint32
}

func newTurner(width int) *turner {
	n := (width + 63) / 64
	return &turner{width: width, before: make([]uint64, n), row: make([]uint64, n), flips: make([][]uint32, width)}
}

func (t *turner) run(n int, on bool) {
	for n > 0 {
		part := min(n, t.width-t.x)
		if on {
			setBits(t.row, t.x, t.x+part)
		}
		n -= part
		if t.x += part; t.x == t.width {
			t.endRow()
		}
	}
}

func (t *turner) endRow() {
	for i, w := range t.row {
		for d := w ^ t.before[i]; d != 0; d &= d - 1 {
			x := i*64 + bits.TrailingZeros64(d)
			t.flips[x] = append(t.flips[x], uint32(t.y))
		}
	}
	t.before, t.row = t.row, t.before
	clear(t.row)
	t.x, t.y = 0, t.y+1
}

// setBits sets the bits from lo up to hi.
func setBits(row []uint64, lo, hi int) {
	for lo < hi {
		n := min(64-lo%64, hi-lo)
		row[lo/64] |= (^uint64(0) >> (64 - n)) << (lo % 64)
		lo += n
	}
}

// runs collects run lengths, outside first.
type runs struct {
	list []uint32
	on   bool
}

func (r *runs) add(n int, on bool) {
	if n == 0 {
		return
	}
	if len(r.list) == 0 {
		r.list = append(r.list, 0)
	}
	if on != r.on {
		r.list, r.on = append(r.list, 0), on
	}
	r.list[len(r.list)-1] += uint32(n)
}

// spellMask returns a mask as CVAT writes it: the box around it and the run
// lengths in that, row by row. A mask without pixels has a box of one.
func spellMask(m dataset.Mask) (rle string, left, top, width, height int, err error) {
	if err := m.Check(); err != nil {
		return "", 0, 0, 0, 0, err
	}
	m.Stated = dataset.Box{}
	b := m.Bounds()
	left, top, width, height = int(b.X), int(b.Y), int(b.W), int(b.H)
	if width <= 0 || height <= 0 {
		left, top, width, height = 0, 0, 1, 1
	}
	// Rows and columns change places on the way back.
	t := newTurner(m.Height)
	for i, n := range m.Counts {
		t.run(int(n), i%2 == 1)
	}
	var r runs
	for y := top; y < top+height; y++ {
		x, on := left, false
		for _, f := range t.flips[y] {
			r.add(int(f)-x, on)
			x, on = int(f), !on
		}
		r.add(left+width-x, on)
	}
	var out strings.Builder
	for i, n := range r.list {
		if i > 0 {
			out.WriteString(", ")
		}
		out.WriteString(strconv.Itoa(int(n)))
	}
	return out.String(), left, top, width, height, nil
}
