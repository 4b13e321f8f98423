package pixel

// orient applies an EXIF orientation (1 to 8) to w×h pixels of the given
// number of channels and returns them upright; for 5 to 8 width and height are
// exchanged.
func orient(pix []byte, w, h, channels, orientation int) []byte {
	if orientation < 2 || orientation > 8 {
		return pix
	}
	out := make([]byte, len(pix))
	ow := w
	if orientation >= 5 {
		ow = h
	}
	for y := range h {
		for x := range w {
			dx, dy := x, y
			switch orientation {
			case 2:
				dx = w - 1 - x
			case 3:
				dx, dy = w-1-x, h-1-y
			case 4:
				dy = h - 1 - y
			case 5:
				dx, dy = y, x
			case 6:
				dx, dy = h-1-y, x
			case 7:
				dx, dy = h-1-y, w-1-x
			case 8:
				dx, dy = y, w-1-x
			}
			copy(out[(dy*ow+dx)*channels:][:channels], pix[(y*w+x)*channels:])
		}
	}
	return out
}
