package dataset

// Around is the smallest upright box around a geometry itself, whatever box is
// stated beside it. Around an Invalid there is none.
func Around(g Geometry) Box {
	switch v := g.(type) {
	case Polygon:
		v.Stated = Box{}
		return v.Bounds()
	case Mask:
		v.Stated = Box{}
		return v.Bounds()
	case Box, RotatedBox:
		return v.Bounds()
	}
	return Box{}
}
