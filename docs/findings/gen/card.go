package main

import (
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"strings"

	xdraw "golang.org/x/image/draw"
	"golang.org/x/image/font"
	"golang.org/x/image/font/inconsolata"
	"golang.org/x/image/math/fixed"
)

// The measures of a card in pixels.
const (
	width  = 720
	edge   = 16 // around everything
	tile   = 160
	gap    = 16 // between tiles
	glyphW = 8
	lineH  = 20
)

var (
	paper  = color.RGBA{255, 255, 255, 255}
	frame  = color.RGBA{218, 222, 228, 255}
	ink    = color.RGBA{31, 36, 45, 255}
	faint  = color.RGBA{104, 112, 125, 255}
	wrong  = color.RGBA{184, 44, 38, 255}
	right  = color.RGBA{24, 112, 66, 255}
	accent = color.RGBA{38, 92, 168, 255}
	amber  = color.RGBA{158, 92, 8, 255}
	wash   = color.RGBA{243, 245, 248, 255}
	blush  = color.RGBA{253, 231, 228, 255}
)

// card is a picture of a page: tiles in a row with captions below.
type card struct {
	*image.RGBA
	x int // where the next tile goes
}

// newCard returns an empty card with room for tiles and lines of captions.
func newCard(lines int) *card {
	return blankCard(2*edge + tile + 8 + lines*lineH - 2)
}

func blankCard(height int) *card {
	c := &card{RGBA: image.NewRGBA(image.Rect(0, 0, width, height)), x: edge}
	c.fill(c.Rect, frame)
	c.fill(c.Rect.Inset(1), paper)
	return c
}

// ofThree moves the first tile so that three of them stand in the middle.
func (c *card) ofThree() *card {
	c.x = (width - 3*tile - 2*gap) / 2
	return c
}

func (c *card) fill(r image.Rectangle, col color.Color) {
	draw.Draw(c, r, image.NewUniform(col), image.Point{}, draw.Over)
}

// line is one line of a caption; a chip is white on its colour, and an arrow
// stands before what is suggested.
type line struct {
	text        string
	col         color.RGBA
	bold        bool
	chip, arrow bool
}

func say(format string, args ...any) line { return line{text: fmt.Sprintf(format, args...), col: ink} }
func hint(format string, args ...any) line {
	return line{text: fmt.Sprintf(format, args...), col: faint}
}
func chip(col color.RGBA, format string, args ...any) line {
	return line{text: fmt.Sprintf(format, args...), col: col, bold: true, chip: true}
}
func suggest(col color.RGBA, format string, args ...any) line {
	return line{text: fmt.Sprintf(format, args...), col: col, bold: true, arrow: true}
}

// add puts a picture into the next tile, whole and as large as it fits, with
// its caption.
func (c *card) add(img image.Image, caption ...line) {
	r := image.Rect(c.x, edge, c.x+tile, edge+tile)
	c.fill(r, wash)
	b := img.Bounds()
	w, h := tile, tile
	if b.Dx() > b.Dy() {
		h = max(1, tile*b.Dy()/b.Dx())
	} else {
		w = max(1, tile*b.Dx()/b.Dy())
	}
	at := image.Rect(0, 0, w, h).Add(image.Pt(c.x+(tile-w)/2, edge+(tile-h)/2))
	xdraw.CatmullRom.Scale(c, at, img, b, draw.Over, nil)
	for _, side := range []image.Rectangle{
		image.Rect(r.Min.X, r.Min.Y, r.Max.X, r.Min.Y+1), image.Rect(r.Min.X, r.Max.Y-1, r.Max.X, r.Max.Y),
		image.Rect(r.Min.X, r.Min.Y, r.Min.X+1, r.Max.Y), image.Rect(r.Max.X-1, r.Min.Y, r.Max.X, r.Max.Y),
	} {
		c.fill(side, frame)
	}
	c.caption(caption)
	c.x += tile + gap
}

