package object

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/errata-cv/errata/dataset"
)

// plain is a dataset of 20 pictures of 640 × 480 pixels with one sound box each.
func plain() *dataset.Dataset {
	ds := &dataset.Dataset{Classes: []string{"cat", "dog"}}
	for i := range 20 {
		ds.Images = append(ds.Images, dataset.Image{Path: fmt.Sprintf("%02d", i), Width: 640, Height: 480})
		ds.Annotations = append(ds.Annotations, dataset.Annotation{Image: i, Geometry: dataset.Box{X: 100, Y: 100, W: 200 + float64(i), H: 150}})
	}
	return ds
}

func check(ds *dataset.Dataset, c Columns) Result {
	return Check(ds, dataset.NewIndex(ds), c, Options{})
}

// columns says of every picture that it is as stated.
func columns(ds *dataset.Dataset) (c Columns) {
	for _, im := range ds.Images {
		c.Width, c.Height, c.Orientation = append(c.Width, im.Width), append(c.Height, im.Height), append(c.Orientation, 1)
	}
	return c
}

func square(x, y, side float64) []float64 {
	return []float64{x, y, x + side, y, x + side, y + side, x, y + side}
}

func rect(x, y, w, h float64) dataset.Box { return dataset.Box{X: x, Y: y, W: w, H: h} }

var nan, inf = math.NaN(), math.Inf(1)

