package class

import (
	"cmp"
	"math"
	"slices"
)

// Joint counts examples by given label and by the class they truly seem to be
// of. It is sparse: with many classes nearly all pairs never occur.
type Joint struct {
	rows [][]Cell // by given label; ascending by Guess, counts not zero
}

// Cell is one count in a row of a Joint.
type Cell struct {
	Guess int
	Count int
}

// NewJoint makes a Joint of counts: counts[given][guess], a square table of
// numbers that are not negative.
func NewJoint(counts [][]int) *Joint {
	j := &Joint{rows: make([][]Cell, len(counts))}
	for given, row := range counts {
		for guess, c := range row {
			if c != 0 {
				j.rows[given] = append(j.rows[given], Cell{guess, c})
			}
		}
	}
	return j
}

// Classes returns the number of classes.
func (j *Joint) Classes() int { return len(j.rows) }

// Row returns the counts of one given label that are not zero, ascending by
// guess. It must not be changed.
func (j *Joint) Row(given int) []Cell { return j.rows[given] }

// At returns one count.
func (j *Joint) At(given, guess int) int {
	row := j.rows[given]
	at, ok := slices.BinarySearchFunc(row, guess, func(c Cell, g int) int { return cmp.Compare(c.Guess, g) })
	if !ok {
		return 0
	}
	return row[at].Count
}

// Dense returns the whole table, counts[given][guess].
func (j *Joint) Dense() [][]int {
	k := len(j.rows)
	out := make([][]int, k)
	for given, row := range j.rows {
		out[given] = make([]int, k)
		for _, c := range row {
			out[given][c.Guess] = c.Count
		}
	}
	return out
}

// Total returns the sum of all counts.
func (j *Joint) Total() int {
	total := 0
	for _, row := range j.rows {
		for _, c := range row {
			total += c.Count
		}
	}
	return total
}

// Trace returns the sum of the diagonal: the examples that seem right.
func (j *Joint) Trace() int {
	trace := 0
	for given := range j.rows {
		trace += j.At(given, given)
	}
	return trace
}

// sums returns the sum of each row and of each column.
func (j *Joint) sums() (rows, cols []int) {
	rows, cols = make([]int, len(j.rows)), make([]int, len(j.rows))
	for given, row := range j.rows {
		for _, c := range row {
			rows[given] += c.Count
			cols[c.Guess] += c.Count
		}
	}
	return rows, cols
}

// Calibrate scales each row to the number of labels of its class and rounds to
// whole examples so that every row keeps its total. A class without labels gets
// an empty row. counts has one element for each class.
func (j *Joint) Calibrate(counts []int) *Joint {
	rows := make([][]weight, len(j.rows))
	total, labels := 0.0, 0
	for given, row := range j.rows {
		sum := 0.0
		for _, c := range row {
			sum += float64(c.Count)
		}
		for _, c := range row {
			v := float64(c.Count) / sum * float64(counts[given])
			rows[given] = append(rows[given], weight{c.Guess, v})
			total += v
		}
		labels += counts[given]
	}
	for _, row := range rows {
		for i := range row {
			row[i].value = row[i].value / max(total, tiny) * float64(labels)
		}
	}
	return roundRows(rows)
}

// weight is a cell before it is rounded.
type weight struct {
	guess int
	value float64
}

// roundRows rounds every value to a whole number, halves to even, and then
// corrects the values that were rounded furthest until each row has its own
// rounded sum. Equal remainders: the last one is raised first, the first one
// lowered first, as cleanlab does for up to 16 classes.
func roundRows(rows [][]weight) *Joint {
	j := &Joint{rows: make([][]Cell, len(rows))}
	for r, row := range rows {
		sum, whole := 0.0, 0
		cells := make([]Cell, len(row))
		order := make([]int, len(row))
		for i, w := range row {
			cells[i] = Cell{w.guess, int(math.RoundToEven(w.value))}
			order[i] = i
			sum += w.value
			whole += cells[i].Count
		}
		if missing := int(math.RoundToEven(sum)) - whole; missing != 0 {
			rest := func(i int) float64 { return row[i].value - float64(cells[i].Count) }
			slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(rest(a), rest(b)) })
			step := -1
			if missing > 0 {
				step = 1
				slices.Reverse(order)
			}
			for _, i := range order[:min(missing*step, len(order))] {
				cells[i].Count += step
			}
		}
		j.rows[r] = slices.DeleteFunc(cells, func(c Cell) bool { return c.Count == 0 })
	}
	return j
}

func sortCells(row []Cell) {
	slices.SortFunc(row, func(a, b Cell) int { return cmp.Compare(a.Guess, b.Guess) })
}

// Calibrated returns the confident joint scaled to the label counts: how many
// labels of each class seem truly to be of each class.
func (l *Learning) Calibrated() *Joint { return l.Joint.Calibrate(l.Counts) }
