package synth

// glyph is a character as strokes of one width, in the manner of the lettering
// of European road signs: lines run along the middle of the stroke, inside a
// box of height 1 and the given width, y down.
type glyph struct {
	width   float64
	strokes [][]point
}

const stem = .155 // width of a stroke

var glyphs = func() map[rune]glyph {
	const (
		l, t  = stem / 2, stem / 2 // left and top middle lines
		b     = 1 - stem/2
		r     = .60 - stem/2
		m     = .30 // middle of a digit
		bowl  = r - m
		wide  = .64 - stem/2
		wideM = (l + wide) / 2
	)
	join := func(parts ...[]point) []point {
		var out []point
		for _, p := range parts {
			out = append(out, p...)
		}
		return out
	}
	loop := func(cx, rx, top, bottom float64) []point {
		return join(arc(point{cx, top + rx}, rx, rx, 180, 360), arc(point{cx, bottom - rx}, rx, rx, 0, 180), []point{{cx - rx, top + rx}})
	}
	return map[rune]glyph{
		'0': {.60, [][]point{loop(m, bowl, t, b)}},
		'1': {.40, [][]point{{{.04, .26}, {.25, t}, {.25, 1}}}},
		'2': {.60, [][]point{join(arc(point{m, t + bowl}, bowl, bowl, 185, 390), []point{{l + .02, b}, {r + .06, b}})}},
		'3': {.59, [][]point{
			join(arc(point{.285, .285}, .205, t-.285+.415, 200, 450), arc(point{.285, .70}, .222, .222, 270, 520)),
		}},
		'4': {.62, [][]point{{{.36, 0}, {.06, .70}, {.62, .70}}, {{.44, .42}, {.44, 1}}}},
		'5': {.60, [][]point{join([]point{{.53, t}, {.13, t}, {.105, .50}}, arc(point{.29, .66}, .232, .262, 222, 515))}},
		'6': {.60, [][]point{join([]point{{.44, .03}, {.22, .36}}, arc(point{m, .675}, bowl, .247, 215, 575))}},
		'7': {.57, [][]point{{{.03, t}, {.50, t}, {.20, 1}}}},
		'8': {.60, [][]point{
			arc(point{m, .282}, .195, .205, 0, 360), arc(point{m, .70}, bowl, .222, 0, 360),
		}},
		'9': {.60, [][]point{join([]point{{.16, .97}, {.38, .64}}, arc(point{m, .325}, bowl, .247, 35, 395))}},
		'S': {.62, [][]point{join(arc(point{.31, .285}, .225, .208, 330, 95), arc(point{.31, .70}, .232, .222, -85, 150))}},
		'T': {.60, [][]point{{{0, t}, {.60, t}}, {{.30, t}, {.30, 1}}}},
		'O': {.66, [][]point{loop((l+.66-l)/2, (.66-2*l)/2, t, b)}},
		'P': {.60, [][]point{join([]point{{l, 1}, {l, t}, {.31, t}}, arc(point{.30, .30}, .222, .2225, -90, 90), []point{{l, .5225}})}},
		'm': {.80, [][]point{
			{{l, .30}, {l, 1}},
			join(arc(point{.235, .53}, .16, .155, 190, 360), []point{{.395, 1}}),
			join(arc(point{.56, .53}, .16, .155, 190, 360), []point{{.72, 1}}),
		}},
		'k': {.56, [][]point{{{l, 0}, {l, 1}}, {{.50, .32}, {.12, .70}}, {{.22, .60}, {.52, 1}}}},
		' ': {.28, nil},
		'↑': {.62, [][]point{{{.31, .08}, {.31, 1}}, {{.03, .38}, {.31, .08}, {.59, .38}}}},
	}
}()

// text draws a line of text of the given height about a centre. Weight
// multiplies the width of the strokes.
func (p *pen) text(s string, centre point, height, squeeze, weight float64) {
	const gap = .13
	width := -gap
	for _, c := range s {
		width += glyphs[c].width + gap
	}
	x := centre.x - width/2*height*squeeze
	for _, c := range s {
		g := glyphs[c]
		for _, line := range g.strokes {
			at := make([]point, len(line))
			for i, q := range line {
				at[i] = point{x + q.x*height*squeeze, centre.y + (q.y-.5)*height}
			}
			p.stroke(stem*weight*height, false, at...)
		}
		x += (g.width + gap) * height * squeeze
	}
}
