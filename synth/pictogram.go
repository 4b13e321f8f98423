package synth

// limb is a stroke of a pictogram's body.
type limb struct {
	width float64
	line  []point
}

// figure draws a person: a head and limbs with round ends, placed at (dx, dy)
// and scaled by s.
func (p *pen) figure(s, dx, dy float64, head point, size float64, limbs ...limb) {
	h := moved(s, dx, dy, head)[0]
	p.disk(h, size*s, size*s)
	for _, l := range limbs {
		p.stroke(l.width*s, true, moved(s, dx, dy, l.line...)...)
	}
}

// walker draws a person walking to the left in a box of about [-.45,.45] by
// [-1,1].
func (p *pen) walker(s, dx, dy float64) {
	p.figure(s, dx, dy, point{-.06, -.80}, .165,
		limb{.32, []point{{0, -.42}, {.03, -.05}}},
		limb{.15, []point{{-.04, -.48}, {-.30, -.20}, {-.44, .02}}},
		limb{.15, []point{{.06, -.48}, {.28, -.22}, {.36, .04}}},
		limb{.20, []point{{-.02, .02}, {-.18, .42}, {-.44, .92}}},
		limb{.20, []point{{.06, .02}, {.22, .40}, {.46, .88}}})
}

// runner draws a child running to the left, one arm back to hold a hand.
func (p *pen) runner(s, dx, dy float64) {
	p.figure(s, dx, dy, point{-.14, -.74}, .21,
		limb{.34, []point{{-.04, -.38}, {.08, 0}}},
		limb{.15, []point{{-.10, -.42}, {-.38, -.30}, {-.54, -.48}}},
		limb{.15, []point{{.02, -.42}, {.30, -.18}, {.52, -.22}}},
		limb{.20, []point{{.02, .06}, {-.30, .32}, {-.28, .84}}},
		limb{.20, []point{{.12, .06}, {.36, .40}, {.72, .52}}})
}

func children(p *pen, paper rgb) {
	triangle(p, paper, 1)
	p.runner(.43, -.19, .26)
	p.runner(.35, .23, .315)
	p.paint(black)
}

func crossing(p *pen, _ rgb) {
	p.polygon(rounded(.10, square(1)...)...)
	p.paint(white)
	p.polygon(rounded(.08, square(.955)...)...)
	p.paint(blue)
	p.polygon(rounded(.03, point{0, -.80}, point{.82, .70}, point{-.82, .70})...)
	p.paint(white)
	p.walker(.50, 0, .12)
	p.paint(black)
	for k := range 4 {
		x := -.50 + .27*float64(k)
		p.polygon(point{x, .60}, point{x + .17, .60}, point{x + .19, .68}, point{x - .02, .68})
	}
	p.paint(black)
}

func roadWorks(p *pen, paper rgb) {
	triangle(p, paper, 1)
	p.figure(.58, -.11, .22, point{.10, -.72}, .175,
		limb{.30, []point{{.0, -.42}, {-.16, -.04}}},
		limb{.14, []point{{.06, -.42}, {.24, -.10}, {.50, -.02}}},
		limb{.14, []point{{.02, -.40}, {.06, -.06}, {.22, .14}}},
		limb{.20, []point{{-.14, .04}, {.04, .32}, {-.06, .70}}},
		limb{.20, []point{{-.20, .02}, {-.40, .32}, {-.60, .68}}},
		limb{.085, []point{{.06, .30}, {.86, .30}}})
	p.polygon(arc(point{.36, .625}, .27, .29, 180, 360)...)
	p.paint(black)
}
