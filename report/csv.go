package report

import (
	"encoding/csv"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/errata-cv/errata/dataset"
)

// CSV writes one row a finding, most probable first: id, kind, image,
// annotation, label, suggestion, action, score, probability, message. What
// does not apply is an empty cell.
func CSV(w io.Writer, r *Result) error {
	r = r.indexed()
	out := csv.NewWriter(w)
	row := []string{"id", "kind", "image", "annotation", "label", "suggestion", "action", "score", "probability", "message"}
	if err := out.Write(row); err != nil {
		return err
	}
	for _, i := range r.ranked() {
		f := &r.Findings[i]
		clear(row)
		row[0], row[1] = f.ID(r.Dataset, r.Index), string(f.Kind)
		if im, ok := r.target(f); ok {
			row[2] = validUTF8(r.Dataset.Images[im].Path)
		}
		if f.Annotation != dataset.None {
			row[3] = validUTF8(r.annotation(f.Annotation))
		}
		given, _ := r.given(f)
		row[4] = r.cell(given)
		if s := f.Suggestion; s != nil {
			if s.Action == dataset.SetClass {
				row[5] = r.cell(s.Class)
			}
			row[6] = string(s.Action)
		}
		row[7], row[8] = number(f.Score), number(f.Probability)
		row[9] = validUTF8(f.Message)
		if err := out.Write(row); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// Scores writes one row for every label that was judged, in the order of
// Result.Scores: image, annotation, label, suggestion, score, probability. The
// annotation is its ID in the source, or else its ordinal among the labels of
// its image when that is above zero, so that image and annotation together
// name one label.
func Scores(w io.Writer, r *Result) error {
	r = r.indexed()
	out := csv.NewWriter(w)
	row := []string{"image", "annotation", "label", "suggestion", "score", "probability"}
	if r.Arrays {
		row[0] = "index"
	}
	if err := out.Write(row); err != nil {
		return err
	}
	for _, s := range r.Scores {
		a := r.Dataset.Annotations[s.Annotation]
		row[0] = validUTF8(r.Dataset.Images[a.Image].Path)
		if r.Arrays {
			row[0] = strconv.Itoa(a.Image)
		}
		row[1] = validUTF8(r.annotation(s.Annotation))
		row[2], row[3] = r.cell(a.Class), r.cell(s.Suggestion)
		row[4], row[5] = number(s.Score), number(s.Probability)
		if err := out.Write(row); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// annotation returns what names annotation a among the labels of its image.
func (r *Result) annotation(a int) string {
	if id := r.Dataset.Annotations[a].ID; id != "" {
		return id
	}
	if n := r.Index.Key(a).Ordinal; n > 0 {
		return strconv.Itoa(n)
	}
	return ""
}

// cell returns the name of a class, empty for dataset.None.
func (r *Result) cell(c int) string {
	name, _ := r.class(c)
	return validUTF8(name)
}

// number spells a number for a CSV cell.
func number(v float64) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return ""
	}
	return string(appendNumber(nil, v, 64))
}

// validUTF8 returns s with every byte that is not UTF-8 spelt \xff, the way of
// Python's backslashreplace.
func validUTF8(s string) string {
	if strings.ToValidUTF8(s, "") == s {
		return s
	}
	const digits = "0123456789abcdef"
	var b strings.Builder
	for i, c := range s {
		if c == '�' && !strings.HasPrefix(s[i:], "�") {
			b.WriteString(`\x`)
			b.WriteByte(digits[s[i]>>4])
			b.WriteByte(digits[s[i]&15])
			continue
		}
		b.WriteRune(c)
	}
	return b.String()
}
