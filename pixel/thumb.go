package pixel

// fit returns the size of a w×h picture scaled to fit a square, at least one
// pixel each way.
func fit(w, h, side int) (int, int) {
	if w >= h {
		return side, max(1, (side*h+w/2)/w)
	}
	return max(1, (side*w+h/2)/h), side
}

// letterbox centres a w×h RGB picture in a square. The bars have the mean
// colour of the picture, drawn towards grey so that they read as background in
// a light and in a dark window.
func letterbox(pix []byte, w, h, side int, mean [3]uint8) []byte {
	if w == side && h == side {
		return pix
	}
	out := make([]byte, 3*side*side)
	var bar [3]byte
	for c, v := range mean {
		bar[c] = byte((int(v) + 3*128) / 4)
	}
	for i := 0; i < len(out); i += 3 {
		copy(out[i:i+3], bar[:])
	}
	x, y := (side-w)/2, (side-h)/2
	for row := range h {
		copy(out[3*((y+row)*side+x):][:3*w], pix[3*row*w:])
	}
	return out
}
