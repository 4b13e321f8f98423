package pixel

import "math"

// percentiles returns the given quantiles of brightness over all pixels, with
// numpy's linear interpolation between neighbours.
func (s *scratch) percentiles(quantiles ...float64) []float64 {
	n := s.p.w * s.p.h
	var ranks []int
	for _, q := range quantiles {
		lo := int(q * float64(n-1))
		ranks = append(ranks, lo, min(lo+1, n-1))
	}
	keys := s.keysOfRanks(ranks)
	out := make([]float64, len(quantiles))
	for i, q := range quantiles {
		at := q * float64(n-1)
		t := at - math.Floor(at)
		a, b := brightnessOf(keys[2*i]), brightnessOf(keys[2*i+1])
		if t < 0.5 {
			out[i] = a + (b-a)*t
		} else {
			out[i] = b - (b-a)*(1-t)
		}
	}
	return out
}

func brightnessOf(key uint32) float64 { return math.Sqrt(float64(key)/1000) / 255 }

// keysOfRanks returns the brightness keys at the given positions of the sorted
// pixels.
func (s *scratch) keysOfRanks(ranks []int) []uint32 {
	out := make([]uint32, len(ranks))
	if s.m.Quality.Grayscale {
		for i, rank := range ranks {
			v, _ := locate(s.histogram[0][:], rank)
			out[i] = 1000 * uint32(v) * uint32(v)
		}
		return out
	}
	// The coarse counts say which high bits each rank has; a second reading
	// counts the low bits of those pixels alone.
	rest := make([]int, len(ranks))
	var fine [][]uint32
	for i, rank := range ranks {
		bin, r := locate(s.keys, rank)
		out[i], rest[i] = uint32(bin), r
		if s.slots[bin] == 0 {
			fine = append(fine, make([]uint32, 1<<fineBits))
			s.slots[bin] = uint8(len(fine))
		}
	}
	for y := range s.p.h {
		s.p.rows.read(y, s.rgb, nil)
		for rgb := s.rgb; len(rgb) >= 3; rgb = rgb[3:] {
			k := redKey[rgb[0]] + greenKey[rgb[1]] + blueKey[rgb[2]]
			if slot := s.slots[k>>fineBits]; slot != 0 {
				fine[slot-1][k&(1<<fineBits-1)]++
			}
		}
	}
	for i, bin := range out {
		low, _ := locate(fine[s.slots[bin]-1], rest[i])
		out[i] = bin<<fineBits | uint32(low)
	}
	clear(s.slots)
	return out
}

// locate returns the bin that holds the element of the given rank, and its
// rank inside the bin.
func locate(counts []uint32, rank int) (bin, inside int) {
	for i, c := range counts {
		if rank < int(c) {
			return i, rank
		}
		rank -= int(c)
	}
	return len(counts) - 1, 0
}

// entropy is the Shannon entropy in bits of all counts together.
func entropy(bands [][256]uint32) float64 {
	total := 0.0
	for i := range bands {
		for _, c := range bands[i] {
			total += float64(c)
		}
	}
	e := 0.0
	for i := range bands {
		for _, c := range bands[i] {
			if c != 0 {
				p := float64(c) / total
				e -= p * math.Log2(p)
			}
		}
	}
	return e
}
