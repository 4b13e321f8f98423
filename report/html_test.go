package report

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"html"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/errata-cv/errata/dataset"
)

// pixel is a JPEG of one pixel as far as a report can tell.
var pixel = []byte("\xff\xd8\xff\xd9")

func renderHTML(t *testing.T, r *Result, o HTMLOptions) string {
	t.Helper()
	var b bytes.Buffer
	if err := HTML(&b, r, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// checkHTML fails when elements do not nest, an id comes twice, a link leads
// nowhere or outside, or anything but data is loaded.
func checkHTML(t *testing.T, page string) {
	t.Helper()
	void := []string{"meta", "img", "br", "link", "input", "hr"}
	d := xml.NewDecoder(strings.NewReader(page))
	d.Strict = false
	d.Entity = xml.HTMLEntity
	var open []string
	ids := map[string]bool{}
	var links []string
	for {
		tok, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("not well formed: %v", err)
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			name := tok.Name.Local
			if name == "script" || name == "iframe" || name == "object" || name == "link" {
				t.Errorf("the page holds a %s", name)
			}
			for _, a := range tok.Attr {
				switch key := a.Name.Local; {
				case key == "id" && ids[a.Value]:
					t.Errorf("the id %s comes twice", a.Value)
				case key == "id":
					ids[a.Value] = true
				case key == "href":
					links = append(links, a.Value)
				case key == "src" && !strings.HasPrefix(a.Value, "data:image/jpeg;base64,"):
					t.Errorf("a picture comes from %q", a.Value)
				case key == "style" || strings.HasPrefix(key, "on"):
					t.Errorf("<%s> has the attribute %s", name, key)
				}
			}
			if !slices.Contains(void, name) {
				open = append(open, name)
			}
		case xml.EndElement:
			if slices.Contains(void, tok.Name.Local) {
				continue // the decoder closes <path/> and <meta> alike
			}
			if len(open) == 0 || open[len(open)-1] != tok.Name.Local {
				t.Fatalf("</%s> closes %v", tok.Name.Local, open)
			}
			open = open[:len(open)-1]
		}
	}
	if len(open) > 0 {
		t.Errorf("left open: %v", open)
	}
	for _, l := range links {
		if !strings.HasPrefix(l, "#") || !ids[l[1:]] {
			t.Errorf("a link leads to %q, which is not in the page", l)
		}
	}
	for _, outside := range []string{"http:", "https:", "@import", "url(", "ZgotmplZ", "NaN", "<no value>"} {
		if strings.Contains(page, outside) {
			t.Errorf("the page holds %q", outside)
		}
	}
}

func TestHTMLIsValidAndSelfContained(t *testing.T) {
	thumb := func(int) ([]byte, error) { return pixel, nil }
	for name, c := range map[string]struct {
		r *Result
		o HTMLOptions
	}{
		"sample":            {sample(), HTMLOptions{Thumb: thumb}},
		"without pictures":  {sample(), HTMLOptions{}},
		"failing pictures":  {sample(), HTMLOptions{Thumb: func(int) ([]byte, error) { return nil, errors.New("gone") }}},
		"nothing":           {&Result{Dataset: &dataset.Dataset{}}, HTMLOptions{}},
		"no findings":       {&Result{Dataset: sample().Dataset, Checked: []dataset.Kind{dataset.Dark}}, HTMLOptions{}},
		"without confusion": {func() *Result { r := sample(); r.Confusion = nil; return r }(), HTMLOptions{Thumb: thumb}},
		"no suggestion":     {&Result{Dataset: sample().Dataset, Findings: []dataset.Finding{{Kind: dataset.WrongClass, Class: dataset.None}}}, HTMLOptions{}},
		"many classes":      {manyClasses(), HTMLOptions{Thumb: thumb}},
	} {
		t.Run(name, func(t *testing.T) { checkHTML(t, renderHTML(t, c.r, c.o)) })
	}
}

// manyClasses has more classes, pairs and findings than a page shows.
func manyClasses() *Result {
	ds := &dataset.Dataset{Name: "many"}
	r := &Result{Dataset: ds}
	const classes = 120
	for c := range classes {
		ds.Classes = append(ds.Classes, strings.Repeat("c", 1+c%40)+string(rune('0'+c%10)))
	}
	for i := range 3000 {
		given := i % classes
		ds.Images = append(ds.Images, dataset.Image{Path: "x/" + strings.Repeat("y", i%50)})
		ds.Annotations = append(ds.Annotations, dataset.Annotation{Image: i, Class: given})
		other := (given + 1 + i%7) % classes
		r.Scores = append(r.Scores, Score{i, other, .5, .5})
		r.Confusion = append(r.Confusion, Cell{given, other, 1})
		f := dataset.Finding{Kind: dataset.WrongClass, Image: i, Annotation: i, Class: given, Probability: .5,
			Suggestion: &dataset.Suggestion{Action: dataset.SetClass, Class: other}}
		if i%5 == 0 {
			f = dataset.Finding{Kind: dataset.Kinds()[1+i/5%14].Kind, Image: i, Annotation: dataset.None, Class: dataset.None, Others: []int{0, 1, 2, 3, 4, 5, 6}}
		}
		r.Findings = append(r.Findings, f)
		r.Skipped = append(r.Skipped, dataset.Problem{Place: "line", Message: "odd"})
	}
	return r
}

func TestHTMLKeepsToItsCap(t *testing.T) {
	for _, limit := range []int{1, 7, 60, 0} {
		calls := 0
		page := renderHTML(t, manyClasses(), HTMLOptions{MaxThumbs: limit, Thumb: func(int) ([]byte, error) { calls++; return pixel, nil }})
		if limit == 0 {
			limit = 400
		}
		if n := strings.Count(page, "<img "); n > limit || n != calls || n < limit/2 {
			t.Errorf("%d pictures, %d asked for, %d allowed", n, calls, limit)
		}
	}
	page := renderHTML(t, manyClasses(), HTMLOptions{Thumb: func(int) ([]byte, error) { return pixel, nil }})
	if !strings.Contains(page, "The review app shows all.") || !strings.Contains(page, "classes of 120 that are confused most") {
		t.Error("the page does not say what it leaves out")
	}
}

func TestHTMLEscapes(t *testing.T) {
	r := sample()
	r.Dataset.Name = `"><script>alert(2)</script>`
	r.Path = `x"; rm -rf ~; '`
	r.Notes = []string{"<img src=x onerror=alert(3)>"}
	r.Skipped[0].Message = "</style></title><svg onload=alert(4)>"
	page := renderHTML(t, r, HTMLOptions{})
	checkHTML(t, page)
	for _, raw := range []string{"<script", "<b>tulip", "<img", "<svg onload", "\x1b", "\xff"} {
		if strings.Contains(page, raw) {
			t.Errorf("the page holds %q", raw)
		}
	}
	text := html.UnescapeString(page)
	for _, want := range []string{`</script><script>alert(1)</script>"'\n\x1b[31m=1+1,\xff.jpg`, `"><script>alert(2)</script>`, "バラ & <b>tulip</b>"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not shown as it is", want)
		}
	}
}

