package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

const (
	matrixClasses = 32 // that the picture has room for
	nameColumns   = 22 // of a class name
)

// matrix is the confusion picture, in units of the SVG.
type matrix struct {
	Width, Height float64
	Left, Top     float64
	Cells         []matrixCell
	Rows, Columns []matrixName
	Lines         []float64 // offsets of the grid
	Side          float64   // of all cells together
	Note          string
	Predicted     bool // columns are predictions, else suggestions of findings
}

type matrixCell struct {
	X, Y, Size     float64
	TextX, TextY   float64
	Opacity        float64
	Diagonal, Dark bool
	Text, Title    string
	Link           string
}

type matrixName struct {
	X, Y       float64
	Name, Full string
}

// newMatrix draws given against predicted class, or nil when there is nothing
// to draw. Classes stand in the order of the dataset; when there are too many,
// those that are confused most are shown.
func newMatrix(r *Result, pairs []Pair) *matrix {
	cells, predicted := r.Confusion, true
	if len(cells) == 0 {
		predicted = false
		for _, p := range pairs {
			cells = append(cells, Cell{p.Given, p.Suggested, len(p.Findings)})
		}
	}
	shown := shownClasses(len(r.Dataset.Classes), cells)
	if len(shown) < 2 {
		return nil
	}
	at := map[int]int{}
	for i, c := range shown {
		at[c] = i
	}
	link := map[[2]int]string{}
	for i, p := range pairs {
		if i < pairGalleries {
			link[[2]int{p.Given, p.Suggested}] = "#" + pairID(i)
		}
	}

	// Names of columns are slanted: they need room above and to the right.
	const letter, sin, cos = 6.3, .743, .669
	size := max(13, min(30, 640/float64(len(shown))))
	side := size * float64(len(shown))
	left, above, right := 0.0, 0.0, 0.0
	for i, c := range shown {
		length := letter * float64(min(columns(r.label(c)), nameColumns))
		left, above = max(left, length), max(above, length*sin)
		right = max(right, (float64(i)+.5)*size+length*cos-side)
	}
	margin := left + 12
	m := &matrix{Left: margin, Top: above + 20, Side: side, Predicted: predicted}
	m.Width, m.Height = margin+side+right+12, m.Top+side+2
	for i, c := range shown {
		pos := (float64(i) + .5) * size
		name := fit(r.label(c), nameColumns)
		m.Rows = append(m.Rows, matrixName{margin - 8, m.Top + pos, name, r.label(c)})
		m.Columns = append(m.Columns, matrixName{margin + pos, m.Top - 8, name, r.label(c)})
		m.Lines = append(m.Lines, float64(i)*size)
	}
	m.Lines = append(m.Lines, side)

	most := 1
	for _, c := range cells {
		if c.Given != c.Predicted {
			most = max(most, c.Count)
		}
	}
	for _, c := range cells {
		row, ok := at[c.Given]
		col, ok2 := at[c.Predicted]
		if !ok || !ok2 || c.Count <= 0 {
			continue
		}
		cell := matrixCell{
			X: margin + float64(col)*size + 1, Y: m.Top + float64(row)*size + 1, Size: size - 2,
			Diagonal: row == col, Link: link[[2]int{c.Given, c.Predicted}],
			Opacity: .16 + .84*math.Sqrt(float64(c.Count)/float64(most)),
		}
		cell.Dark = !cell.Diagonal && cell.Opacity > .6
		cell.TextX, cell.TextY = cell.X+cell.Size/2, cell.Y+cell.Size/2
		verb := "suggested as"
		if predicted {
			verb = "predicted as"
		}
		cell.Title = fmt.Sprintf("%s labelled %s, %s %s", thousands(c.Count), r.label(c.Given), verb, r.label(c.Predicted))
		if text := thousands(c.Count); float64(len(text))*6.2 <= size && size >= 18 {
			cell.Text = text
		}
		m.Cells = append(m.Cells, cell)
	}
	slices.SortFunc(m.Cells, func(a, b matrixCell) int { return cmp.Or(cmp.Compare(a.Y, b.Y), cmp.Compare(a.X, b.X)) })
	if n := len(r.Dataset.Classes); len(shown) < n {
		m.Note = fmt.Sprintf("The %d classes of %s that are confused most.", len(shown), thousands(n))
	}
	return m
}

// shownClasses picks the classes of the cells with the most confusion, in class
// order.
func shownClasses(classes int, cells []Cell) []int {
	off := make([]Cell, 0, len(cells))
	for _, c := range cells {
		if c.Given != c.Predicted && c.Count > 0 {
			off = append(off, c)
		}
	}
	if len(off) == 0 {
		return nil
	}
	shown := make([]int, 0, matrixClasses+1)
	if classes <= matrixClasses {
		for c := range classes {
			shown = append(shown, c)
		}
		return shown
	}
	slices.SortFunc(off, func(a, b Cell) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Given, b.Given), cmp.Compare(a.Predicted, b.Predicted))
	})
	in := map[int]bool{}
	for _, c := range off {
		if len(in) >= matrixClasses-1 {
			break
		}
		in[c.Given], in[c.Predicted] = true, true
	}
	for c := range in {
		shown = append(shown, c)
	}
	slices.Sort(shown)
	return shown
}
