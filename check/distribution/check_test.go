package distribution

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/errata-cv/errata/dataset"
)

// expected is a case of testdata/expected.json.
type expected struct {
	Task       Task
	Classes    int
	Attributes []string
	Items      [][]struct {
		Class      int
		Attributes map[string]string
		Box        []float64
		Polygon    []float64
	}
	Reports [][]any
}

func load(t *testing.T) (cases []expected) {
	b, err := os.ReadFile("testdata/expected.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &cases); err != nil || len(cases) == 0 {
		t.Fatalf("%d cases, %v", len(cases), err)
	}
	return cases
}

func (c *expected) dataset() *dataset.Dataset {
	ds := &dataset.Dataset{}
	for i := range c.Classes {
		ds.Classes = append(ds.Classes, fmt.Sprintf("c%d", i))
	}
	for i, item := range c.Items {
		ds.Images = append(ds.Images, dataset.Image{Path: fmt.Sprintf("%03d", i)})
		for _, a := range item {
			out := dataset.Annotation{Image: i, Class: a.Class}
			if b := a.Box; b != nil {
				out.Geometry = dataset.Box{X: b[0], Y: b[1], W: b[2], H: b[3]}
			}
			if a.Polygon != nil {
				out.Geometry = dataset.Polygon{Parts: [][]float64{a.Polygon}}
			}
			for k, v := range a.Attributes {
				out.Attributes = append(out.Attributes, dataset.Attribute{Name: k, Value: v})
			}
			slices.SortFunc(out.Attributes, func(a, b dataset.Attribute) int { return strings.Compare(a.Name, b.Name) })
			ds.Annotations = append(ds.Annotations, out)
		}
	}
	return ds
}

// spell writes an entry as a line of the case.
func spell(ds *dataset.Dataset, e Entry) string {
	item, class := "", ""
	if e.Image >= 0 {
		item = ds.Images[e.Image].Path
	}
	if e.Class >= 0 && e.Name != NegativeLength && e.Name != InvalidValue {
		class = ds.Classes[e.Class]
	}
	mean, number := "", ""
	if e.Name == FarFromLabelMean || e.Name == FarFromAttrMean {
		mean = fmt.Sprintf("%.4g", e.Mean)
	}
	if mean != "" || e.Name == NegativeLength {
		number = fmt.Sprintf("%.4g", e.Number)
	}
	return strings.Join([]string{string(e.Name), string(e.Severity), item, class, e.Attribute, e.Value, e.Property, mean, number}, "|")
}

func TestReportsEqualDatumaro(t *testing.T) {
	for i, c := range load(t) {
		ds := c.dataset()
		r := Check(ds, dataset.NewIndex(ds), Options{Task: c.Task, Attributes: c.Attributes, MaxEntries: -1})
		var got, want []string
		for _, e := range r.Entries {
			got = append(got, spell(ds, e))
		}
		for _, row := range c.Reports {
			cells := make([]string, len(row))
			for k, v := range row {
				switch v := v.(type) {
				case string:
					cells[k] = v
				case float64:
					cells[k] = fmt.Sprintf("%.4g", v)
				}
			}
			want = append(want, strings.Join(cells, "|"))
		}
		slices.Sort(got)
		slices.Sort(want)
		for _, w := range want {
			if _, ok := slices.BinarySearch(got, w); !ok {
				t.Errorf("case %d lacks %s", i, w)
			}
		}
		for _, g := range got {
			if _, ok := slices.BinarySearch(want, g); !ok {
				t.Errorf("case %d has %s", i, g)
			}
		}
		if len(got) != len(want) {
			t.Errorf("case %d: %d reports, Datumaro has %d", i, len(got), len(want))
		}
	}
}

// Parts of the images, put together, say the same as all at once.
func TestMerge(t *testing.T) {
	for i, c := range load(t) {
		ds := c.dataset()
		ix := dataset.NewIndex(ds)
		o := Options{Task: c.Task, Attributes: c.Attributes}
		want := Check(ds, ix, o)
		p := Collect(ds, ix, 0, 3, o)
		for from := 3; from < len(ds.Images); from += 4 {
			if err := p.Merge(Collect(ds, ix, from, min(from+4, len(ds.Images)), o)); err != nil {
				t.Fatal(err)
			}
		}
		got := p.Report()
		if len(got.Entries) != len(want.Entries) || !reflect.DeepEqual(got.Tallies, want.Tallies) || !reflect.DeepEqual(got.Classes, want.Classes) || got.Annotations != want.Annotations {
			t.Fatalf("case %d: %+v, expected %+v", i, got.Tallies, want.Tallies)
		}
		for k := range got.Entries {
			g, w := got.Entries[k], want.Entries[k]
			if math.Abs(g.Mean-w.Mean) > 1e-9*math.Abs(w.Mean) {
				t.Errorf("case %d: mean %g, expected %g", i, g.Mean, w.Mean)
			}
			if g.Mean = w.Mean; g != w {
				t.Errorf("case %d: %+v, expected %+v", i, g, w)
			}
		}
		for k := range got.Properties {
			g, w := got.Properties[k], want.Properties[k]
			if math.Abs(g.Deviation-w.Deviation) > 1e-9*w.Deviation || g.Histogram != w.Histogram || g.Count != w.Count || g.Min != w.Min || g.Max != w.Max {
				t.Errorf("case %d: %+v, expected %+v", i, g, w)
			}
		}
		if err := p.Merge(Collect(ds, ix, 0, 1, o)); err == nil {
			t.Error("images that are no neighbours were put together")
		}
	}
}

