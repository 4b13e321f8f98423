package report

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"io"
	"math"
	"strconv"
	"unicode/utf8"

	"github.com/errata-cv/errata/dataset"
)

// Version is the version of the JSON form. It grows when a field changes its
// meaning or goes away; new fields may appear without.
const Version = 1

// JSON writes the result as the object that the package comment lays down, one
// finding a line. It streams: memory does not grow with the text.
func JSON(w io.Writer, r *Result) error {
	r = r.indexed()
	e := &encoder{w: bufio.NewWriterSize(w, 1<<16)}
	e.raw("{\n\"version\": " + strconv.Itoa(Version))
	e.raw(",\n\"dataset\": {\"name\": ")
	e.text(r.Dataset.Name)
	e.raw(", \"images\": " + strconv.Itoa(len(r.Dataset.Images)))
	e.raw(", \"annotations\": " + strconv.Itoa(len(r.Dataset.Annotations)))
	e.raw(", \"classes\": " + strconv.Itoa(len(r.Dataset.Classes)))
	e.raw("},\n\"counts\": {")
	for i, c := range r.Counts() {
		if i > 0 {
			e.raw(", ")
		}
		e.text(string(c.Kind))
		e.raw(": " + strconv.Itoa(c.Count))
	}
	e.raw("},\n\"estimate\": ")
	if r.Estimate == nil {
		e.raw("null")
	} else {
		e.raw("{\"errors\": ")
		e.number(r.Estimate.Errors)
		e.raw(", \"low\": ")
		e.number(r.Estimate.Low)
		e.raw(", \"high\": ")
		e.number(r.Estimate.High)
		e.raw("}")
	}
	e.raw(",\n\"findings\": [")
	for n, i := range r.ranked() {
		if n > 0 {
			e.raw(",")
		}
		e.raw("\n")
		e.finding(r, &r.Findings[i])
		if e.err != nil {
			return e.err
		}
	}
	e.raw("\n]\n}\n")
	if e.err != nil {
		return e.err
	}
	return e.w.Flush()
}

// finding writes one finding on one line.
func (e *encoder) finding(r *Result, f *dataset.Finding) {
	e.raw("{\"id\": ")
	e.text(f.ID(r.Dataset, r.Index))
	e.raw(", \"kind\": ")
	e.text(string(f.Kind))
	e.raw(", \"image\": ")
	if im, ok := r.target(f); ok {
		path := r.Dataset.Images[im].Path
		e.text(path)
		if !utf8.ValidString(path) {
			e.raw(", \"image_bytes\": ")
			e.text(base64.StdEncoding.EncodeToString([]byte(path)))
		}
	} else {
		e.raw("null")
	}
	e.raw(", \"annotation\": ")
	if f.Annotation != dataset.None && r.Dataset.Annotations[f.Annotation].ID != "" {
		e.text(r.Dataset.Annotations[f.Annotation].ID)
	} else {
		e.raw("null")
	}
	e.raw(", \"label\": ")
	given, _ := r.given(f)
	e.class(r, given)
	e.raw(", \"suggestion\": ")
	if s := f.Suggestion; s != nil {
		e.raw("{\"class\": ")
		if s.Class != dataset.None {
			e.class(r, s.Class)
		} else {
			e.raw("null")
		}
		e.raw(", \"box\": ")
		if s.Geometry != nil {
			b := s.Geometry.Bounds()
			e.value([]float64{b.X, b.Y, b.W, b.H})
		} else {
			e.raw("null")
		}
		e.raw(", \"action\": ")
		e.text(string(s.Action))
		e.raw("}")
	} else {
		e.raw("null")
	}
	e.raw(", \"score\": ")
	e.number(f.Score)
	e.raw(", \"probability\": ")
	e.number(f.Probability)
	e.raw(", \"evidence\": ")
	e.value(evidence(r, f))
	e.raw("}")
}

// evidence returns what the finding brings, with its sentence as "message" and
// the paths of the other images as "others" where it has them.
func evidence(r *Result, f *dataset.Finding) map[string]any {
	out := make(map[string]any, len(f.Evidence)+2)
	if f.Message != "" {
		out["message"] = f.Message
	}
	if len(f.Others) > 0 {
		others := make([]string, len(f.Others))
		for i, o := range f.Others {
			others[i] = r.Dataset.Images[o].Path
		}
		out["others"] = others
	}
	for k, v := range f.Evidence {
		out[k] = v
	}
	return out
}

// encoder writes JSON text. It keeps the first error and writes nothing after.
type encoder struct {
	w   *bufio.Writer
	buf []byte
	err error
}

func (e *encoder) raw(s string) {
	if e.err == nil {
		_, e.err = e.w.WriteString(s)
	}
}

func (e *encoder) bytes(b []byte) {
	if e.err == nil {
		_, e.err = e.w.Write(b)
	}
}

// text writes a string; bytes that are not UTF-8 are spelt \xff.
func (e *encoder) text(s string) {
	b, err := json.Marshal(validUTF8(s))
	if err != nil && e.err == nil {
		e.err = err
	}
	e.bytes(b)
}

// class writes the name of a class, or null.
func (e *encoder) class(r *Result, c int) {
	if name, ok := r.class(c); ok {
		e.text(name)
	} else {
		e.raw("null")
	}
}

// number writes a number, or null for one that JSON cannot hold.
func (e *encoder) number(v float64) { e.float(v, 64) }

// float writes a number of 32 or 64 bits with the fewest digits that give it
// back.
func (e *encoder) float(v float64, bits int) {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		e.raw("null")
		return
	}
	e.buf = appendNumber(e.buf[:0], v, bits)
	e.bytes(e.buf)
}

// appendNumber spells v with the fewest digits that give it back.
func appendNumber(b []byte, v float64, bits int) []byte {
	format := byte('f')
	if a := math.Abs(v); a != 0 && (a < 1e-6 || a >= 1e21) {
		format = 'e'
	}
	return strconv.AppendFloat(b, v, format, -1, bits)
}
