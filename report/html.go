package report

import (
	"bufio"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"

	"github.com/errata-cv/errata/dataset"
)

// HTMLOptions say what the HTML report is to hold.
type HTMLOptions struct {
	// Thumb returns a standalone JPEG of an image, given by its index in the
	// dataset, for example 128 pixels wide. It is called while the report is
	// written, once a picture shown. Nil, an error or no bytes leave a blank.
	Thumb func(image int) ([]byte, error)
	// MaxThumbs is how many pictures the report holds at most, 400 when zero.
	MaxThumbs int
}

//go:embed page
var pageFiles embed.FS

var pageTemplate = template.Must(template.ParseFS(pageFiles, "page/*.html"))

//go:embed page/page.css
var pageCSS string

// policy lets the page show its own style and pictures and nothing else: no
// script, no request.
var policy = func() string {
	sum := sha256.Sum256([]byte(pageCSS))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
		"'; img-src data:; base-uri 'none'; form-action 'none'"
}()

// HTML writes the report as one file that needs no other: no network, no
// script. Pictures are taken while it is written, so that memory does not grow
// with their number.
func HTML(w io.Writer, r *Result, o HTMLOptions) error {
	if o.MaxThumbs == 0 {
		o.MaxThumbs = 400
	}
	out := bufio.NewWriterSize(w, 1<<16)
	if err := pageTemplate.ExecuteTemplate(out, "page.html", newPage(r.indexed(), o)); err != nil {
		return err
	}
	return out.Flush()
}

// page is what the template shows.
type page struct {
	Policy   string
	CSS      template.CSS
	Name     string
	Facts    string
	Created  string
	Command  string
	Verdict  string
	Figures  []figure
	Range    *interval
	Kinds    []kindRow
	Clean    string // kinds that were looked for and not found
	Matrix   *matrix
	Pairs    []pairRow
	MorePair string
	Galleries,
	Quality []gallery
	Groups  []groups
	Dataset []noteRow
	Classes classTable
	Left    []noteRow
	Steps   []stepRow
	Elapsed string
	Shown   string // how many pictures of how many
}

// figure is one key number.
type figure struct{ Value, Label, Note, Link, Tone string }

// interval is the estimate as a picture: positions in [0,100].
type interval struct {
	Low, Errors, High, Width float64
	LowText, HighText, Max   string
}

// kindRow is a line of the table of kinds.
type kindRow struct {
	Title, Summary, Count, Link string
	Share                       float64
}

// noteRow is a sentence with what it is about.
type noteRow struct{ Label, Text string }

// stepRow is a line of the timing.
type stepRow struct {
	Name, Time string
	Share      float64
}

// builder fills a page and counts the pictures it may still show.
type builder struct {
	r      *Result
	o      HTMLOptions
	by     map[dataset.Kind][]int
	pairs  []Pair
	budget int
	used   int
	page   *page
}

func newPage(r *Result, o HTMLOptions) *page {
	b := &builder{r: r, o: o, by: r.byKind(), pairs: r.Pairs(), page: &page{Policy: policy, CSS: template.CSS(pageCSS)}}
	p := b.page
	ds := r.Dataset
	p.Name = printable(ds.Name)
	p.Facts = counted(len(ds.Images), "image", "images") + " · " + counted(len(ds.Annotations), "label", "labels") + " · " + counted(len(ds.Classes), "class", "classes")
	if s := splits(ds); s != "" {
		p.Facts += " · " + s
	}
	if !r.Created.IsZero() {
		p.Created = r.Created.Format("2 January 2006, 15:04")
	}
	if len(r.Findings) > 0 {
		p.Command = "errata review " + argument(r.path())
	}
	p.Verdict = r.verdict()
	p.Range = newInterval(r)
	b.figures()
	b.kinds()
	p.Matrix = newMatrix(r, b.pairs)
	b.pairRows()
	// Labels may take six pictures of ten, what they leave goes to duplicates
	// and to the quality of pictures.
	b.budget = o.MaxThumbs * 6 / 10
	b.labelGalleries()
	b.budget = b.used + (o.MaxThumbs-b.used)/2
	b.duplicateGroups()
	b.budget = o.MaxThumbs
	b.qualityGalleries()
	b.datasetRows()
	p.Classes = newClassTable(r, b.pairs)
	b.left()
	b.steps()
	if total := b.pictures(); b.used > 0 && b.o.Thumb != nil {
		p.Shown = fmt.Sprintf("This file shows %s; %s. The review app shows all.", counted(b.used, "picture", "pictures"),
			counted(total, "finding concerns a picture", "findings concern pictures"))
	}
	return p
}

// pictures counts the findings that concern a picture.
func (b *builder) pictures() int {
	n := 0
	for i := range b.r.Findings {
		if _, ok := b.r.target(&b.r.Findings[i]); ok {
			n++
		}
	}
	return n
}

