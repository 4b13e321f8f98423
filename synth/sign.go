package synth

import "sync"

// class is one kind of road sign.
type class struct {
	name string
	// like are the classes it is most easily taken for.
	like []string
	// share is how often it stands by the road, relative to the others.
	share float64
	// draw paints the sign; paper is the colour of its light areas.
	draw func(p *pen, paper rgb)
}

var (
	red    = hex(0xbf0f1b)
	blue   = hex(0x0a5aa6)
	yellow = hex(0xf4bd10)
	white  = hex(0xf6f6f2)
	black  = hex(0x141517)
	pale   = hex(0xf3df6a) // the paper of warning signs in the north
)

// classes in order of name, as a folder shows them.
var classes = []class{
	{"children", []string{"road-works", "pedestrian-crossing"}, .8, children},
	{"give-way", []string{"children", "road-works"}, 1.2, giveWay},
	{"keep-left", []string{"keep-right", "roundabout"}, .7, keep(-1)},
	{"keep-right", []string{"keep-left", "roundabout"}, 1, keep(1)},
	{"no-entry", []string{"stop", "speed-limit-20"}, 1.1, noEntry},
	{"pedestrian-crossing", []string{"children", "keep-right"}, 1, crossing},
	{"priority-road", []string{"give-way", "roundabout"}, 1.1, priority},
	{"road-works", []string{"children", "give-way"}, 1, roadWorks},
	{"roundabout", []string{"keep-right", "keep-left"}, .9, roundabout},
	{"speed-limit-20", []string{"speed-limit-30", "speed-limit-70"}, .8, limit("20")},
	{"speed-limit-30", []string{"speed-limit-80", "speed-limit-20", "speed-limit-50"}, 1.3, limit("30")},
	{"speed-limit-50", []string{"speed-limit-60", "speed-limit-30", "speed-limit-80"}, 1.3, limit("50")},
	{"speed-limit-60", []string{"speed-limit-80", "speed-limit-50"}, 1, limit("60")},
	{"speed-limit-70", []string{"speed-limit-20", "speed-limit-50"}, 1, limit("70")},
	{"speed-limit-80", []string{"speed-limit-60", "speed-limit-30"}, 1, limit("80")},
	{"stop", []string{"no-entry", "give-way"}, 1.2, stop},
}

// artwork are the drawings that every picture samples from.
type artwork struct {
	sign   [][2]*sprite // of each class, on white and on yellow paper
	back   *sprite      // the fluorescent board behind some signs
	plates []*sprite    // small plates below a sign
}

var art = sync.OnceValue(func() *artwork {
	a := &artwork{}
	for _, c := range classes {
		var pair [2]*sprite
		for i, paper := range []rgb{white, pale} {
			p := newPen()
			c.draw(p, paper)
			pair[i] = p.finish()
		}
		a.sign = append(a.sign, pair)
	}
	p := newPen()
	p.polygon(rounded(.12, square(1)...)...)
	p.paint(hex(0xd9e021))
	a.back = p.finish()
	for _, text := range plateTexts {
		a.plates = append(a.plates, plate(text))
	}
	return a
})

var plateTexts = []string{"200 m", "80 m", "300 m", "1 km", "↑ 2 km ↑", "150 m"}

func square(half float64) []point {
	return []point{{-half, -half}, {half, -half}, {half, half}, {-half, half}}
}

// plate draws a white plate, wide and a third as high, with a line of text.
func plate(text string) *sprite {
	p := newPen()
	p.polygon(rounded(.06, point{-1, -.34}, point{1, -.34}, point{1, .34}, point{-1, .34})...)
	p.paint(black)
	p.polygon(rounded(.05, point{-.96, -.30}, point{.96, -.30}, point{.96, .30}, point{-.96, .30})...)
	p.paint(white)
	p.text(text, point{0, 0}, .38, .95, 1)
	p.paint(black)
	return p.finish()
}

func limit(text string) func(*pen, rgb) {
	return func(p *pen, paper rgb) {
		p.disk(point{}, 1, 1)
		p.paint(white)
		p.disk(point{}, .975, .975)
		p.paint(red)
		p.disk(point{}, .745, .745)
		p.paint(paper)
		p.text(text, point{0, 0}, .88, .84, 1.02)
		p.paint(black)
	}
}

func stop(p *pen, _ rgb) {
	p.polygon(rounded(.05, regular(8, 1.05, 22.5)...)...)
	p.paint(white)
	p.polygon(rounded(.04, regular(8, .985, 22.5)...)...)
	p.paint(red)
	p.text("STOP", point{0, 0}, .64, .80, .95)
	p.paint(white)
}

func noEntry(p *pen, _ rgb) {
	p.disk(point{}, 1, 1)
	p.paint(white)
	p.disk(point{}, .965, .965)
	p.paint(red)
	p.polygon(rounded(.03, point{-.72, -.17}, point{.72, -.17}, point{.72, .17}, point{-.72, .17})...)
	p.paint(white)
}

// triangle draws the frame that warning signs share; up is 1 or -1.
func triangle(p *pen, paper rgb, up float64) {
	corner := func(r float64) []point {
		pts := regular(3, r, -90)
		for i := range pts {
			pts[i].y = (pts[i].y + .24) * up
		}
		return pts
	}
	p.polygon(rounded(.13, corner(1.27)...)...)
	p.paint(white)
	p.polygon(rounded(.115, corner(1.225)...)...)
	p.paint(red)
	p.polygon(rounded(.05, corner(.86)...)...)
	p.paint(paper)
}

func giveWay(p *pen, paper rgb) { triangle(p, paper, -1) }

func priority(p *pen, _ rgb) {
	p.polygon(rounded(.09, regular(4, 1.04, 0)...)...)
	p.paint(black)
	p.polygon(rounded(.08, regular(4, 1.01, 0)...)...)
	p.paint(white)
	p.polygon(rounded(.05, regular(4, .70, 0)...)...)
	p.paint(yellow)
}

// roundel draws the blue disk that mandatory signs share.
func roundel(p *pen) {
	p.disk(point{}, 1, 1)
	p.paint(white)
	p.disk(point{}, .955, .955)
	p.paint(blue)
}

func keep(side float64) func(*pen, rgb) {
	return func(p *pen, _ rgb) {
		roundel(p)
		turn := func(pts ...point) []point { // an arrow to the right becomes one to below
			for i, q := range pts {
				pts[i] = point{(q.x - q.y) * .7071 * side, (q.x + q.y) * .7071}
			}
			return pts
		}
		p.polygon(turn(point{-.72, -.115}, point{.34, -.115}, point{.34, .115}, point{-.72, .115})...)
		p.polygon(turn(point{.10, -.46}, point{.74, 0}, point{.10, .46}, point{.10, .24}, point{.26, 0}, point{.10, -.24})...)
		p.paint(white)
	}
}

func roundabout(p *pen, _ rgb) {
	roundel(p)
	for k := range 3 {
		from := float64(120*k) - 84
		p.stroke(.17, false, arc(point{}, .53, .53, from, from+70)...)
		foot, tip := arc(point{}, .53, .53, from+66, from+70)[0], arc(point{}, .56, .56, from, from+104)
		out := toward(point{}, foot)
		p.polygon(tip[len(tip)-1], point{foot.x + out.x*.24, foot.y + out.y*.24}, point{foot.x - out.x*.24, foot.y - out.y*.24})
	}
	p.paint(white)
}
