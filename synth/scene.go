package synth

import (
	"math"
	"math/rand/v2"
)

// scene is everything that was so when the picture was taken. It is drawn from
// the seed of the picture before a single pixel is, so that the same scene can
// be taken again by a worse camera.
type scene struct {
	width, height int // pixels
	place         place
	hour          hour
	seed          uint64

	// The sign: which drawing, where its middle lies in pixels, its radius in
	// pixels, and how it is turned (radians).
	class, paper     int
	cx, cy, radius   float32
	yaw, pitch, roll float64
	plate            int // index into plates, -1 without
	board            bool
	wear, dapple     float32 // 0 new and in the open, 1 worn and under leaves
	twig             bool    // leaves in front

	// The camera.
	exposure, focus float32 // focus: blur of the background in pixels
	defocus         float32 // blur of the whole picture in pixels
	noise           float32
	quality         int // of the JPEG
}

// place is where the sign stands.
type place int

const (
	field place = iota
	street
	forest
	hills
	wall
	lights
)

// hour is the light of a time of day.
type hour struct {
	zenith, horizon rgb // of the sky
	sun             rgb // light that falls on what faces it
	ambient         rgb // light that falls on everything
	side            float32
	clouds          float32 // share of the sky
	haze            float32 // how much distance fades
	flash           float32 // light from the camera, at night
	glow            float32 // of a low sun in the picture
}

// anywhere holds each place as often as it is to come up; shade is where
// cameras fail to focus.
var (
	anywhere = []place{field, field, field, street, street, street, forest, forest, hills, hills, wall, wall, lights}
	shade    = []place{forest, lights, lights}
)

// newScene draws a scene with a sign of the class at one of the places.
func newScene(class int, seed uint64, at []place) *scene {
	rng := rand.New(rand.NewPCG(seed, 0x7363656e65))
	between := func(lo, hi float32) float32 { return lo + (hi-lo)*rng.Float32() }
	normal := func(sd float64) float64 { return max(-2.2, min(2.2, rng.NormFloat64())) * sd }
	chance := func(p float32) bool { return rng.Float32() < p }

	s := &scene{class: class, seed: rng.Uint64(), plate: -1}
	s.height = 96 + rng.IntN(65)
	s.width = min(160, max(96, int(float64(s.height)*(1+normal(.10)))))
	s.place = at[rng.IntN(len(at))]
	s.hour = newHour(rng, s.place)

	side := float32(min(s.width, s.height))
	s.radius = side * between(.30, .46)
	s.cx = float32(s.width) * (.5 + float32(normal(.045)))
	s.cy = float32(s.height) * (.47 + float32(normal(.04)))
	if chance(.10) { // cut off by the edge of the picture
		turn := rng.Float64() * 2 * math.Pi
		s.radius = side * between(.42, .55)
		s.cx += float32(math.Cos(turn)) * side * .19
		s.cy += float32(math.Sin(turn)) * side * .19
	}
	s.yaw, s.pitch, s.roll = normal(.34), normal(.13), normal(.055)
	if chance(.05) {
		s.roll = normal(.22)
	}
	if chance(.12) {
		s.paper = 1
	}
	if chance(.16) && s.radius < side*.37 {
		s.plate = rng.IntN(len(plateTexts))
		s.cy -= s.radius * .28
	}
	s.board = s.plate < 0 && s.radius < side*.38 && chance(.06)
	s.wear = between(0, 1) * between(0, 1)
	if s.place != lights && chance(.30) {
		s.dapple = between(.4, 1)
	}
	s.twig = chance(.06)

	s.exposure = float32(math.Exp2(normal(.38)))
	s.focus = between(0, 1)
	s.focus = s.focus * s.focus * 3.6
	s.defocus = .25 + between(0, .45)
	if chance(.12) && s.hour.haze < .9 { // fog hides enough
		s.defocus += between(.2, .7)
	}
	s.noise = between(.6, 2.2)
	if s.hour.flash > 0 || chance(.15) {
		s.noise += between(.5, 3.5)
	}
	s.quality = 58 + rng.IntN(38)
	if chance(.10) {
		s.quality = 30 + rng.IntN(25)
	}
	return s
}

func newHour(rng *rand.Rand, p place) hour {
	between := func(lo, hi float32) float32 { return lo + (hi-lo)*rng.Float32() }
	side := between(-1, 1)
	if p == lights {
		return hour{zenith: hex(0x070b1a), horizon: hex(0x24304f), sun: rgb{}, ambient: rgb{.05, .06, .10}, side: side, flash: between(.62, .9)}
	}
	switch k := rng.Float32(); {
	case k < .40: // a clear day
		return hour{hex(0x2f6fc0), hex(0xa9cdea), rgb{.86, .82, .72}, rgb{.25, .29, .35}, side, between(.05, .5), .25, 0, 0}
	case k < .66: // overcast
		return hour{hex(0x9fabb8), hex(0xd3d9de), rgb{.10, .10, .10}, rgb{.62, .65, .68}, side, between(.6, 1), .45, 0, 0}
	case k < .86: // the low sun of morning and evening
		return hour{hex(0x41619c), hex(0xf6c08a), rgb{.98, .70, .42}, rgb{.22, .22, .29}, side, between(.1, .6), .55, 0, between(.1, .75)}
	case k < .93: // fog
		return hour{hex(0xa9b3ba), hex(0xbfc7ca), rgb{}, rgb{.56, .58, .60}, side, 1, .97, 0, 0}
	default: // dusk
		return hour{hex(0x243a6b), hex(0xd9a487), rgb{.16, .12, .11}, rgb{.20, .22, .33}, side, between(.2, .7), .5, .28, .1}
	}
}
