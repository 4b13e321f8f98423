package csvtable

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"github.com/errata-cv/errata/format/csvtext"
	"github.com/errata-cv/errata/pixel"
)

// none stands for a column that a table does not have.
const none = -1

// A layout says how a table is spelled and what its columns mean.
type layout struct {
	delim byte
	// header tells that the first record names the columns.
	header bool
	// columns are their names; "column 1" and so on without a header.
	columns                       []string
	path, label, split, annotator int
}

// metadata returns the columns that have no other meaning.
func (l *layout) metadata() []int {
	var out []int
	for i := range l.columns {
		if i != l.path && i != l.label && i != l.split && i != l.annotator {
			out = append(out, i)
		}
	}
	return out
}

// metadataNames returns the names of those columns.
func (l *layout) metadataNames() []string {
	var out []string
	for _, i := range l.metadata() {
		out = append(out, l.columns[i])
	}
	return out
}

// noLabelError says that a table is one of pictures, but that the column of
// the label has to be named.
type noLabelError struct{ sentence string }

func (e *noLabelError) Error() string { return e.sentence }

// sampleRows is how many rows decide about the layout.
const sampleRows = 200

// delimiters in order of preference. A blank is taken only when no other one
// splits the rows.
var delimiters = []byte{',', '\t', ';', '|', ' '}

// newLayout works the layout out from the first bytes of a table. Complete says
// that head is all of it. It returns the sampled rows too, the header excluded.
func newLayout(name string, head []byte, complete bool, labelColumn string) (*layout, [][]string, error) {
	var best [][]string
	var delim byte
	score := 0.0
	order := delimiters
	if lower := strings.ToLower(name); strings.HasSuffix(lower, ".tsv") || strings.HasSuffix(lower, ".tab") {
		order = []byte{'\t', ',', ';', '|', ' '}
	}
	for _, d := range order {
		rows := sample(head, complete, d)
		if len(rows) == 0 {
			return nil, nil, fmt.Errorf("%s holds no rows; expected one row for each label, with a path and a class", name)
		}
		width, share := commonWidth(rows)
		if width < 2 {
			continue
		}
		s := share
		if known := rolesByName(rows[0]); known.path != none || known.label != none {
			s++
		}
		if d == ' ' && (best != nil || share < 0.9) {
			continue
		}
		if s > score {
			best, delim, score = rows, d, s
		}
	}
	if best == nil {
		return nil, nil, fmt.Errorf("%s has one column only; expected at least a path and a label, separated by a comma, tab, semicolon or vertical bar", name)
	}
	l, err := assignRoles(name, best, labelColumn)
	if l == nil {
		return nil, nil, err
	}
	l.delim = delim
	if l.header {
		best = best[1:]
	}
	return l, best, err
}

// sample tokenizes the first rows, leaving blank ones out.
func sample(head []byte, complete bool, delim byte) [][]string {
	s := csvtext.NewScanner(bytes.NewReader(head), delim)
	var rows [][]string
	for len(rows) < sampleRows && s.Scan() {
		cut := !complete && s.End() == int64(len(head))
		if s.Record().Blank() || cut && len(rows) > 0 {
			continue
		}
		row := make([]string, len(s.Record().Cells))
		for i, c := range s.Record().Cells {
			row[i] = string(c.Value)
		}
		rows = append(rows, row)
	}
	return rows
}

// commonWidth returns the most frequent number of cells and its share of rows.
func commonWidth(rows [][]string) (width int, share float64) {
	count := map[int]int{}
	for _, r := range rows {
		count[len(r)]++
	}
	for w, n := range count {
		if n > count[width] || n == count[width] && w > width {
			width = w
		}
	}
	return width, float64(count[width]) / float64(len(rows))
}