func newInterval(r *Result) *interval {
	e := r.Estimate
	if e == nil || !(e.High > 0) {
		return nil
	}
	limit := e.High * 1.15
	at := func(v float64) float64 { return max(0, min(100, 100*v/limit)) }
	return &interval{
		Low: at(e.Low), Errors: at(e.Errors), High: at(e.High), Width: at(e.High) - at(e.Low),
		LowText: thousands(int(e.Low + .5)), HighText: thousands(int(e.High + .5)), Max: thousands(int(limit + .5)),
	}
}

func (b *builder) family(name string) (count int) {
	for k, list := range b.by {
		if info, ok := k.Info(); ok && info.Family == name {
			count += len(list)
		}
	}
	return count
}

func (b *builder) figures() {
	add := func(f figure) { b.page.Figures = append(b.page.Figures, f) }
	if n := len(b.by[dataset.WrongClass]); n > 0 && len(b.pairs) > 0 {
		add(figure{thousands(n), "labels to look at", "in " + counted(len(b.pairs), "class pair", "class pairs"), "#labels", "wrong"})
	}
	if n := b.family("duplicate"); n > 0 {
		note := ""
		if k := len(b.by[dataset.SplitLeak]); k > 0 {
			note = thousands(k) + " across splits"
		} else if k := len(b.by[dataset.InconsistentComponent]); k > 0 {
			note = thousands(k) + " with different labels"
		}
		add(figure{thousands(n), "duplicates", note, "#duplicates", ""})
	}
	if n := b.family("quality"); n > 0 {
		note := ""
		if k := len(b.by[dataset.Unreadable]) + len(b.by[dataset.Truncated]); k > 0 {
			note = thousands(k) + " damaged"
		}
		add(figure{thousands(n), "doubtful pictures", note, "#quality", ""})
	}
}

func (b *builder) kinds() {
	most := 0
	for _, list := range b.by {
		most = max(most, len(list))
	}
	for _, c := range b.r.Counts() {
		if c.Count == 0 {
			if b.page.Clean != "" {
				b.page.Clean += ", "
			}
			b.page.Clean += lower(title(c.Kind))
			continue
		}
		info, known := c.Kind.Info()
		row := kindRow{Title: title(c.Kind), Summary: info.Summary, Count: thousands(c.Count), Share: 100 * float64(c.Count) / float64(most)}
		switch {
		case c.Kind == dataset.WrongClass && len(b.pairs) > 0:
			row.Link = "#labels"
		case known && info.Family == "duplicate":
			row.Link = "#duplicates"
		case known && info.Family == "dataset":
			row.Link = "#dataset"
		default:
			row.Link = "#quality"
		}
		b.page.Kinds = append(b.page.Kinds, row)
	}
}

func (b *builder) datasetRows() {
	for _, c := range b.r.Counts() {
		if info, ok := c.Kind.Info(); !ok || info.Family != "dataset" {
			continue
		}
		for n, i := range b.by[c.Kind] {
			if n == maxRows {
				b.page.Dataset = append(b.page.Dataset, noteRow{title(c.Kind), "and " + thousands(len(b.by[c.Kind])-n) + " more"})
				break
			}
			f := &b.r.Findings[i]
			text := printable(f.Message)
			if name, ok := b.r.class(f.Class); ok && text == "" {
				text = printable(name)
			}
			b.page.Dataset = append(b.page.Dataset, noteRow{title(c.Kind), text})
		}
	}
}

// maxRows is how many rows a list shows.
const maxRows = 100

func (b *builder) left() {
	add := func(label, text string) { b.page.Left = append(b.page.Left, noteRow{label, text}) }
	for _, n := range b.r.Notes {
		add("Note", printable(n))
	}
	for _, s := range b.r.Suppressed {
		add("Not listed", counted(s.Count, "finding", "findings")+" of “"+title(s.Kind)+"”. "+printable(s.Reason))
	}
	for i, s := range b.r.Skipped {
		if i == maxRows {
			add("Skipped", "and "+thousands(len(b.r.Skipped)-i)+" more")
			break
		}
		add("Skipped", skipped(s))
	}
}

func (b *builder) steps() {
	if b.r.Elapsed == 0 {
		return
	}
	b.page.Elapsed = duration(b.r.Elapsed)
	for _, s := range b.r.Steps {
		row := stepRow{Name: printable(s.Name), Time: duration(s.Elapsed), Share: min(100, 100*s.Elapsed.Seconds()/b.r.Elapsed.Seconds())}
		if s.Reused {
			row.Time, row.Share = "reused", 0
		}
		b.page.Steps = append(b.page.Steps, row)
	}
}
