package synth

import (
	"math"
	"math/rand/v2"
)

// painter paints what stands behind a sign.
type painter struct {
	*canvas
	*scene
	rng    *rand.Rand
	t      *tiles
	ox, oy float32 // where in the tiles this picture looks
}

func (p *painter) between(lo, hi float32) float32 { return lo + (hi-lo)*p.rng.Float32() }

// background fills the canvas.
func (p *painter) background() {
	switch p.place {
	case field:
		p.sky()
		p.trees(float32(p.h)*p.between(.45, .72), float32(p.h)*p.between(.08, .22), .35)
		p.ground(float32(p.h)*p.between(.72, .88), grasses)
	case street:
		p.sky()
		p.houses()
		p.road()
	case forest:
		p.leaves()
	case hills:
		p.sky()
		p.ranges()
		p.ground(float32(p.h)*p.between(.78, .92), grasses)
	case wall:
		p.bricks()
	case lights:
		p.night()
	}
}

var (
	greens  = []rgb{hex(0x3d5a26), hex(0x4f6e2c), hex(0x2f4d2a), hex(0x6b7d32), hex(0x55602a), hex(0xa07a2c), hex(0x8a4f22)}
	grasses = []rgb{hex(0x7c8f45), hex(0x66803a), hex(0x9c9455), hex(0x8a8a52)}
	facades = []rgb{hex(0xc9b79a), hex(0xb5654a), hex(0xd8cfc0), hex(0x8d8f93), hex(0xc98f5a), hex(0x9aa7ad), hex(0xdcc48e), hex(0x74564a)}
	plaster = []rgb{hex(0xb3a892), hex(0x9c9c98), hex(0xc7b9a3), hex(0x8b95a0)}
	brick   = []rgb{hex(0x94503c), hex(0x7e4636), hex(0xa5684a), hex(0x8c6a57)}
	lamps   = []rgb{hex(0xffb347), hex(0xff8a3c), hex(0xfff0d0), hex(0xff4a3a), hex(0x6fd3ff), hex(0x58e08c), hex(0xffd76a)}
)

func (p *painter) pick(from []rgb) rgb { return from[p.rng.IntN(len(from))] }

// light is what falls on a surface that faces the sun by f in [0,1].
func (p *painter) light(f float32) rgb {
	h := &p.hour
	return rgb{h.ambient[0] + h.sun[0]*f, h.ambient[1] + h.sun[1]*f, h.ambient[2] + h.sun[2]*f}
}

func (p *painter) sky() {
	h := &p.hour
	scale := p.between(.9, 1.8)
	sunX, sunY := float32(p.w)*(.5+.5*h.side), float32(p.h)*p.between(.35, .65)
	bright := mix(rgb{1, 1, 1}, h.horizon, .35)
	dull := mix(h.zenith, h.horizon, .7).scale(.85)
	p.fill(func(x, y int) rgb {
		v := float32(y) / float32(p.h)
		c := mix(h.zenith, h.horizon, smooth(-.15, .8, v))
		// Clouds lie flat toward the horizon.
		n := p.t.soft.at(p.ox+float32(x)*scale*.8, p.oy+float32(y)*scale*(1.2+1.6*v))
		d := p.t.rough.at(p.oy+float32(x)*scale*.6, p.ox+float32(y)*scale)
		a := smooth(1-h.clouds-.16, 1-h.clouds+.26, n*.8+d*.2) * (1 - .35*v)
		c = mix(c, mix(bright, dull, smooth(.5, 1, n)*.8), a*.85)
		if h.glow > 0 {
			dx, dy := (float32(x)-sunX)/float32(p.w), (float32(y)-sunY)/float32(p.h)
			g := h.glow / (1 + 26*(dx*dx+dy*dy))
			c = rgb{c[0] + h.sun[0]*g, c[1] + h.sun[1]*g, c[2] + h.sun[2]*g}
		}
		return c
	})
}

// trees draws a wood whose tops wave about the given height.
func (p *painter) trees(base, rise, far float32) {
	tone := p.pick(greens)
	far *= .5 + p.hour.haze
	seed := p.between(0, tileSide)
	wave := p.between(.8, 2.2)
	for x := range p.w {
		top := base - rise*(p.t.soft.at(seed+float32(x)*wave, seed)*1.3+p.t.rough.at(seed, float32(x)*1.7)*.5-.4)
		for y := max(0, int(top)); y < p.h; y++ {
			n := p.t.rough.at(p.ox+float32(x)*2.2, p.oy+float32(y)*2.2)
			lit := smooth(.35, .95, n) * (1 - .5*smooth(0, 40, float32(y)-top))
			c := tone.mul(p.light(lit)).scale(.35 + 1.1*n)
			p.over(x, y, mix(c, p.hour.horizon, min(far, .93)), clamp01(float32(y)+1-top))
		}
	}
}

