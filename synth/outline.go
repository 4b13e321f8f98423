package synth

import (
	"image"
	"image/draw"
	"math"

	"golang.org/x/image/vector"
)

// spriteSide is the side of a sprite's finest level in texels; it is drawn at
// twice that.
const (
	spriteSide = 256
	penSide    = 2 * spriteSide
)

// point is a place on a sign: the sign fills [-1,1]², y points down.
type point struct{ x, y float64 }

// sprite is a drawing in linear light with premultiplied alpha, in levels of
// falling size: level i has side spriteSide>>i, 4 values a texel.
type sprite struct{ level [][]float32 }

// pen draws filled shapes that become a sprite.
type pen struct {
	pix  []float32 // penSide² texels
	r    *vector.Rasterizer
	mask *image.Alpha
}

func newPen() *pen {
	return &pen{
		pix:  make([]float32, penSide*penSide*4),
		r:    vector.NewRasterizer(penSide, penSide),
		mask: image.NewAlpha(image.Rect(0, 0, penSide, penSide)),
	}
}

// polygon adds a closed outline to the shape being drawn. Outlines that wind
// the same way join; polygon turns each one the same way round.
func (p *pen) polygon(pts ...point) {
	var area float64
	for i, a := range pts {
		b := pts[(i+1)%len(pts)]
		area += a.x*b.y - b.x*a.y
	}
	at := func(i int) (x, y float32) {
		if area < 0 {
			i = len(pts) - 1 - i
		}
		const half = penSide / 2
		return float32(half + pts[i].x*half), float32(half + pts[i].y*half)
	}
	p.r.MoveTo(at(0))
	for i := 1; i < len(pts); i++ {
		p.r.LineTo(at(i))
	}
	p.r.ClosePath()
}

// paint fills the outlines added since the last paint.
func (p *pen) paint(c rgb) {
	p.r.DrawOp = draw.Src
	p.r.Draw(p.mask, p.mask.Bounds(), image.Opaque, image.Point{})
	p.r.Reset(penSide, penSide)
	for i, m := range p.mask.Pix {
		if m == 0 {
			continue
		}
		a := float32(m) / 255
		q := p.pix[4*i : 4*i+4 : 4*i+4]
		for ch := range 3 {
			q[ch] += (c[ch] - q[ch]) * a
		}
		q[3] += (1 - q[3]) * a
	}
}

// finish returns the drawing with all its levels.
func (p *pen) finish() *sprite {
	s, src := &sprite{}, p.pix
	for side := spriteSide; side >= 8; side /= 2 {
		dst := make([]float32, side*side*4)
		for y := range side {
			for x := range side {
				for ch := range 4 {
					i := (2*y*2*side + 2*x) * 4
					dst[(y*side+x)*4+ch] = (src[i+ch] + src[i+4+ch] + src[i+8*side+ch] + src[i+8*side+4+ch]) / 4
				}
			}
		}
		s.level = append(s.level, dst)
		src = dst
	}
	return s
}

// disk adds an ellipse.
func (p *pen) disk(c point, rx, ry float64) { p.polygon(arc(c, rx, ry, 0, 359)...) }

// stroke adds a line of the given width through pts, with round joints and,
// when capped, round ends.
func (p *pen) stroke(width float64, capped bool, pts ...point) {
	r := width / 2
	for i := 1; i < len(pts); i++ {
		a, b := pts[i-1], pts[i]
		dx, dy := b.x-a.x, b.y-a.y
		d := math.Hypot(dx, dy)
		if d == 0 {
			continue
		}
		nx, ny := -dy/d*r, dx/d*r
		p.polygon(point{a.x + nx, a.y + ny}, point{b.x + nx, b.y + ny}, point{b.x - nx, b.y - ny}, point{a.x - nx, a.y - ny})
	}
	for i, c := range pts {
		if inner := i > 0 && i < len(pts)-1; inner || capped {
			p.disk(c, r, r)
		}
	}
}

// arc returns points on an ellipse from angle from to angle to in degrees;
// angles grow clockwise from the right, as y points down.
func arc(c point, rx, ry, from, to float64) []point {
	n := max(2, int(math.Abs(to-from)/6)+1)
	pts := make([]point, n)
	for i := range pts {
		sin, cos := math.Sincos((from + (to-from)*float64(i)/float64(n-1)) * math.Pi / 180)
		pts[i] = point{c.x + rx*cos, c.y + ry*sin}
	}
	return pts
}

// regular returns a regular polygon of n corners, the first at angle from.
func regular(n int, r, from float64) []point {
	pts := make([]point, n)
	for i := range pts {
		sin, cos := math.Sincos((from + 360*float64(i)/float64(n)) * math.Pi / 180)
		pts[i] = point{r * cos, r * sin}
	}
	return pts
}

// rounded returns a convex polygon with its corners cut to arcs of radius r.
func rounded(r float64, pts ...point) []point {
	var out []point
	n := len(pts)
	for i, c := range pts {
		u, v := toward(c, pts[(i+n-1)%n]), toward(c, pts[(i+1)%n])
		half := math.Acos(u.x*v.x+u.y*v.y) / 2
		reach := r / math.Tan(half)
		centre := point{c.x + (u.x+v.x)/(2*math.Cos(half))*r/math.Sin(half), c.y + (u.y+v.y)/(2*math.Cos(half))*r/math.Sin(half)}
		a := math.Atan2(c.y+u.y*reach-centre.y, c.x+u.x*reach-centre.x) * 180 / math.Pi
		b := math.Atan2(c.y+v.y*reach-centre.y, c.x+v.x*reach-centre.x) * 180 / math.Pi
		for b-a > 180 {
			b -= 360
		}
		for b-a < -180 {
			b += 360
		}
		out = append(out, arc(centre, r, r, a, b)...)
	}
	return out
}

// toward returns the unit vector from a to b.
func toward(a, b point) point {
	d := math.Hypot(b.x-a.x, b.y-a.y)
	return point{(b.x - a.x) / d, (b.y - a.y) / d}
}

// moved scales pts by s about the origin and then moves them.
func moved(s, dx, dy float64, pts ...point) []point {
	out := make([]point, len(pts))
	for i, p := range pts {
		out[i] = point{p.x*s + dx, p.y*s + dy}
	}
	return out
}