func TestArtifacts(t *testing.T) {
	poly := func(stated dataset.Box, parts ...[]float64) dataset.Polygon {
		return dataset.Polygon{Parts: parts, Stated: stated}
	}
	remove, none := dataset.Suggestion{Action: dataset.DeleteObject, Class: dataset.None}, dataset.Suggestion{}
	move := func(g dataset.Geometry) dataset.Suggestion {
		return dataset.Suggestion{Action: dataset.MoveObject, Class: dataset.None, Geometry: g}
	}
	seat := rect(10, 10, 50, 60)
	filled := seat.Mask(640, 480)
	off := filled
	off.Stated = rect(10, 10, 50, 100)
	small := seat.Mask(480, 640)
	for i, c := range []struct {
		g    dataset.Geometry
		rule string
		want dataset.Suggestion
		p    float64
	}{
		{rect(10, 10, 0, 0), "no-area", remove, 1},
		{rect(10, 10, 20, 0), "no-area", remove, 1},
		{rect(30, 40, -20, 10), "no-area", move(rect(10, 40, 20, 10)), 1},
		{rect(30, 40, -20, -10), "no-area", move(rect(10, 30, 20, 10)), 1},
		{rect(nan, 10, 20, 10), "not-a-number", remove, 1},
		{rect(10, 10, inf, 10), "not-a-number", remove, 1},
		{dataset.RotatedBox{X: 50, Y: 50, W: 20, H: 20, Angle: nan}, "not-a-number", remove, 1},
		{dataset.RotatedBox{X: 50, Y: 50, W: 20, H: -20}, "no-area", remove, 1},
		{poly(dataset.Box{}, []float64{1, 2, 3, 4, 5, nan}), "not-a-number", remove, 1},
		{poly(seat, []float64{1, 2, 3, 4, 5, inf}), "not-a-number", move(seat), 1},
		{dataset.Invalid{Reason: "it is empty"}, "undecodable", remove, 1},
		{dataset.Invalid{Reason: "it is empty", Stated: seat}, "undecodable", move(seat), 1},
		{poly(dataset.Box{}, []float64{1, 2, 3, 4}), "no-outline", remove, 1},
		{poly(seat, []float64{1, 2, 3, 4}), "no-outline", move(seat), 1},
		{poly(dataset.Box{}), "no-outline", remove, 1},
		{poly(dataset.Box{}, []float64{1, 1, 2, 2, 3, 3}), "no-area", remove, 1},
		{dataset.NewMask(640, 480, func(int, int) bool { return false }), "no-outline", remove, 1},
		{rect(640, 10, 20, 20), "outside", remove, 1},
		{rect(-20, 10, 20, 20), "outside", remove, 1},
		{poly(dataset.Box{}, square(10, 480, 20)), "outside", remove, 1},
		{rect(600, 10, 100, 100), "partly-outside", move(rect(600, 10, 40, 100)), .3 + .6*.6},
		{poly(dataset.Box{}, square(600, 10, 80)), "partly-outside", move(poly(dataset.Box{}, []float64{600, 10, 640, 10, 640, 90, 600, 90})), .3 + .6*.5},
		{small, "mask-size", none, .9},
		{off, "stated-box", move(dataset.Mask{Width: 640, Height: 480, Counts: off.Counts, Stated: seat}), .3 + .6*(1-60./100)},
		{poly(rect(10, 10, 100, 100), square(10, 10, 50)), "stated-box", none, .3 + .6*.75},
		{poly(dataset.Box{}, []float64{100, 100, 200, 200, 200, 100, 100, 200}), "self-crossing", none, .8},
		{rect(100, 100, 3, 4), "crumb", remove, .3 + .5*(1-math.Sqrt(12)/(.01*math.Sqrt(640*480)))},
		{rect(0, 100, 3, 4), "crumb", remove, .3 + .25*(1-math.Sqrt(12)/(.01*math.Sqrt(640*480)))},
		{rect(100, 100, 200, 2), "sliver", remove, .3 + .3*(1-.01/.1)},
	} {
		ds := plain()
		ds.Annotations[7].Geometry = c.g
		r := check(ds, columns(ds))
		if len(r.Findings) != 1 || len(r.Suppressed) != 0 {
			t.Errorf("case %d: %v gives %v", i, c.g, told(ds, r))
			continue
		}
		f := r.Findings[0]
		if f.Kind != dataset.Artifact || f.Image != 7 || f.Annotation != 7 || f.Class != 0 || f.Evidence["rule"] != c.rule {
			t.Errorf("case %d: %v gives %+v", i, c.g, f)
		}
		var s dataset.Suggestion
		if f.Suggestion != nil {
			s = *f.Suggestion
		}
		if !reflect.DeepEqual(s, c.want) {
			t.Errorf("case %d: %v: suggested is %+v, expected %+v", i, c.g, s, c.want)
		}
		rule := rules[slices.IndexFunc(rules, func(r Rule) bool { return r.Name == c.rule })]
		p := c.p
		if rule.Habit {
			p *= 1 - 1./20/MaxPrevalence
		}
		if math.Abs(f.Probability-p) > 1e-9 {
			t.Errorf("case %d: probability %g, expected %g", i, f.Probability, p)
		}
		if _, err := json.Marshal(f.Evidence); err != nil || !strings.HasSuffix(f.Message, ".") {
			t.Errorf("case %d: %q, %v", i, f.Message, err)
		}
	}
}

func TestSoundObjects(t *testing.T) {
	for i, g := range []dataset.Geometry{
		nil,
		dataset.Box{X: 0, Y: 0, W: 640, H: 480},
		dataset.Box{X: -1, Y: -1, W: 642, H: 482},
		dataset.Box{X: 600, Y: 100, W: 43, H: 100}, // three pixels beyond are 0.5 % of the side
		dataset.RotatedBox{X: 620, Y: 100, W: 100, H: 50, Angle: 45},
		dataset.Polygon{Parts: [][]float64{square(10, 10, 50), {20, 20, 1}}, Stated: dataset.Box{X: 10, Y: 10, W: 49, H: 49}},
		dataset.Box{X: 100, Y: 100, W: 12, H: 8},
		dataset.Box{X: 10, Y: 10, W: 50, H: 60}.Mask(640, 480),
	} {
		ds := plain()
		ds.Annotations[7].Geometry = g
		if r := check(ds, columns(ds)); len(r.Findings) != 0 || len(r.Suppressed) != 0 {
			t.Errorf("case %d: %v gives %v", i, g, r)
		}
	}
}