// ground lays grass or snow below y0, nearer and coarser downward.
func (p *painter) ground(y0 float32, tones []rgb) {
	tone := p.pick(tones)
	for y := max(0, int(y0)); y < p.h; y++ {
		depth := (float32(y) - y0 + 6) / float32(p.h)
		for x := range p.w {
			n := p.t.rough.at(p.ox+(float32(x)-float32(p.w)/2)*.35/depth, p.oy+90/depth)
			c := tone.mul(p.light(.7)).scale(.55 + .75*n)
			p.over(x, y, mix(c, p.hour.horizon, p.hour.haze*.25), clamp01(float32(y)+1-y0))
		}
	}
}

// ranges draws hills, one behind the other, each bluer than the next.
func (p *painter) ranges() {
	n := 2 + p.rng.IntN(3)
	tone := p.pick(greens)
	for i := range n {
		near := float32(i+1) / float32(n)
		base := float32(p.h) * (.42 + .36*near)
		rise := float32(p.h) * p.between(.10, .26)
		seed, wave := p.between(0, tileSide), p.between(.5, 1.3)
		for x := range p.w {
			top := base - rise*(p.t.soft.at(seed+float32(x)*wave, seed)-.3)
			for y := max(0, int(top)); y < p.h; y++ {
				g := p.t.rough.at(p.ox+float32(x)*(1+near), p.oy+float32(y)*(1+near)*1.4)
				c := tone.mul(p.light(.25 + .5*g)).scale(.75 + .5*g)
				far := min(.95, (1-near)*.8+p.hour.haze*.45)
				p.over(x, y, mix(c, mix(p.hour.horizon, p.hour.zenith, .3), far), clamp01(float32(y)+1-top))
			}
		}
	}
}

// leaves fills the picture with foliage, with light coming through.
func (p *painter) leaves() {
	a, b := p.pick(greens), p.pick(greens)
	scale := p.between(.9, 2.4)
	gap := p.between(.80, 1.02)
	through := mix(p.hour.horizon, rgb{1, 1, .92}, .35)
	p.fill(func(x, y int) rgb {
		fx, fy := float32(x)*scale, float32(y)*scale
		n := p.t.rough.at(p.ox+fx, p.oy+fy)
		m := p.t.soft.at(p.oy+fx*.8, p.ox+fy*.8)
		k := p.t.rough.at(p.oy+fx*1.9, p.ox+fy*1.9)
		c := mix(a, b, k).mul(p.light(smooth(.45, 1, n) * m)).scale(.30 + 1.2*n*n + .5*m*k)
		return mix(c, through, smooth(gap, gap+.14, n*.6+m*.4)*.8)
	})
	for range 5 + p.rng.IntN(14) { // drops of light, out of focus
		c, a := mix(through, b, p.between(0, .6)), p.between(.05, .3)
		p.disk(p.between(0, float32(p.w)), p.between(0, float32(p.h)), p.between(2, 8), func(x, y int, cover float32) { p.add(x, y, c, a*cover) })
	}
	p.focus += 1
}

// houses draws fronts with windows on both sides.
func (p *painter) houses() {
	x := -p.between(0, 20)
	for x < float32(p.w) {
		width := float32(p.w) * p.between(.18, .48)
		middle := math.Abs(float64((x+width/2)/float32(p.w) - .5))
		top := float32(p.h) * (p.between(.18, .62) - float32(middle)*.5)
		tone, roof := p.pick(facades), p.pick([]rgb{hex(0x5a3a30), hex(0x3f4247), hex(0x6f4a3a)})
		lit := p.between(.1, 1)
		cellW, cellH := p.between(8, 14), p.between(11, 17)
		winW, winH := p.between(.35, .6), p.between(.45, .65)
		roofH := p.between(0, 9)
		glass := mix(hex(0x2b3440), p.hour.horizon, p.between(.1, .5))
		for y := max(0, int(top-roofH)); y < p.h; y++ {
			for px := max(0, int(x)); px < min(p.w, int(x+width)); px++ {
				fx, fy := float32(px)-x, float32(y)-top
				n := p.t.rough.at(p.ox+float32(px)*1.5, p.oy+float32(y)*1.5)
				c := tone.mul(p.light(lit)).scale(.85 + .3*n)
				if fy < 0 {
					c = roof.mul(p.light(lit)).scale(.8 + .4*n)
				} else if u, v := fx/cellW, fy/cellH; fx > 3 && fx < width-3 {
					du, dv := u-floor(u)-.5, v-floor(v)-.5
					w := clamp01((winW/2-abs(du))*cellW+.5) * clamp01((winH/2-abs(dv))*cellH+.5)
					c = mix(c, glass.scale(.7+.6*n), w)
				}
				p.set(px, y, mix(c, p.hour.horizon, p.hour.haze*.4))
			}
		}
		x += width
	}
	if p.rng.IntN(2) == 0 {
		p.trees(float32(p.h)*p.between(.55, .8), float32(p.h)*p.between(.1, .3), .1)
	}
}

