package dataset

import "math"

// RotatedBoxOf returns the rotated box that has the four corners, given as x and
// y in turn around it, either way. Its width is along the first side when they
// go clockwise as seen on the screen, and along the last one otherwise. Not ok
// means that they are no rectangle: a corner is farther than tolerance from where
// it would have to be, or is no number.
func RotatedBoxOf(corners []float64, tolerance float64) (box RotatedBox, ok bool) {
	if len(corners) != 8 {
		return RotatedBox{}, false
	}
	for _, v := range corners {
		if math.IsNaN(v) || math.Abs(v) > 1e12 {
			return RotatedBox{}, false
		}
	}
	c := [8]float64(corners)
	ux, uy := (c[2]-c[0]+c[4]-c[6])/2, (c[3]-c[1]+c[5]-c[7])/2
	vx, vy := (c[6]-c[0]+c[4]-c[2])/2, (c[7]-c[1]+c[5]-c[3])/2
	if ux*vy-uy*vx < 0 {
		ux, uy, vx, vy = vx, vy, ux, uy
	}
	angle := math.Atan2(uy, ux)
	if ux == 0 && uy == 0 {
		angle = math.Atan2(-vx, vy)
	}
	round := func(v float64) float64 { return math.Round(v*1e9)/1e9 + 0 }
	box = RotatedBox{
		X: round((c[0] + c[2] + c[4] + c[6]) / 4), Y: round((c[1] + c[3] + c[5] + c[7]) / 4),
		W: round(math.Hypot(ux, uy)), H: round(math.Hypot(vx, vy)),
		Angle: round(angle * 180 / math.Pi),
	}
	got := box.Corners()
	distance := func(order [4]int) float64 {
		most := 0.0
		for i, k := range order {
			most = max(most, math.Hypot(got[2*i]-c[2*k], got[2*i+1]-c[2*k+1]))
		}
		return most
	}
	off := min(distance([4]int{0, 1, 2, 3}), distance([4]int{0, 3, 2, 1}))
	return box, off <= tolerance+1e-6
}

// Joined returns all parts as one outline: each further part is reached from the
// nearest corner of those before it and left the same way, so that the way there
// covers nothing.
func (p Polygon) Joined() []float64 {
	var out []float64
	for _, part := range p.Parts {
		if len(part) < 2 {
			continue
		}
		if out == nil {
			out = append(out, part...)
			continue
		}
		from, to, least := 0, 0, math.Inf(1)
		for i := 0; i+1 < len(out); i += 2 {
			for k := 0; k+1 < len(part); k += 2 {
				if d := math.Hypot(out[i]-part[k], out[i+1]-part[k+1]); d < least {
					from, to, least = i, k, d
				}
			}
		}
		joined := append([]float64{}, out[:from+2]...)
		joined = append(joined, part[to:]...)
		joined = append(joined, part[:to+2]...)
		out = append(joined, out[from:]...)
	}
	return out
}
