package pixel

// fit returns the size of a w×h picture scaled to fit a square, at least one
// pixel each way.
func fit(w, h, side int) (int, int) {
	if w >= h {
		return side, max(1, (side*h+w/2)/w)
	}
	return max(1, (side*w+h/2)/h), side
}

// letterbox centres a w×h RGB picture, of which one side fills the square, on a
// background that it makes of the picture's own edges: each bar continues the
// edge beside it, smoothed along it and dimmed, so that it reads as background
// in a light and in a dark window alike.
func letterbox(pix []byte, w, h, side int) []byte {
	if w == side && h == side {
		return pix
	}
	out := make([]byte, 3*side*side)
	left, top := (side-w)/2, (side-h)/2
	for y := range h {
		copy(out[3*((top+y)*side+left):][:3*w], pix[3*y*w:][:3*w])
	}
	// along steps along an edge, across from one edge to the other, in pixels.
	along, across, length, depth := 1, w, w, h
	if w < side {
		along, across, length, depth = w, 1, h, w
	}
	near := edgeColours(pix, 0, along, across, length, depth)
	far := edgeColours(pix, (depth-1)*across, along, -across, length, depth)
	for y := range side {
		for x := range side {
			edge, i := near, x
			switch {
			case y < top:
			case y >= top+h:
				edge = far
			case x < left:
				i = y
			case x >= left+w:
				edge, i = far, y
			default:
				continue
			}
			copy(out[3*(y*side+x):][:3], edge[3*i:])
		}
	}
	return out
}

// edgeColours returns a colour for each of length pixels along an edge that
// starts at pixel start: the mean of its surroundings, dimmed.
func edgeColours(pix []byte, start, along, across, length, depth int) []byte {
	depth = min(depth, 6)
	line := make([][3]int, length)
	for i := range line {
		for j := range depth {
			at := 3 * (start + i*along + j*across)
			for c := range 3 {
				line[i][c] += int(pix[at+c])
			}
		}
	}
	line = smooth(smooth(line, length/8), length/8)
	out := make([]byte, 0, 3*length)
	for _, sum := range line {
		for _, v := range sum {
			out = append(out, byte((9*v/depth+20*60)/20))
		}
	}
	return out
}

// smooth replaces each colour by the mean of those at most radius away.
func smooth(line [][3]int, radius int) [][3]int {
	sums := make([][3]int, len(line)+1)
	for i, v := range line {
		for c := range 3 {
			sums[i+1][c] = sums[i][c] + v[c]
		}
	}
	out := make([][3]int, len(line))
	for i := range line {
		lo, hi := max(0, i-radius), min(len(line), i+radius+1)
		for c := range 3 {
			out[i][c] = (sums[hi][c] - sums[lo][c]) / (hi - lo)
		}
	}
	return out
}