// road draws asphalt with a kerb and a marking toward a far point.
func (p *painter) road() {
	y0 := float32(p.h) * p.between(.72, .86)
	vx := float32(p.w) * p.between(.2, .8)
	lane := p.between(-1.2, 1.2)
	for y := max(0, int(y0)); y < p.h; y++ {
		depth := (float32(y) - y0 + 4) / float32(p.h)
		for x := range p.w {
			u := (float32(x) - vx) / float32(p.w) / depth
			n := p.t.rough.at(p.ox+u*60, p.oy+70/depth)
			c := hex(0x6f7074).mul(p.light(.6)).scale(.75 + .5*n)
			dash := 1 / depth
			if line := smooth(.22, .14, abs(u-lane*2)); line > 0 && dash/3-floor(dash/3) < .6 {
				c = mix(c, hex(0xe8e6da).mul(p.light(.7)), line*.85)
			}
			if u > 4.2 || u < -4.2 {
				c = hex(0xa8a49a).mul(p.light(.6)).scale(.8 + .4*n)
			}
			p.over(x, y, c, clamp01(float32(y)+1-y0))
		}
	}
}

// bricks draws a wall, of bricks or of plaster, with stains and a lit side.
func (p *painter) bricks() {
	laid := p.rng.IntN(5) < 3
	tone := p.pick(plaster)
	if laid {
		tone = p.pick(brick)
	}
	bw, bh := p.between(15, 26), p.between(5.5, 9)
	mortar := mix(tone, hex(0xb9b2a6), .6)
	shade := p.between(-.3, .3)
	turn := p.between(-.06, .06)
	p.fill(func(x, y int) rgb {
		fx, fy := float32(x)+float32(y)*turn, float32(y)-float32(x)*turn
		n := p.t.rough.at(p.ox+fx*1.6, p.oy+fy*1.6)
		m := p.t.soft.at(p.oy+fx, p.ox+fy)
		c := tone.scale(.75 + .35*n + .2*m)
		if laid {
			row := floor(fy / bh)
			u, v := fx/bw+row*.5, fy/bh
			col := floor(u)
			each := p.t.grain.at(p.ox+col*7, p.oy+row*13)
			edge := min(min(u-col, col+1-u)*bw, min(v-row, row+1-v)*bh)
			c = mix(mortar.scale(.7+.4*n), c.scale(1+.13*each), smooth(.2, 1.1, edge))
		}
		return c.mul(p.light(.55)).scale(1 + shade*(float32(x)/float32(p.w)-.5)*2 - .15*m)
	})
	p.focus *= .5
}

// night draws the dark with lamps out of focus.
func (p *painter) night() {
	h := &p.hour
	p.fill(func(x, y int) rgb {
		v := float32(y) / float32(p.h)
		n := p.t.soft.at(p.ox+float32(x), p.oy+float32(y))
		return mix(h.zenith, h.horizon, smooth(.1, 1, v)).scale(.45 + .8*n)
	})
	for range 8 + p.rng.IntN(22) {
		c := p.pick(lamps)
		a := p.between(.06, .55)
		r := p.between(1.5, 10)
		cx, cy := p.between(0, float32(p.w)), float32(p.h)*(.62+.2*float32(p.rng.NormFloat64()))
		p.disk(cx, cy, r, func(x, y int, cover float32) {
			dx, dy := float32(x)+.5-cx, float32(y)+.5-cy
			rim := .65 + .5*(dx*dx+dy*dy)/(r*r) // lenses draw a brighter edge
			p.add(x, y, c, a*cover*rim)
		})
	}
	p.focus = min(p.focus, 1)
}

func abs(v float32) float32 { return max(v, -v) }
