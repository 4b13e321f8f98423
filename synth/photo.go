package synth

import (
	"image"
	"math"
	"math/rand/v2"
)

// studio holds the buffers of one worker; it takes one picture at a time.
type studio struct {
	c   canvas
	out *image.RGBA
}

// take renders the scene. The picture is the studio's until the next take.
func (st *studio) take(s scene) *image.RGBA {
	rng := rand.New(rand.NewPCG(s.seed, 0x70686f746f))
	c := &st.c
	c.resize(s.width, s.height)
	p := &painter{canvas: c, scene: &s, rng: rng, t: textures(), ox: rng.Float32() * tileSide, oy: rng.Float32() * tileSide}
	p.background()
	c.blur(p.focus)
	p.pole()
	p.mount()
	if s.twig {
		p.twig()
	}
	c.blur(s.defocus)
	return st.develop(p)
}

// pole draws the round post behind the sign.
func (p *painter) pole() {
	r := p.radius * p.between(.065, .10)
	lean := float32(math.Tan(p.roll)) * .6
	tone := p.pick([]rgb{hex(0x9a9da0), hex(0x85888b), hex(0x6e7275), hex(0xa7a294)})
	side := p.hour.side
	for y := max(0, int(p.cy-p.radius*.8)); y < p.h; y++ {
		mid := p.cx - lean*(float32(y)-p.cy)
		for x := max(0, int(mid-r-1)); x <= min(p.w-1, int(mid+r+1)); x++ {
			u := (float32(x) + .5 - mid) / r
			across := sqrt(max(0, 1-u*u))
			lit := clamp01(across*.55 + u*side*.6 + .15)
			c := tone.mul(p.light(lit * .9)).scale(.55 + .6*across)
			c = rgb{c[0] + p.hour.flash*.25*across, c[1] + p.hour.flash*.25*across, c[2] + p.hour.flash*.25*across}
			p.over(x, y, c, clamp01((1-abs(u))*r+.5))
		}
	}
}

// mount draws the sign, with the board behind it or the plate below.
func (p *painter) mount() {
	a := art()
	v := newView(p.scene)
	if p.board {
		p.panel(a.back, v.moved(0, 0, 1.22))
	}
	p.panel(a.sign[p.class][p.paper], v.moved(0, 0, 1))
	if p.plate >= 0 {
		p.panel(a.plates[p.plate], v.moved(0, 1.42, .88))
	}
}

// panel draws a sprite as a sheet of metal in the light of the scene.
func (p *painter) panel(s *sprite, v view) {
	x0, y0, x1, y1 := v.bounds(p.w, p.h)
	h := &p.hour
	facing := clamp01(.62 + .45*h.side*float32(math.Sin(p.yaw)) + p.between(-.15, .15))
	if h.glow > 0 { // the sun stands behind the sign
		facing *= .45
	}
	base := p.light(facing)
	for ch := range base {
		base[ch] += h.flash
	}
	slope := p.between(-.16, .16)
	shine, shineAt := p.between(0, .10)*(h.sun[0]+h.flash), p.between(-.6, .6)
	fade := mix(rgb{1, 1, 1}, hex(0xd8cdb8), p.wear)
	edge := p.dapple
	for y := y0; y < y1; y++ {
		for x := x0; x < x1; x++ {
			u, w, level, ok := v.at(float32(x)+.5, float32(y)+.5)
			if !ok {
				continue
			}
			c, a := s.sample(u, w, level)
			if a <= 0 {
				continue
			}
			n := p.t.rough.at(p.oy+u*70, p.ox+w*70)
			m := p.t.soft.at(p.ox+u*60, p.oy+w*60)
			f := 1 + slope*(u+w) - .10*p.wear*n
			if edge > 0 {
				leaf := p.t.rough.at(p.ox+u*34+9, p.oy+w*34)*.65 + m*.35
				f *= 1 - .62*edge*smooth(.40, .66, leaf)
			}
			c = c.mul(base).mul(fade).scale(f)
			c = mix(c, rgb{.10, .085, .06}, p.wear*.55*smooth(.72, 1, m*.6+n*.4)*a) // dirt
			d := u*.8 + w*.6 - shineAt
			g := shine / (1 + 14*d*d) * a
			p.blend(x, y, rgb{c[0] + g, c[1] + g, c[2] + g}, a, h)
		}
	}
}

