package report

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"testing"

	"github.com/errata-cv/errata/dataset"
)

func TestJSONGolden(t *testing.T) {
	var b bytes.Buffer
	if err := JSON(&b, sample()); err != nil {
		t.Fatal(err)
	}
	golden(t, "sample.json", b.Bytes())
}

func TestJSONReadsBack(t *testing.T) {
	var b bytes.Buffer
	r := sample()
	if err := JSON(&b, r); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Version int
		Dataset struct {
			Name                         string
			Images, Annotations, Classes int
		}
		Counts   map[string]int
		Estimate *struct{ Errors, Low, High float64 }
		Findings []struct {
			ID, Kind   string
			Image      *string
			ImageBytes string `json:"image_bytes"`
			Annotation *string
			Label      *string
			Suggestion *struct {
				Class  *string
				Box    *[4]float64
				Action string
			}
			Score, Probability *float64
			Evidence           map[string]any
		}
	}
	d := json.NewDecoder(&b)
	d.DisallowUnknownFields()
	if err := d.Decode(&got); err != nil {
		t.Fatal(err)
	}
	if got.Version != Version || got.Dataset.Images != 7 || got.Dataset.Annotations != 8 || got.Dataset.Classes != 4 {
		t.Errorf("the head is %+v", got)
	}
	if got.Counts["wrong-class"] != 4 || got.Counts["blurry"] != 0 || got.Counts["brand-new"] != 1 {
		t.Errorf("the counts are %v", got.Counts)
	}
	last := 2.0
	found := false
	for _, f := range got.Findings {
		p := -1.0
		if f.Probability != nil {
			p = *f.Probability
		}
		if p > last {
			t.Errorf("finding %s of probability %v comes after %v", f.ID, p, last)
		}
		last = p
		if f.ImageBytes != "" {
			raw, err := base64.StdEncoding.DecodeString(f.ImageBytes)
			if err != nil || string(raw) != hostile {
				t.Errorf("image_bytes hold %q, %v", raw, err)
			}
			found = true
		}
	}
	if !found {
		t.Error("the name that is not UTF-8 did not come through")
	}
	if len(got.Findings) != len(r.Findings) {
		t.Errorf("%d findings of %d", len(got.Findings), len(r.Findings))
	}
}

func TestJSONWithoutAnything(t *testing.T) {
	var b bytes.Buffer
	if err := JSON(&b, &Result{Dataset: &dataset.Dataset{Name: "empty"}}); err != nil {
		t.Fatal(err)
	}
	if !json.Valid(b.Bytes()) {
		t.Errorf("not valid: %s", &b)
	}
}

func TestJSONStreams(t *testing.T) {
	const n = 20_000
	r := sample()
	f := r.Findings[0]
	r.Findings = make([]dataset.Finding, n)
	for i := range r.Findings {
		r.Findings[i] = f
	}
	pr, pw := io.Pipe()
	go func() { pw.CloseWithError(JSON(pw, r)) }()
	d := json.NewDecoder(pr)
	depth, objects := 0, 0
	for {
		tok, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		switch tok {
		case json.Delim('{'):
			if depth == 2 {
				objects++
			}
			depth++
		case json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
	}
	if objects != n {
		t.Errorf("%d findings came through of %d", objects, n)
	}
}

type failing struct{ after int }

func (f *failing) Write(p []byte) (int, error) {
	if f.after -= len(p); f.after < 0 {
		return 0, errors.New("disk full")
	}
	return len(p), nil
}

func TestWritersReportErrors(t *testing.T) {
	for name, write := range map[string]func(io.Writer, *Result) error{"json": JSON, "csv": CSV, "scores": Scores} {
		if err := write(&failing{}, sample()); err == nil {
			t.Errorf("%s: a full disk gave no error", name)
		}
	}
}

func TestEvidenceNeverNaN(t *testing.T) {
	r := sample()
	nan := float32(0)
	nan /= nan
	r.Findings[0].Evidence = map[string]any{
		"a": []float32{nan, 1}, "b": map[string]float64{"x": float64(nan)}, "c": []any{nil, "s", 3, true, float64(nan)},
		"d": [][]float64{{float64(nan)}}, "e": (*int)(nil), "f\xff": "g\xff", "h": map[int]string{2: "b", 1: "a"}, "i": dataset.Dark,
	}
	var b bytes.Buffer
	if err := JSON(&b, r); err != nil {
		t.Fatal(err)
	}
	if !json.Valid(b.Bytes()) || bytes.Contains(b.Bytes(), []byte("NaN")) {
		t.Errorf("not valid: %s", &b)
	}
}