func TestHTMLPolicyAllowsOwnStyleOnly(t *testing.T) {
	page := renderHTML(t, sample(), HTMLOptions{})
	style := regexp.MustCompile(`(?s)<style>(.*)</style>`).FindStringSubmatch(page)
	policy := regexp.MustCompile(`Content-Security-Policy" content="([^"]*)"`).FindStringSubmatch(page)
	if style == nil || policy == nil {
		t.Fatal("the page has no style or no policy")
	}
	sum := sha256.Sum256([]byte(style[1]))
	got := html.UnescapeString(policy[1])
	if !strings.Contains(got, "default-src 'none'") || !strings.Contains(got, "'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'") {
		t.Errorf("the policy is %s", got)
	}
	if strings.Contains(got, "unsafe") || strings.Contains(got, "script-src") {
		t.Errorf("the policy allows too much: %s", got)
	}
}

func TestHTMLIsDeterministic(t *testing.T) {
	first := renderHTML(t, manyClasses(), HTMLOptions{})
	if second := renderHTML(t, manyClasses(), HTMLOptions{}); first != second {
		t.Error("the same result gave two pages")
	}
}

func TestHTMLReportsErrors(t *testing.T) {
	if err := HTML(&failing{after: 1000}, sample(), HTMLOptions{}); err == nil {
		t.Error("a full disk gave no error")
	}
	if err := Text(&failing{}, sample(), TextOptions{}); err == nil {
		t.Error("a full disk gave no error for text")
	}
}
