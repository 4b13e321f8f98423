package report

import (
	"encoding/base64"
	"fmt"
	"html/template"
	"math"
	"strings"

	"github.com/errata-cv/errata/dataset"
)

const (
	pairGalleries = 24 // class pairs with pictures
	tilesAPair    = 9  // one row
	tilesAKind    = 9
	groupsAKind   = 8
	tilesAGroup   = 5
)

// tile is one picture.
type tile struct {
	Name, Path, Split string
	Labels            string // in a group of duplicates
	Badge, Tone       string
	image             int
	thumb             func(image int) ([]byte, error)
}

// Src returns the picture as a data URL, empty when there is none.
func (t tile) Src() template.URL {
	if t.thumb == nil {
		return ""
	}
	b, err := t.thumb(t.image)
	if err != nil || len(b) == 0 {
		return ""
	}
	return template.URL("data:image/jpeg;base64," + base64.StdEncoding.EncodeToString(b))
}

// gallery is a heading with pictures below.
type gallery struct {
	ID               string
	Title, Summary   string
	Given, Suggested string
	GivenLike        *tile // a sure example of the class
	SuggestedLike    *tile
	Count, Mean      string
	Tiles            []tile
	More             string
}

// Half tells that two such galleries stand side by side.
func (g gallery) Half() bool { return len(g.Tiles) <= 4 }

// groups are the duplicates of one kind.
type groups struct {
	Title, Summary, Count string
	Sets                  [][]tile
	More                  string
}

// take takes n pictures from the budget, or as many as are left.
func (b *builder) take(n int) int {
	n = max(0, min(n, b.budget-b.used))
	b.used += n
	return n
}

// tile shows the picture of image im.
func (b *builder) tile(im int) tile {
	image := &b.r.Dataset.Images[im]
	path := printable(image.Path)
	return tile{Name: path[strings.LastIndexByte(path, '/')+1:], Path: path, Split: printable(image.Split), image: im, thumb: b.o.Thumb}
}

// tone is the class of a probability in the style.
func tone(p float64) string {
	switch {
	case p >= .8:
		return "hot"
	case p >= .5:
		return "warm"
	}
	return ""
}

// more says how many of total are not shown.
func more(shown, total int) string {
	if shown >= total {
		return ""
	}
	return thousands(total-shown) + " more"
}

func pairID(i int) string { return fmt.Sprintf("pair-%d", i+1) }

// pairRow is a line of the list of class pairs.
type pairRow struct {
	Given, Suggested, Count, Mean, Link string
	Share                               float64 // of the largest, in percent
	Tone                                string
}

func (b *builder) pairRows() {
	const rows = 14
	most := 1
	for _, p := range b.pairs {
		most = max(most, len(p.Findings))
	}
	for i, p := range b.pairs {
		if i == rows {
			left := 0
			for _, q := range b.pairs[i:] {
				left += len(q.Findings)
			}
			b.page.MorePair = fmt.Sprintf("%s more in %s", thousands(left), counted(len(b.pairs)-i, "other pair", "other pairs"))
			break
		}
		b.page.Pairs = append(b.page.Pairs, pairRow{
			Given: b.r.label(p.Given), Suggested: b.r.label(p.Suggested), Count: thousands(len(p.Findings)),
			Mean: probability(p.Probability), Link: "#" + pairID(i), Share: 100 * float64(len(p.Findings)) / float64(most), Tone: tone(p.Probability),
		})
	}
}

// label is the name of a class, fit to be shown.
func (r *Result) label(c int) string {
	name, _ := r.class(c)
	return printable(name)
}

func (b *builder) labelGalleries() {
	typical := b.typical()
	like := func(c int) *tile {
		im, ok := typical[c]
		if !ok || b.take(1) == 0 {
			return nil
		}
		t := b.tile(im)
		return &t
	}
	for i, p := range b.pairs {
		if i == pairGalleries || b.used >= b.budget {
			break
		}
		g := gallery{
			ID: pairID(i), Given: b.r.label(p.Given), Suggested: b.r.label(p.Suggested),
			Count: counted(len(p.Findings), "label", "labels"), Mean: probability(p.Probability),
			GivenLike: like(p.Given), SuggestedLike: like(p.Suggested),
		}
		n := b.take(min(len(p.Findings), tilesAPair))
		for _, f := range p.Findings[:n] {
			finding := &b.r.Findings[f]
			im, _ := b.r.target(finding)
			t := b.tile(im)
			t.Badge, t.Tone = probability(finding.Probability), tone(finding.Probability)
			g.Tiles = append(g.Tiles, t)
		}
		g.More = more(n, len(p.Findings))
		b.page.Galleries = append(b.page.Galleries, g)
	}
}

// typical returns for each class the picture whose label is the surest.
func (b *builder) typical() map[int]int {
	best := map[int]float64{}
	image := map[int]int{}
	for _, s := range b.r.Scores {
		a := b.r.Dataset.Annotations[s.Annotation]
		if top, ok := best[a.Class]; !math.IsNaN(s.Score) && (!ok || s.Score > top) {
			best[a.Class], image[a.Class] = s.Score, a.Image
		}
	}
	return image
}

func (b *builder) duplicateGroups() {
	for _, c := range b.r.Counts() {
		info, ok := c.Kind.Info()
		if !ok || info.Family != "duplicate" || c.Count == 0 {
			continue
		}
		g := groups{Title: info.Title, Summary: info.Summary, Count: thousands(c.Count)}
		for _, i := range b.by[c.Kind] {
			if len(g.Sets) == groupsAKind {
				break
			}
			f := &b.r.Findings[i]
			first, ok := b.r.target(f)
			if !ok {
				continue
			}
			members := append([]int{first}, f.Others...)
			n := b.take(min(len(members), tilesAGroup))
			if n < min(len(members), 2) {
				break
			}
			var set []tile
			for _, im := range members[:n] {
				t := b.tile(im)
				t.Labels = b.labels(im)
				set = append(set, t)
			}
			if left := more(n, len(members)); left != "" {
				set[n-1].Badge = "+ " + left
			}
			g.Sets = append(g.Sets, set)
		}
		g.More = more(len(g.Sets), c.Count)
		b.page.Groups = append(b.page.Groups, g)
	}
}

// labels spells the labels of an image.
func (b *builder) labels(im int) string {
	var names []string
	for _, a := range b.r.Index.Annotations(im) {
		names = append(names, b.r.label(b.r.Dataset.Annotations[a].Class))
	}
	return strings.Join(names, ", ")
}

// qualityGalleries shows the kinds that no other section does.
func (b *builder) qualityGalleries() {
	for _, c := range b.r.Counts() {
		info, ok := c.Kind.Info()
		if c.Count == 0 || ok && (c.Kind == dataset.WrongClass && len(b.pairs) > 0 || info.Family == "duplicate" || info.Family == "dataset") {
			continue
		}
		g := gallery{ID: "kind-" + fmt.Sprint(len(b.page.Quality)+1), Title: title(c.Kind), Summary: info.Summary, Count: thousands(c.Count)}
		n := b.take(min(c.Count, tilesAKind))
		for _, i := range b.by[c.Kind][:n] {
			f := &b.r.Findings[i]
			if im, ok := b.r.target(f); ok {
				g.Tiles = append(g.Tiles, b.tile(im))
			}
		}
		g.More = more(n, c.Count)
		b.page.Quality = append(b.page.Quality, g)
	}
}