// assignRoles decides what the columns mean. The layout is returned along with
// a *noLabelError.
func assignRoles(name string, rows [][]string, labelColumn string) (*layout, error) {
	first, rest := rows[0], rows[1:]
	known := rolesByName(first)
	pictures := false
	for _, c := range first {
		pictures = pictures || isPicture(c)
	}
	width, _ := commonWidth(rows)
	l := &layout{path: none, label: none, split: none, annotator: none}
	byContent := pictureColumn(rest, max(width, len(first)))
	l.header = !pictures && (known.path != none || known.label != none || byContent != none || labelColumn != "" && indexOf(first, labelColumn) != none)
	if l.header {
		l.columns = first
		l.path, l.label, l.split, l.annotator = known.path, known.label, known.split, known.annotator
	} else {
		byContent = pictureColumn(rows, width)
		for i := range width {
			l.columns = append(l.columns, "column "+strconv.Itoa(i+1))
		}
	}
	if labelColumn != "" {
		i, err := columnNamed(name, l, labelColumn)
		if err != nil {
			return nil, err
		}
		l.label = i
		for _, role := range []*int{&l.path, &l.split, &l.annotator} {
			if *role == i {
				*role = none
			}
		}
	}
	if byContent != none && byContent != l.label && !holdsPictures(rest, l.path) {
		l.path = byContent
	}
	if l.path == none && len(l.columns) >= 2 {
		l.path = l.onlyOther(l.label)
		if l.path == none && l.label != 0 && !l.header {
			l.path = 0
		}
	}
	if l.path == none {
		return nil, fmt.Errorf("%s: no column (%s) is named like a path (path, file, image, ...) or holds names of pictures; give the column of the paths one of these names", name, list(l.columns))
	}
	for _, role := range []*int{&l.label, &l.split, &l.annotator} {
		if *role == l.path {
			*role = none
		}
	}
	if l.label == none {
		l.label = l.onlyOther(l.path)
	}
	if l.label == none {
		return l, &noLabelError{fmt.Sprintf("%s: it cannot be told which column holds the label (its columns: %s); name it with --label-column", name, list(l.columns))}
	}
	return l, nil
}

// onlyOther returns the only column besides that one without a role; none when
// there are several.
func (l *layout) onlyOther(than int) int {
	found := none
	for i := range l.columns {
		if i == than || i == l.path || i == l.label || i == l.split || i == l.annotator {
			continue
		}
		if found != none {
			return none
		}
		found = i
	}
	return found
}

// pictureColumn returns the column in which the most cells, and at least half
// of them, name pictures.
func pictureColumn(rows [][]string, width int) int {
	best, most := none, 0
	for i := range width {
		n := 0
		for _, r := range rows {
			if i < len(r) && isPicture(r[i]) {
				n++
			}
		}
		if n > most && 2*n >= len(rows) {
			best, most = i, n
		}
	}
	return best
}

// holdsPictures reports whether any row names a picture in that column.
func holdsPictures(rows [][]string, column int) bool {
	for _, r := range rows {
		if column >= 0 && column < len(r) && isPicture(r[column]) {
			return true
		}
	}
	return false
}

// isPicture reports whether a cell names a picture file.
func isPicture(cell string) bool {
	return pixel.HasImageExtension(cell) && !strings.Contains(cell, "://")
}

// columnNamed finds the column that --label-column asks for: by its exact name,
// by its name in any case, or by its number from 1.
func columnNamed(table string, l *layout, want string) (int, error) {
	if i := indexOf(l.columns, want); i != none {
		return i, nil
	}
	found := none
	for i, c := range l.columns {
		if strings.EqualFold(c, want) {
			if found != none {
				return none, fmt.Errorf("%s: the columns %q and %q both match the label column %q; spell it exactly", table, l.columns[found], c, want)
			}
			found = i
		}
	}
	if found != none {
		return found, nil
	}
	if n, err := strconv.Atoi(want); err == nil && n >= 1 && n <= len(l.columns) {
		return n - 1, nil
	}
	return none, fmt.Errorf("%s has no column %q; its columns are %s", table, want, list(l.columns))
}

func indexOf(names []string, want string) int {
	for i, n := range names {
		if n == want {
			return i
		}
	}
	return none
}

// list spells column names for a sentence.
func list(columns []string) string {
	const most = 20
	out := make([]string, 0, most+1)
	for i, c := range columns {
		if i == most {
			out = append(out, fmt.Sprintf("and %d more", len(columns)-most))
			break
		}
		if c == "" {
			c = `""`
		}
		out = append(out, c)
	}
	return strings.Join(out, ", ")
}