// Among crumbs a crumb is usual, and so it is where hardly anything is known.
func TestCrumbsAmongTheirLike(t *testing.T) {
	crumb := dataset.Box{X: 100, Y: 100, W: 3, H: 4}
	ds := plain()
	for i := range 10 {
		ds.Annotations[i].Geometry, ds.Annotations[i].Class = crumb, 1
	}
	if r := check(ds, Columns{}); len(r.Findings) != 0 {
		t.Errorf("ten crumbs of a class of their own give %v", told(ds, r))
	}
	ds = plain()
	ds.Annotations[3].Geometry, ds.Annotations[3].Class = crumb, 1
	if r := check(ds, Columns{}); len(r.Findings) != 1 {
		t.Errorf("one crumb of a class of its own gives %v", told(ds, r))
	}
	ds.Annotations[3].Crowd = true
	if r := check(ds, Columns{}); len(r.Findings) != 0 {
		t.Errorf("a crowd gives %v", told(ds, r))
	}
	ds.Images, ds.Annotations = ds.Images[:5], ds.Annotations[:5]
	ds.Annotations[3].Crowd = false
	if r := check(ds, Columns{}); len(r.Findings) != 0 {
		t.Errorf("one crumb among five objects gives %v", told(ds, r))
	}
}

func TestDuplicates(t *testing.T) {
	const s = 100.
	for i, c := range []struct {
		a, b dataset.Annotation
		rule string
		p    float64
	}{
		{dataset.Annotation{Geometry: rect(10, 10, s, s)}, dataset.Annotation{Geometry: rect(10, 10, s, s)}, "equal", 1},
		{dataset.Annotation{Geometry: rect(10, 10, s, s)}, dataset.Annotation{Geometry: rect(11, 10, s, s)}, "near-equal", .9},
		{dataset.Annotation{Geometry: rect(11, 10, s, s)}, dataset.Annotation{Geometry: rect(10, 10, s, s)}, "near-equal", .9},
		{dataset.Annotation{Geometry: rect(10, 10, s, s)}, dataset.Annotation{Geometry: rect(10, 10, s, 80)}, "overlapping", .4},
		{dataset.Annotation{Geometry: rect(10, 10, s, s)}, dataset.Annotation{Geometry: rect(10, 10, s, 79)}, "", 0},
		{dataset.Annotation{Geometry: rect(10, 10, s, s)}, dataset.Annotation{Geometry: rect(10, 10, s, 87.5)}, "overlapping", .6},
		{dataset.Annotation{Geometry: rect(10, 10, s, s)}, dataset.Annotation{Geometry: rect(10, 10, s, s), Class: 1}, "two-classes", .3},
		{dataset.Annotation{Geometry: rect(10, 10, s, s)}, dataset.Annotation{Geometry: rect(11, 10, s, s), Class: 1}, "", 0},
		{dataset.Annotation{Geometry: rect(10, 10, s, s), Annotator: "ann"}, dataset.Annotation{Geometry: rect(10, 10, s, s), Annotator: "bob"}, "", 0},
		{dataset.Annotation{Geometry: rect(10, 10, s, s), Annotator: "ann"}, dataset.Annotation{Geometry: rect(10, 10, s, s), Annotator: "bob", Class: 1}, "", 0},
		{dataset.Annotation{Geometry: rect(10, 10, s, s)}, dataset.Annotation{Geometry: rect(10, 10, s, s), Crowd: true}, "", 0},
		{dataset.Annotation{Geometry: rect(10, 10, s, s)}, dataset.Annotation{Geometry: dataset.Polygon{Parts: [][]float64{square(10, 10, s)}}}, "near-equal", .9},
		{dataset.Annotation{Geometry: rect(10, 10, s, s).Mask(640, 480)}, dataset.Annotation{Geometry: rect(10, 10, s, 90).Mask(640, 480)}, "overlapping", .4 + .4*.1/.15},
		{dataset.Annotation{Geometry: dataset.RotatedBox{X: 200, Y: 200, W: s, H: 50, Angle: 370}}, dataset.Annotation{Geometry: dataset.RotatedBox{X: 200, Y: 200, W: s, H: 50, Angle: 10}}, "equal", 1},
		{dataset.Annotation{}, dataset.Annotation{}, "", 0},
		{dataset.Annotation{Geometry: rect(10, 10, s, s)}, dataset.Annotation{}, "", 0},
	} {
		ds := plain()
		c.a.Image, c.b.Image = 7, 7
		ds.Annotations = append(ds.Annotations, c.a, c.b)
		r := check(ds, Columns{})
		if c.rule == "" {
			if len(r.Findings) != 0 {
				t.Errorf("case %d gives %v", i, told(ds, r))
			}
			continue
		}
		if len(r.Findings) != 1 || r.Findings[0].Kind != dataset.DuplicateObject || r.Findings[0].Evidence["rule"] != c.rule {
			t.Errorf("case %d gives %v, expected %s", i, told(ds, r), c.rule)
			continue
		}
		f, p := r.Findings[0], c.p
		if c.rule == "two-classes" {
			p *= 1 - 1./float64(len(ds.Annotations))/MaxPrevalence
		}
		if f.Annotation != len(ds.Annotations)-1 || math.Abs(f.Probability-p) > 1e-9 || f.Evidence["kept"] != "07#1" {
			t.Errorf("case %d: %+v, expected probability %g", i, f, p)
		}
		if (f.Suggestion != nil) != (c.rule != "two-classes") {
			t.Errorf("case %d: suggested is %+v", i, f.Suggestion)
		}
	}
}

