package pixelcsv

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

const (
	// minPixels is the smallest picture, so that tables of other numbers are not
	// taken for pictures.
	minPixels = 64
	maxPixels = 1 << 22
	maxLine   = 64 << 20
)

// A layout says what the cells of a row are.
type layout struct {
	delimiter      byte
	cells, label   int
	side, channels int
	header         bool
}

// sideOf returns the side and the channels of a picture with so many samples.
func sideOf(samples int) (side, channels int, ok bool) {
	for _, channels := range []int{1, 3} {
		side := int(math.Round(math.Sqrt(float64(samples) / float64(channels))))
		if samples >= minPixels && samples <= maxPixels && side*side*channels == samples {
			return side, channels, true
		}
	}
	return 0, 0, false
}

// layoutOf reads the first lines of a table; ok is false when it is none of
// pictures.
func layoutOf(first, second []byte) (l layout, ok bool) {
	first = bytes.TrimPrefix(first, []byte("\xef\xbb\xbf"))
	for _, d := range []byte(",;\t") {
		l.delimiter = d
		l.cells = bytes.Count(first, []byte{d}) + 1
		if l.side, l.channels, ok = sideOf(l.cells - 1); ok {
			break
		}
	}
	if !ok {
		return l, false
	}
	if _, err := l.samples(first, nil); err == nil {
		return l, true
	}
	l.header = true
	names := strings.Split(string(first), string(l.delimiter))
	l.label = slices.IndexFunc(names, func(n string) bool {
		switch strings.ToLower(strings.Trim(strings.TrimSpace(n), `"`)) {
		case "label", "labels", "class", "target", "y":
			return true
		}
		return false
	})
	if l.label < 0 {
		return l, false
	}
	_, err := l.samples(second, nil)
	return l, err == nil || len(second) == 0
}

// samples appends the pixels of a line to out.
func (l *layout) samples(line, out []byte) ([]byte, error) {
	for i, rest := 0, line; ; i++ {
		cell, tail, more := bytes.Cut(rest, []byte{l.delimiter})
		cell = bytes.TrimSpace(cell)
		if i != l.label {
			v, err := strconv.ParseFloat(string(cell), 64)
			if err != nil || v != math.Trunc(v) || v < 0 || v > 255 {
				return out, fmt.Errorf("cell %d is %.20q and no pixel from 0 to 255", i+1, cell)
			}
			out = append(out, byte(v))
		} else if !isNumber(cell) {
			return out, fmt.Errorf("the label %.20q is no whole number", cell)
		}
		if !more {
			if i+1 != l.cells {
				return out, fmt.Errorf("the row has %d cells and the first one %d", i+1, l.cells)
			}
			return out, nil
		}
		rest = tail
	}
}

func isNumber(cell []byte) bool {
	_, err := strconv.ParseInt(string(cell), 10, 64)
	return err == nil
}

// cell returns the bounds of the label in a line, without blanks.
func (l *layout) cell(line []byte) (start, end int) {
	for range l.label {
		start += bytes.IndexByte(line[start:], l.delimiter) + 1
	}
	end = len(line)
	if i := bytes.IndexByte(line[start:], l.delimiter); i >= 0 {
		end = start + i
	}
	for start < end && line[start] <= ' ' {
		start++
	}
	for end > start && line[end-1] <= ' ' {
		end--
	}
	return start, end
}
