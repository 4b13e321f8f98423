package boxcsv

import (
	"bytes"
	"math"
	"strconv"
	"strings"

	"github.com/errata-cv/errata/format/csvtext"
	"github.com/errata-cv/errata/pixel"
)

const none = -1

// A content is what the rows of a table are about.
type content uint8

const (
	other content = iota
	// boxes: a row is an object.
	boxes
	// labels: a row says whether a picture shows a class (Open Images).
	labels
	// pictures: a row is a picture (Open Images).
	pictures
)

// columns say what the cells of a row mean; none where there is no such one.
type columns struct {
	content content
	delim   byte
	header  bool
	names   []string
	// open tells that the names are those of Open Images.
	open bool
	// relative tells that coordinates are shares of the size of the picture.
	relative bool

	// part is the column of the split.
	image, class, score, part int
	// x0, y0, x1, y1 are the columns of the edges; w and h of the size where the
	// far edges have none.
	x0, y0, x1, y1, w, h int
	// box is the column that holds all four, sized when they are an edge and a
	// size.
	box   int
	sized bool
	// width and height are those of the picture.
	width, height int
}

// Names of columns in lower case, letters and digits only, the likelier first.
var (
	imageNames = []string{"filename", "imageid", "imagename", "imagefilename", "imagepath", "image", "filepath", "path", "img", "imgname", "file", "fname"}
	classNames = []string{"class", "labelname", "label", "category", "classname", "categoryname", "name", "objectclass", "objectname", "classid", "labelid", "categoryid", "target"}
	scoreNames = []string{"score", "confidence", "conf", "probability", "prob"}
	splitNames = []string{"split", "subset", "set", "partition", "usage"}
	x0Names    = []string{"xmin", "x1", "left", "xtl", "bboxxmin", "bboxx1", "bboxleft", "bboxx", "x0", "x", "minx"}
	y0Names    = []string{"ymin", "y1", "top", "ytl", "bboxymin", "bboxy1", "bboxtop", "bboxy", "y0", "y", "miny"}
	x1Names    = []string{"xmax", "x2", "right", "xbr", "bboxxmax", "bboxx2", "bboxright", "maxx"}
	y1Names    = []string{"ymax", "y2", "bottom", "ybr", "bboxymax", "bboxy2", "bboxbottom", "maxy"}
	wNames     = []string{"w", "bboxw", "bboxwidth", "boxwidth", "width"}
	hNames     = []string{"h", "bboxh", "bboxheight", "boxheight", "height"}
	widthNames = []string{"imagewidth", "imgwidth", "width"}
	tallNames  = []string{"imageheight", "imgheight", "height"}
	boxNames   = []string{"bbox", "box", "bndbox", "boundingbox"}
)

func plain(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		}
		return -1
	}, s)
}

// sampleRows is how many rows decide about the columns.
const sampleRows = 200

// columnsOf works out from the start of a table what its columns mean; its
// content is other when it is no table of this package.
func columnsOf(head []byte, complete bool) columns {
	for _, delim := range []byte{',', ';', '\t', '|'} {
		var rows [][]string
		s := csvtext.NewScanner(bytes.NewReader(head), delim)
		for len(rows) < sampleRows && s.Scan() {
			r := s.Record()
			if r.Blank() || !complete && s.End() == int64(len(head)) && len(rows) > 0 {
				continue
			}
			row := make([]string, len(r.Cells))
			for i, c := range r.Cells {
				row[i] = string(c.Value)
			}
			rows = append(rows, row)
		}
		if len(rows) == 0 || len(rows[0]) < 2 {
			continue
		}
		c := columns{delim: delim, names: rows[0], header: true}
		if c.byNames(rows[1:]) || c.byContent(rows) {
			return c
		}
	}
	return columns{}
}

// byNames takes the first row for the names of the columns.
func (c *columns) byNames(rows [][]string) bool {
	at := map[string]int{}
	for i, n := range c.names {
		if _, twice := at[plain(n)]; !twice {
			at[plain(n)] = i
		}
	}
	first := func(names []string) int {
		for _, n := range names {
			if i, ok := at[n]; ok {
				return i
			}
		}
		return none
	}
	c.image, c.class, c.score, c.part = first(imageNames), first(classNames), first(scoreNames), first(splitNames)
	c.x0, c.y0, c.x1, c.y1, c.box = first(x0Names), first(y0Names), first(x1Names), first(y1Names), first(boxNames)
	c.w, c.h, c.width, c.height = none, none, none, none
	_, id := at["imageid"]
	_, name := at["labelname"]
	_, xmin := at["xmin"]
	_, confidence := at["confidence"]
	_, subset := at["subset"]
	switch {
	case id && name && xmin && c.edges():
		c.content, c.open, c.relative = boxes, true, true
		c.image, c.class, c.score = at["imageid"], at["labelname"], none
		return true
	case id && name && confidence && !xmin:
		c.content, c.open = labels, true
		c.image, c.class, c.score = at["imageid"], at["labelname"], at["confidence"]
		return true
	case id && subset && !name && !xmin:
		c.content, c.open = pictures, true
		c.image, c.part = at["imageid"], at["subset"]
		return true
	case c.image == none:
		return false
	case c.edges():
		c.width, c.height, c.box = first(widthNames), first(tallNames), none
	case c.x0 != none && c.y0 != none:
		if c.w, c.h = first(wNames), first(hNames); c.w == none || c.h == none {
			return false
		}
		c.width, c.height = at2(at, widthNames[:2]), at2(at, tallNames[:2])
		c.x1, c.y1, c.box = none, none, none
	case c.box != none:
		c.x0, c.y0, c.x1, c.y1 = none, none, none, none
		c.width, c.height = first(widthNames), first(tallNames)
		if !c.boxCells(rows) {
			return false
		}
	default:
		return false
	}
	for _, taken := range []int{c.image, c.x0, c.y0, c.x1, c.y1, c.w, c.h, c.box} {
		if taken != none && taken == c.class {
			c.class = none
		}
	}
	if c.score != none && !c.fractions(rows) {
		c.score = none
	}
	c.content = boxes
	c.relative = c.shares(rows)
	return c.numeric(rows)
}