// The higher score stays, and of many equal marks each but one is found once.
func TestWhichDuplicateStays(t *testing.T) {
	ds := plain()
	for i := range 3000 {
		ds.Annotations = append(ds.Annotations, dataset.Annotation{Image: 7, Class: 1, Score: float64(i%2) / 2, Geometry: dataset.Box{X: 10, Y: 20, W: 200, H: 300}})
	}
	r := check(ds, Columns{})
	if len(r.Findings) != 2999 || len(r.Suppressed) != 0 {
		t.Fatalf("%d findings, suppressed %v", len(r.Findings), r.Suppressed)
	}
	seen := map[int]bool{}
	for _, f := range r.Findings {
		seen[f.Annotation] = true
	}
	if len(seen) != 2999 || seen[21] {
		t.Errorf("%d annotations were found; the first with the high score too: %v", len(seen), seen[21])
	}
}

func TestFrames(t *testing.T) {
	inside, tall, wide := dataset.Box{X: 10, Y: 10, W: 100, H: 100}, dataset.Box{X: 10, Y: 10, W: 100, H: 600}, dataset.Box{X: 10, Y: 10, W: 600, H: 100}
	for i, c := range []struct {
		stated, stored [2]int
		orientation    int
		g              dataset.Geometry
		rules          string
		p              float64
	}{
		{[2]int{640, 480}, [2]int{640, 480}, 1, wide, "", 0},
		{[2]int{640, 480}, [2]int{0, 0}, 0, wide, "", 0},
		{[2]int{640, 480}, [2]int{0, 0}, 0, tall, "partly-outside", 0},
		{[2]int{0, 0}, [2]int{640, 480}, 1, tall, "partly-outside", 0},
		{[2]int{0, 0}, [2]int{0, 0}, 0, tall, "", 0},
		{[2]int{640, 480}, [2]int{1280, 960}, 1, wide, "size", .8},
		{[2]int{1280, 960}, [2]int{640, 480}, 1, dataset.Box{X: 10, Y: 10, W: 1200, H: 100}, "size", 1},
		{[2]int{640, 480}, [2]int{320, 240}, 0, nil, "size", 1},
		{[2]int{480, 640}, [2]int{640, 480}, 1, wide, "size", .8},
		{[2]int{480, 640}, [2]int{640, 480}, 6, tall, "", 0},
		{[2]int{0, 0}, [2]int{640, 480}, 6, tall, "", 0},
		{[2]int{0, 0}, [2]int{640, 480}, 6, wide, "unrotated", .9},
		{[2]int{0, 0}, [2]int{640, 480}, 6, inside, "", 0},
		{[2]int{0, 0}, [2]int{640, 480}, 3, wide, "", 0},
		{[2]int{640, 480}, [2]int{640, 480}, 8, inside, "unrotated", .5},
		{[2]int{640, 480}, [2]int{640, 480}, 8, wide, "unrotated", .9},
		{[2]int{640, 480}, [2]int{640, 480}, 8, nil, "", 0},
		{[2]int{0, 0}, [2]int{640, 480}, 6, wide.Mask(640, 480), "unrotated", .9},
		{[2]int{0, 0}, [2]int{640, 480}, 6, tall.Mask(480, 640), "", 0},
	} {
		ds := plain()
		cols := columns(ds)
		ds.Annotations[7].Geometry = c.g
		ds.Images[7].Width, ds.Images[7].Height = c.stated[0], c.stated[1]
		cols.Width[7], cols.Height[7], cols.Orientation[7] = c.stored[0], c.stored[1], c.orientation
		r := check(ds, cols)
		if c.rules == "" {
			if len(r.Findings) != 0 {
				t.Errorf("case %d gives %v", i, told(ds, r))
			}
			continue
		}
		if len(r.Findings) != 1 || r.Findings[0].Evidence["rule"] != c.rules {
			t.Errorf("case %d gives %v, expected %s", i, told(ds, r), c.rules)
			continue
		}
		f := r.Findings[0]
		if p := c.p * (1 - 1./20/MaxPrevalence); c.p > 0 && (math.Abs(f.Probability-p) > 1e-9 || f.Annotation != dataset.None || f.Image != 7) {
			t.Errorf("case %d: %+v, expected probability %g", i, f, p)
		}
	}
}

