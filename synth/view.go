package synth

import (
	"math"
	"math/bits"
)

// view maps pixels of a picture to places on a plane that is turned in space.
type view struct {
	inv    [9]float64 // homography from pixels to the plane
	fwd    [9]float64 // and back
	u0, v0 float32    // the middle of a panel on the plane
	size   float32    // its half side
	texels float32    // texels of the finest level a pixel, about
}

// newView places a plane whose unit is the radius of the sign.
func newView(s *scene) view {
	sy, cy := math.Sincos(s.yaw)
	sp, cp := math.Sincos(s.pitch)
	sr, cr := math.Sincos(s.roll)
	// Rows of roll · pitch · yaw applied to (u, v, 0).
	ax, bx := cr*cy-sr*sp*sy, -sr*cp
	ay, by := sr*cy+cr*sp*sy, cr*cp
	az, bz := -cp*sy, sp
	const distance = 3.4 // of the camera, in radii of the sign
	r := float64(s.radius)
	x0, y0 := float64(s.cx), float64(s.cy)
	// x = x0 + r·d·X/(d+Z): as a homography of (u, v, 1).
	const d = distance
	m := [9]float64{
		r*d*ax + x0*az, r*d*bx + x0*bz, x0 * d,
		r*d*ay + y0*az, r*d*by + y0*bz, y0 * d,
		az, bz, d,
	}
	return view{inv: invert(m), fwd: m, size: 1, texels: spriteSide / 2 / s.radius}
}

// moved returns the view of a panel on the same plane, size times as large,
// with its middle at (u, v).
func (v view) moved(u, w, size float32) view {
	v.u0, v.v0, v.size = u, w, size
	v.texels /= size
	return v
}

// at returns the place of a pixel on the panel, in [-1,1]² and a little
// beyond, and the sprite level to look at.
func (v *view) at(x, y float32) (u, w, level float32, ok bool) {
	fx, fy := float64(x), float64(y)
	m := &v.inv
	z := m[6]*fx + m[7]*fy + m[8]
	u = (float32((m[0]*fx+m[1]*fy+m[2])/z) - v.u0) / v.size
	w = (float32((m[3]*fx+m[4]*fy+m[5])/z) - v.v0) / v.size
	return u, w, v.texels, u > -1.04 && u < 1.04 && w > -1.04 && w < 1.04
}

// bounds returns the pixels that the panel may touch.
func (v *view) bounds(w, h int) (x0, y0, x1, y1 int) {
	x0, y0 = w, h
	for _, c := range square(1.05) {
		a, b := float64(v.u0)+c.x*float64(v.size), float64(v.v0)+c.y*float64(v.size)
		m := &v.fwd
		z := m[6]*a + m[7]*b + m[8]
		x, y := (m[0]*a+m[1]*b+m[2])/z, (m[3]*a+m[4]*b+m[5])/z
		x0, y0 = min(x0, int(x)-1), min(y0, int(y)-1)
		x1, y1 = max(x1, int(x)+2), max(y1, int(y)+2)
	}
	return max(x0, 0), max(y0, 0), min(x1, w), min(y1, h)
}

func invert(m [9]float64) [9]float64 {
	a := m[4]*m[8] - m[5]*m[7]
	b := m[5]*m[6] - m[3]*m[8]
	c := m[3]*m[7] - m[4]*m[6]
	det := m[0]*a + m[1]*b + m[2]*c
	return [9]float64{
		a / det, (m[2]*m[7] - m[1]*m[8]) / det, (m[1]*m[5] - m[2]*m[4]) / det,
		b / det, (m[0]*m[8] - m[2]*m[6]) / det, (m[2]*m[3] - m[0]*m[5]) / det,
		c / det, (m[1]*m[6] - m[0]*m[7]) / det, (m[0]*m[4] - m[1]*m[3]) / det,
	}
}

// sample returns the premultiplied light and the coverage at a place of the
// sprite, seen at so many texels of the finest level a pixel.
func (s *sprite) sample(u, w, texels float32) (c rgb, a float32) {
	t := max(texels*.8, 1) // a little sharper than a pixel is wide
	l := bits.Len(uint(t)) - 1
	f := t/float32(int(1)<<l) - 1 // in [0,1): from level l toward l+1
	if l >= len(s.level)-1 {
		l, f = len(s.level)-2, 1
	}
	c0, a0 := s.bilinear(l, u, w)
	if f <= 0 {
		return c0, a0
	}
	c1, a1 := s.bilinear(l+1, u, w)
	return mix(c0, c1, f), a0 + (a1-a0)*f
}

func (s *sprite) bilinear(l int, u, w float32) (c rgb, a float32) {
	side := spriteSide >> l
	half := float32(side) / 2
	x, y := (u+1)*half-.5, (w+1)*half-.5
	fx, fy := floor(x), floor(y)
	dx, dy := x-fx, y-fy
	pix := s.level[l]
	add := func(ix, iy int, k float32) {
		if ix < 0 || iy < 0 || ix >= side || iy >= side {
			return // transparent beyond the edge
		}
		q := pix[(iy*side+ix)*4 : (iy*side+ix)*4+4]
		c[0] += q[0] * k
		c[1] += q[1] * k
		c[2] += q[2] * k
		a += q[3] * k
	}
	ix, iy := int(fx), int(fy)
	add(ix, iy, (1-dx)*(1-dy))
	add(ix+1, iy, dx*(1-dy))
	add(ix, iy+1, (1-dx)*dy)
	add(ix+1, iy+1, dx*dy)
	return c, a
}
