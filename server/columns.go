package server

import (
	"encoding/binary"
	"encoding/json"
	"io"
	"math"

	"github.com/errata-cv/errata/dataset"
)

// Verdict codes of the verdict column.
const (
	verdictNone uint8 = iota
	verdictAccept
	verdictKeep
	verdictRelabel
	verdictDrop
	verdictUnsure
	verdictSkip
)

// Label codes of the label column beside the class ids.
const (
	labelNone    uint32 = 0xFFFFFFFF
	labelDropped uint32 = 0xFFFFFFFE
	labelDeleted uint32 = 0xFFFFFFFD
	labelMoved   uint32 = 0xFFFFFFFC
)

var verdictCodes = map[dataset.Verdict]uint8{
	dataset.Accept: verdictAccept, dataset.Keep: verdictKeep, dataset.Relabel: verdictRelabel,
	dataset.Drop: verdictDrop, dataset.Unsure: verdictUnsure, dataset.Skip: verdictSkip,
}

// column is one little-endian array of the columns response.
type column struct {
	name, kind string
	width      int
	put        func(b []byte, i int)
}

// writeColumns writes a view as columns: a little-endian uint32 with the length
// of the JSON header that follows, the header {count, columns: [{name, type,
// offset}]}, and the arrays, each at its offset from the start of the body, a
// multiple of eight.
func (s *Server) writeColumns(w io.Writer, v *View) error {
	u32 := func(name string, at func(i int) uint32) column {
		return column{name, "u32", 4, func(b []byte, i int) { binary.LittleEndian.PutUint32(b, at(i)) }}
	}
	f32 := func(name string, at func(i int) float32) column {
		return column{name, "f32", 4, func(b []byte, i int) { binary.LittleEndian.PutUint32(b, math.Float32bits(at(i))) }}
	}
	verdicts := make([]uint8, len(v.items))
	labels := make([]uint32, len(v.items))
	s.mu.RLock()
	for i, it := range v.items {
		verdicts[i], labels[i] = s.verdict(v.kind, it)
	}
	s.mu.RUnlock()
	columns := []column{
		u32("image", func(i int) uint32 { return uint32(v.items[i].image) }),
		u32("annotation", func(i int) uint32 { return uint32(v.items[i].annotation) }),
		u32("finding", func(i int) uint32 { return uint32(v.items[i].finding) }),
		u32("given", func(i int) uint32 { return uint32(v.items[i].given) }),
		u32("suggested", func(i int) uint32 { return uint32(v.items[i].suggested) }),
		u32("label", func(i int) uint32 { return labels[i] }),
		f32("probability", func(i int) float32 { return s.probability(v.items[i]) }),
		f32("pGiven", func(i int) float32 { return s.prob(v.items[i].annotation, v.items[i].given) }),
		f32("pSuggested", func(i int) float32 { return s.prob(v.items[i].annotation, v.items[i].suggested) }),
		{"colour", "u16", 2, func(b []byte, i int) { binary.LittleEndian.PutUint16(b, s.colour(v.items[i].image)) }},
		{"verdict", "u8", 1, func(b []byte, i int) { b[0] = verdicts[i] }},
	}
	if s.res.Task == dataset.Objects {
		boxes := make([][4]float32, len(v.items))
		for i, it := range v.items {
			boxes[i] = s.thumbBox(it)
		}
		for k, name := range [4]string{"boxX", "boxY", "boxWidth", "boxHeight"} {
			columns = append(columns, f32(name, func(i int) float32 { return boxes[i][k] }))
		}
	}
	return writeArrays(w, len(v.items), columns)
}

func writeArrays(w io.Writer, n int, columns []column) error {
	type entry struct {
		Name   string `json:"name"`
		Type   string `json:"type"`
		Offset int    `json:"offset"`
	}
	header := struct {
		Count   int     `json:"count"`
		Columns []entry `json:"columns"`
	}{Count: n}
	const room = 2048 // the header is padded to this with spaces, so offsets are known before it is
	offset := 4 + room
	for _, c := range columns {
		offset = (offset + 7) &^ 7
		header.Columns = append(header.Columns, entry{c.name, c.kind, offset})
		offset += n * c.width
	}
	text, err := json.Marshal(header)
	if err != nil {
		return err
	}
	body := make([]byte, offset)
	binary.LittleEndian.PutUint32(body, room)
	for i := range room {
		body[4+i] = ' '
	}
	copy(body[4:4+room], text)
	for k, c := range columns {
		at := body[header.Columns[k].Offset:]
		for i := range n {
			c.put(at[i*c.width:], i)
		}
	}
	_, err = w.Write(body)
	return err
}

// probability is that of an error as a page shows it: NaN for a label that was
// not judged.
func (s *Server) probability(it item) float32 {
	if it.finding == dataset.None && (len(s.res.Labels) == 0 || !s.res.Labels[it.annotation].Judged) {
		return float32(math.NaN())
	}
	return it.probability
}

// prob returns the out-of-sample probability of a class for an annotation, NaN
// where there is none.
func (s *Server) prob(annotation, class int32) float32 {
	if s.res.Probs == nil || annotation == dataset.None || class < 0 {
		return float32(math.NaN())
	}
	return s.res.Probs.Row(int(annotation))[class]
}

// colour returns the mean colour of an image as RGB565, a mid grey where it
// could not be decoded.
func (s *Server) colour(image int32) uint16 {
	c := s.res.Images[image]
	if c == nil {
		return 0x8410
	}
	r, g, b := uint16(c.Mean[0]), uint16(c.Mean[1]), uint16(c.Mean[2])
	return r>>3<<11 | g>>2<<5 | b>>3
}