func TestUnlabelledImages(t *testing.T) {
	without := func(change func(ds *dataset.Dataset), images ...int) Result {
		ds := plain()
		ds.Annotations = slices.DeleteFunc(ds.Annotations, func(a dataset.Annotation) bool { return slices.Contains(images, a.Image) })
		if change != nil {
			change(ds)
		}
		return check(ds, Columns{})
	}
	if r := without(nil, 3, 4); len(r.Findings) != 2 || r.Findings[0].Image != 3 || math.Abs(r.Findings[0].Probability-.3*.8) > 1e-9 {
		t.Errorf("two of 20 give %+v", r)
	}
	most := []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10}
	if r := without(nil, most...); len(r.Findings) != 0 || len(r.Suppressed) != 1 || r.Suppressed[0].Count != 11 || r.Suppressed[0].Of != 20 {
		t.Errorf("eleven of 20 give %+v", r)
	}
	apart := func(ds *dataset.Dataset) {
		for _, i := range most {
			ds.Images[i].Split = "test"
		}
	}
	if r := without(apart, most...); len(r.Findings)+len(r.Suppressed) != 0 {
		t.Errorf("a split without annotations gives %+v", r)
	}
	labels := func(ds *dataset.Dataset) {
		for i := range ds.Annotations {
			ds.Annotations[i].Geometry = nil
		}
	}
	if r := without(labels, 3, 4); len(r.Findings) != 0 {
		t.Errorf("labels of whole images give %+v", r)
	}
	if r := without(func(ds *dataset.Dataset) { ds.Predictions = true }, 3); len(r.Findings) != 0 {
		t.Errorf("predictions give %+v", r)
	}
}

// What most objects have is named once; facts are never silent.
func TestHabits(t *testing.T) {
	ds := plain()
	for i := range 11 {
		ds.Annotations[i].Geometry = dataset.Box{X: 600, Y: 10, W: 100, H: 100}
	}
	r := check(ds, Columns{})
	if len(r.Findings) != 0 || len(r.Suppressed) != 1 || r.Suppressed[0].Rule != "partly-outside" || !strings.Contains(r.Suppressed[0].Message, "11 of 20 objects (55 %)") {
		t.Errorf("eleven of 20 outside give %+v", r)
	}
	if r := Check(ds, dataset.NewIndex(ds), Columns{}, Options{MaxPrevalence: 1}); len(r.Findings) != 11 {
		t.Errorf("with all allowed there are %d findings", len(r.Findings))
	}
	for i := range ds.Annotations {
		ds.Annotations[i].Geometry = dataset.Box{X: 600}
	}
	if r := check(ds, Columns{}); len(r.Findings) != 20 || r.Findings[0].Probability != 1 {
		t.Errorf("20 boxes without area give %+v", r)
	}
}