// fractions reports whether a score is between 0 and 1: people's labels have
// none, or 1.
func (c *columns) fractions(rows [][]string) bool {
	for _, r := range rows {
		if c.score < len(r) {
			if v, err := number(r[c.score]); err == nil && v > 0 && v < 1 {
				return true
			}
		}
	}
	return false
}

// extra reports whether a column is none of those with a role, so that it is an
// attribute of the object.
func (c *columns) extra(i int) bool {
	for _, role := range []int{c.image, c.class, c.score, c.part, c.x0, c.y0, c.x1, c.y1, c.w, c.h, c.box, c.width, c.height} {
		if role == i {
			return false
		}
	}
	return i < len(c.names) && c.names[i] != "" && !(c.open && c.names[i] == groupOf)
}

// groupOf is the column of Open Images that marks crowds.
const groupOf = "IsGroupOf"

func at2(at map[string]int, names []string) int {
	for _, n := range names {
		if i, ok := at[n]; ok {
			return i
		}
	}
	return none
}

func (c *columns) edges() bool {
	return c.x0 != none && c.y0 != none && c.x1 != none && c.y1 != none
}

// byContent recognises tables without a header: a picture, its class and four
// numbers, or the class at the end.
func (c *columns) byContent(rows [][]string) bool {
	*c = columns{delim: c.delim, image: 0, score: none, part: none, w: none, h: none, box: none, width: none, height: none}
	for _, class := range []int{1, 5} {
		at := 1
		if class == 1 {
			at = 2
		}
		fits := len(rows) > 0
		for _, r := range rows {
			ok := len(r) == 6 && pixel.HasImageExtension(r[0]) && !strings.Contains(r[0], "://")
			for i := at; ok && i < at+4; i++ {
				_, err := number(r[i])
				ok = err == nil || r[i] == "" && class == 5
			}
			if ok {
				_, err := number(r[class])
				ok = err != nil
			}
			fits = fits && ok
		}
		if fits {
			c.content, c.class, c.x0, c.y0, c.x1, c.y1 = boxes, class, at, at+1, at+2, at+3
			c.names = []string{"", "", "", "", "", ""}
			c.relative = c.shares(rows)
			return true
		}
	}
	c.content = other
	return false
}

// boxCells reports whether the cells of the box column hold four numbers, and
// finds out whether the last two are a size: they are as soon as one of them
// could not be a far edge.
func (c *columns) boxCells(rows [][]string) bool {
	n := 0
	for _, r := range rows {
		if c.box >= len(r) || r[c.box] == "" {
			continue
		}
		v, _, ok := fourNumbers(r[c.box])
		if !ok {
			return false
		}
		n++
		c.sized = c.sized || v[2] < v[0] || v[3] < v[1]
	}
	return n > 0
}

// coordinates returns the columns of the four numbers.
func (c *columns) coordinates() []int {
	if c.w != none {
		return []int{c.x0, c.y0, c.w, c.h}
	}
	return []int{c.x0, c.y0, c.x1, c.y1}
}

// shares reports whether all coordinates are in [0,1] and one is between.
func (c *columns) shares(rows [][]string) bool {
	between := false
	for _, r := range rows {
		var v []float64
		if c.box != none {
			if c.box >= len(r) {
				continue
			}
			four, _, _ := fourNumbers(r[c.box])
			v = four[:]
		} else {
			for _, i := range c.coordinates() {
				if i < len(r) {
					if x, err := number(r[i]); err == nil {
						v = append(v, x)
					}
				}
			}
		}
		for _, x := range v {
			if x < 0 || x > 1 {
				return false
			}
			between = between || x > 0 && x < 1
		}
	}
	return between
}

// numeric reports whether most of the sampled coordinates are numbers.
func (c *columns) numeric(rows [][]string) bool {
	if c.box != none {
		return true
	}
	good, bad := 0, 0
	for _, r := range rows {
		for _, i := range c.coordinates() {
			if i >= len(r) || r[i] == "" {
				continue
			}
			if _, err := number(r[i]); err == nil {
				good++
			} else {
				bad++
			}
		}
	}
	return good > bad || len(rows) == 0 && c.open
}

// number reads a number with a decimal point or comma.
func number(s string) (float64, error) {
	s = strings.TrimSpace(s)
	if strings.Count(s, ",") == 1 && !strings.Contains(s, ".") {
		s = strings.Replace(s, ",", ".", 1)
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil && math.IsInf(v, 0) {
		err = nil // larger than any number: kept as infinite
	}
	return v, err
}

// fourNumbers reads "[0, 1, 1, 2]", "0 1 1 2" and the like. Places bound the
// numbers in the text.
func fourNumbers(s string) (v [4]float64, places [4][2]int, ok bool) {
	const digits = "0123456789+-.eE"
	n, i := 0, 0
	for i < len(s) {
		if strings.IndexByte(digits, s[i]) < 0 {
			if strings.IndexByte("[](){},; \t", s[i]) < 0 {
				return v, places, false
			}
			i++
			continue
		}
		from := i
		for i < len(s) && strings.IndexByte(digits, s[i]) >= 0 {
			i++
		}
		x, err := strconv.ParseFloat(s[from:i], 64)
		if err != nil || n == 4 {
			return v, places, false
		}
		v[n], places[n] = x, [2]int{from, i}
		n++
	}
	return v, places, n == 4
}