func TestLabelReports(t *testing.T) {
	ds := &dataset.Dataset{Classes: []string{"cat", "dog", "owl"}, Problems: []dataset.Problem{
		{Kind: dataset.UndefinedClass, Message: "The label \"ow\" is not in the list of classes."}, {Message: "skipped"},
	}}
	for i := range 60 {
		ds.Images = append(ds.Images, dataset.Image{Path: strconv.Itoa(i)})
		ds.Annotations = append(ds.Annotations, dataset.Annotation{Image: i})
	}
	ds.Annotations[59].Class = 1
	r := Check(ds, dataset.NewIndex(ds), Options{})
	want := []Tally{{UndefinedLabel, Error, 1}, {LabelDefinedButNotFound, Warning, 1}, {FewSamplesInLabel, Info, 1}, {ImbalancedLabels, Info, 1}}
	if r.Task != Classification || !slices.Equal(r.Tallies, want) || !slices.Equal(r.Classes, []int{59, 1, 0}) {
		t.Errorf("%+v", r)
	}
	r = Check(&dataset.Dataset{}, dataset.NewIndex(&dataset.Dataset{}), Options{})
	if want := []Tally{{MissingLabelCategories, Error, 1}}; !slices.Equal(r.Tallies, want) {
		t.Errorf("nothing at all gives %+v", r)
	}
}

// A number for each object is an identity, and not a value to compare.
func TestFreeAttributes(t *testing.T) {
	ds := &dataset.Dataset{Classes: []string{"cat"}}
	for i := range 50 {
		ds.Images = append(ds.Images, dataset.Image{Path: strconv.Itoa(i)})
		ds.Annotations = append(ds.Annotations, dataset.Annotation{Image: i, Geometry: dataset.Box{W: 10, H: 10}, Attributes: []dataset.Attribute{{Name: "track", Value: strconv.Itoa(i)}}})
	}
	ix := dataset.NewIndex(ds)
	few := func(r *Report) int {
		for _, t := range r.Tallies {
			if t.Name == FewSamplesInAttribute {
				return t.Count
			}
		}
		return 0
	}
	if n := few(Check(ds, ix, Options{})); n != 50 {
		t.Errorf("50 values give %d reports", n)
	}
	if n := few(Check(ds, ix, Options{MaxValues: 49})); n != 0 {
		t.Errorf("50 values of at most 49 give %d reports", n)
	}
	p := Collect(ds, ix, 0, 30, Options{MaxValues: 49})
	if err := p.Merge(Collect(ds, ix, 30, 50, Options{MaxValues: 49})); err != nil || few(p.Report()) != 0 {
		t.Errorf("in two parts they give %d reports, %v", few(p.Report()), err)
	}
}

func TestText(t *testing.T) {
	ds := &dataset.Dataset{Classes: []string{"cat", "dog"}}
	for i := range 5 {
		ds.Images = append(ds.Images, dataset.Image{Path: fmt.Sprintf("%d.png", i)})
	}
	ds.Annotations = []dataset.Annotation{{Geometry: dataset.Box{W: 10, H: 0}}, {Geometry: dataset.Box{W: 10, H: 20}}}
	r := Check(ds, dataset.NewIndex(ds), Options{MaxEntries: 3})
	var b strings.Builder
	if err := r.WriteText(&b, 2); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"detection: 2 annotations on 5 images\n",
		"\nwarning MissingAnnotation (images without annotation): 4\n  1.png has no annotation.\n  2.png has no annotation.\n  and 2 more\n",
		"\nwarning LabelDefinedButNotFound (classes without annotation): 1\n  The class \"dog\" is defined and no annotation has it.\n",
		"\nerror NegativeLength (boxes narrower or lower than a pixel): 1\n  0.png: the height of an object is 0.\n",
		"\nerror InvalidValue (values that are no finite number): 1\n  0.png: the ratio(w/h) of an object is no finite number.\n",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the text lacks %q:\n%s", want, b.String())
		}
	}
	b.Reset()
	if err := (&Report{Task: Detection}).WriteText(&b, 2); err != nil || !strings.Contains(b.String(), "nothing is uneven") {
		t.Errorf("%q, %v", b.String(), err)
	}
	if err := r.WriteText(full{}, 2); err == nil {
		t.Error("a writer that fails is not told of")
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, os.ErrClosed }

func TestTaskOf(t *testing.T) {
	for _, c := range []struct {
		of   []dataset.Geometry
		want Task
	}{
		{nil, Classification},
		{[]dataset.Geometry{dataset.Box{}, dataset.Box{}, dataset.Mask{}}, Detection},
		{[]dataset.Geometry{nil}, Classification},
		{[]dataset.Geometry{nil, dataset.Box{}, dataset.RotatedBox{}}, Detection},
		{[]dataset.Geometry{dataset.Box{}, dataset.Mask{}}, Segmentation},
		{[]dataset.Geometry{dataset.Box{}, dataset.Invalid{}, dataset.Invalid{}}, Detection},
	} {
		ds := &dataset.Dataset{}
		for _, g := range c.of {
			ds.Annotations = append(ds.Annotations, dataset.Annotation{Geometry: g})
		}
		if got := TaskOf(ds); got != c.want {
			t.Errorf("%v is %s, expected %s", c.of, got, c.want)
		}
	}
}