func TestOneFindingOfAKindAndOrder(t *testing.T) {
	ds := plain()
	for i := range 40 {
		g := []dataset.Geometry{
			dataset.Box{X: 600, Y: 10, W: 100, H: 100}, dataset.Box{X: 600, Y: 10, W: 100, H: 101}, dataset.Box{X: 1000, Y: 10, W: 0, H: 100},
			dataset.Polygon{Parts: [][]float64{{600, 0, 700, 100, 700, 0, 600, 100}}, Stated: dataset.Box{X: 1, Y: 1, W: 2, H: 2}},
		}[i%4]
		ds.Annotations = append(ds.Annotations, dataset.Annotation{Image: i % 10, Class: i % 2, Geometry: g})
	}
	c := columns(ds)
	c.Width[3], c.Orientation[4] = 1000, 6
	r := check(ds, c)
	if again := check(ds, c); !reflect.DeepEqual(r, again) {
		t.Error("two runs differ")
	}
	ix := dataset.NewIndex(ds)
	ids := map[string]bool{}
	for _, f := range r.Findings {
		if ids[f.ID(ds, ix)] {
			t.Errorf("two findings share the id of %+v", f)
		}
		ids[f.ID(ds, ix)] = true
		if !(f.Probability >= 0 && f.Probability <= 1 && f.Score >= 0 && f.Score <= 1) {
			t.Errorf("score or probability of %+v", f)
		}
		if f.Suggestion != nil {
			ch := dataset.Change{Action: f.Suggestion.Action, Image: f.Image, Annotation: f.Annotation, From: dataset.None, To: dataset.None, Geometry: f.Suggestion.Geometry}
			if err := ch.Check(ds); err != nil {
				t.Errorf("%+v: %v", f, err)
			}
		}
	}
	if len(ids) < 30 {
		t.Errorf("only %d findings", len(ids))
	}
}

// In a crowd no pair is left that is the same, and each finding names one kept.
func TestDuplicatesInACrowd(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	ds := &dataset.Dataset{Classes: []string{"cat", "dog"}, Images: []dataset.Image{{Path: "a", Width: 640, Height: 480}}}
	for range 1500 {
		ds.Annotations = append(ds.Annotations, dataset.Annotation{
			Class: rng.IntN(2), Geometry: rect(100*rng.Float64(), 100*rng.Float64(), 20+40*rng.Float64(), 20+40*rng.Float64())})
	}
	r := check(ds, Columns{})
	gone := map[int]bool{}
	for _, f := range r.Findings {
		gone[f.Annotation] = true
		var kept int
		if _, err := fmt.Sscanf(strings.TrimPrefix(f.Evidence["kept"].(string), "a"), "#%d", &kept); err != nil && f.Evidence["kept"] != "a" {
			t.Fatal(err)
		}
		if iou := dataset.IoU(ds.Annotations[kept].Geometry, ds.Annotations[f.Annotation].Geometry); iou < NearIoU || iou != f.Evidence["iou"] || kept >= f.Annotation {
			t.Errorf("IoU %g with %d of %+v", iou, kept, f)
		}
	}
	if len(r.Findings) < 100 {
		t.Fatalf("only %d findings", len(r.Findings))
	}
	for i, a := range ds.Annotations {
		for j, b := range ds.Annotations[:i] {
			if !gone[i] && !gone[j] && a.Class == b.Class && dataset.IoU(a.Geometry, b.Geometry) >= NearIoU {
				t.Errorf("%d and %d are both left", i, j)
			}
		}
	}
}