// blend lays premultiplied light over the pixel, faded by the air between.
func (p *painter) blend(x, y int, c rgb, a float32, h *hour) {
	if h.haze > .9 {
		c = mix(c, h.horizon.scale(a), .22)
	}
	i := (y*p.w + x) * 3
	for ch := range 3 {
		p.pix[i+ch] = p.pix[i+ch]*(1-a) + c[ch]
	}
}

// twig draws a branch near the camera that reaches over a part of the sign.
func (p *painter) twig() {
	turn := (.85 + 1.3*p.rng.Float64()) * math.Pi // from above or from a side
	sin, cos := math.Sincos(turn)
	dx, dy := float32(cos), float32(sin)
	reach := p.between(.55, .95) * p.radius
	tone := p.pick(greens)
	bark := hex(0x4a3b2c).mul(p.light(.5))
	bend := p.between(-.4, .4)
	for t := reach; t < float32(p.w+p.h); t += 1.5 {
		side := bend * (t - reach) * (t - reach) / float32(p.w)
		x0, y0 := p.cx+dx*t-dy*side, p.cy+dy*t+dx*side
		p.disk(x0, y0, .9, func(x, y int, a float32) { p.over(x, y, bark, a) })
		if p.rng.IntN(3) == 0 {
			continue
		}
		c := tone.mul(p.light(p.between(.2, 1))).scale(p.between(.6, 1.5))
		p.leaf(x0, y0, float32(turn)+p.between(-2.2, 2.2)+math.Pi, p.between(3, 6), c)
	}
}

// leaf draws a pointed oval of the given length from its stalk.
func (p *painter) leaf(x0, y0, turn, length float32, c rgb) {
	sin, cos := math.Sincos(float64(turn))
	dx, dy := float32(cos), float32(sin)
	p.disk(x0+dx*length, y0+dy*length, length+1, func(x, y int, _ float32) {
		fx, fy := float32(x)+.5-x0, float32(y)+.5-y0
		along, across := (fx*dx+fy*dy)/(2*length), abs(fy*dx-fx*dy)
		if along > 0 && along < 1 {
			width := 1.7 * length * along * (1 - along)
			p.over(x, y, c.scale(.8+.4*along), clamp01(width-across+.5)*.95)
		}
	})
}

// develop turns light into an 8-bit picture: vignette, white balance, the
// curve of film, noise.
func (st *studio) develop(p *painter) *image.RGBA {
	if st.out == nil || st.out.Rect.Dx() != p.w || st.out.Rect.Dy() != p.h {
		st.out = image.NewRGBA(image.Rect(0, 0, p.w, p.h))
	}
	warm := float32(p.rng.NormFloat64()) * .05
	gain := rgb{p.exposure * (1 + warm), p.exposure, p.exposure * (1 - warm)}
	vignette := p.between(.05, .38)
	nx, ny := p.rng.IntN(tileSide), p.rng.IntN(tileSide)
	half := rgb{float32(p.w) / 2, float32(p.h) / 2}
	for y := range p.h {
		for x := range p.w {
			dx, dy := (float32(x)-half[0])/half[0], (float32(y)-half[1])/half[1]
			f := 1 - vignette*(dx*dx+dy*dy)*.5
			c := p.at(x, y)
			g := p.t.grain[(y+ny)&(tileSide-1)*tileSide+(x+nx)&(tileSide-1)] * p.noise
			i := st.out.PixOffset(x, y)
			for ch := range 3 {
				chroma := p.t.grain[(y+ny+91*ch+37)&(tileSide-1)*tileSide+(x+nx+53*ch)&(tileSide-1)] * p.noise * .45
				v := film(c[ch] * gain[ch] * f)
				st.out.Pix[i+ch] = uint8(min(max(toSRGB[int(v*4095)]+g+chroma+.5, 0), 255))
			}
			st.out.Pix[i+3] = 255
		}
	}
	return st.out
}

// film maps light to [0,1): nearly straight in the shadows, with a shoulder
// that keeps the highlights.
func film(v float32) float32 {
	v = max(v, 0)
	return clamp01(v * (1 + v*.18) / (1 + v*.45) * 1.12)
}