// cover is add for pictures that are nearly square: it fills the tile.
func (c *card) cover(img image.Image, caption ...line) {
	b := img.Bounds()
	side := min(b.Dx(), b.Dy())
	at := b.Min.Add(image.Pt((b.Dx()-side)/2, (b.Dy()-side)/2))
	square := image.NewRGBA(image.Rect(0, 0, side, side))
	draw.Draw(square, square.Rect, img, at, draw.Src)
	c.add(square, caption...)
}

func (c *card) caption(lines []line) {
	for i, l := range lines {
		c.line(image.Pt(c.x, edge+tile+8+i*lineH), l)
	}
}

// line writes a line whose box begins at the point.
func (c *card) line(at image.Point, l line) {
	if l.chip {
		w := len([]rune(l.text))*glyphW + 10
		c.fill(image.Rect(at.X, at.Y, at.X+w, at.Y+18), l.col)
		c.text(at.Add(image.Pt(5, 0)), l.text, paper, true)
		return
	}
	if l.arrow {
		y := at.Y + 9
		c.fill(image.Rect(at.X, y, at.X+11, y+2), l.col)
		for i := range 5 {
			c.fill(image.Rect(at.X+7+i, y-4+i, at.X+8+i, y+6-i), l.col)
		}
		at.X += 18
	}
	c.text(at, l.text, l.col, l.bold)
}

func (c *card) text(at image.Point, s string, col color.Color, bold bool) {
	face := inconsolata.Regular8x16
	if bold {
		face = inconsolata.Bold8x16
	}
	d := font.Drawer{Dst: c, Src: image.NewUniform(col), Face: face, Dot: fixed.P(at.X, at.Y+13)}
	d.DrawString(s)
}

// sign writes a mark of two characters' width between the last tile and the
// next, at the height of the middle of the tiles.
func (c *card) sign(s string) {
	c.text(image.Pt(c.x-gap+(gap-len(s)*glyphW)/2, edge+tile/2-8), s, faint, true)
}

// page draws a sheet of paper with a folded corner and words on it.
func (c *card) page(words string, caption ...line) {
	const w, h, fold = 112, 144, 26
	r := image.Rect(c.x, edge, c.x+tile, edge+tile)
	c.fill(r, wash)
	x, y := c.x+(tile-w)/2, edge+(tile-h)/2
	for dy := range h {
		for dx := range w {
			in := dx-(w-fold) <= dy
			border := dx == 0 || dy == 0 || dx == w-1 || dy == h-1 || dx-(w-fold) == dy ||
				dx-(w-fold) >= 0 && dy <= fold && (dx == w-fold || dy == fold)
			switch {
			case !in:
			case border:
				c.Set(x+dx, y+dy, faint)
			default:
				c.Set(x+dx, y+dy, paper)
			}
		}
	}
	lines := wrap(words, 12)
	for i, l := range lines {
		c.text(image.Pt(x+w/2-len([]rune(l))*glyphW/2, y+h/2+8-len(lines)*9+i*18), l, faint, true)
	}
	c.caption(caption)
	c.x += tile + gap
}

// wrap breaks words into lines of at most n characters.
func wrap(words string, n int) []string {
	var out []string
	for _, w := range strings.Fields(words) {
		if last := len(out) - 1; last >= 0 && len(out[last])+1+len(w) <= n {
			out[last] += " " + w
		} else {
			out = append(out, w)
		}
	}
	return out
}

// encode returns the card as a JPEG of the best quality below maxBytes.
func (c *card) encode() ([]byte, error) {
	var best []byte
	low, high := 50, 92
	for low <= high {
		q := (low + high + 1) / 2
		b, err := jpegOf(c, q)
		if err != nil {
			return nil, err
		}
		if len(b) < maxBytes {
			best, low = b, q+1
		} else {
			high = q - 1
		}
	}
	if best == nil {
		return nil, fmt.Errorf("the picture cannot be put into %d bytes", maxBytes)
	}
	return best, nil
}
