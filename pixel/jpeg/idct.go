package jpeg

// The constants of the transform of Loeffler, Ligtenberg and Moschytz with 13
// fractional bits.
const (
	constBits = 13
	passBits  = 2

	fix0298 = 2446  // 0.298631336
	fix0390 = 3196  // 0.390180644
	fix0541 = 4433  // 0.541196100
	fix0765 = 6270  // 0.765366865
	fix0899 = 7373  // 0.899976223
	fix1175 = 9633  // 1.175875602
	fix1501 = 12299 // 1.501321110
	fix1847 = 15137 // 1.847759065
	fix1961 = 16069 // 1.961570560
	fix2053 = 16819 // 2.053119869
	fix2562 = 20995 // 2.562915447
	fix3072 = 25172 // 3.072711026
)

func clamp(v int32) byte {
	if uint32(v) > 255 {
		return byte(^(v >> 31))
	}
	return byte(v)
}

// fill writes a block of size×size equal pixels.
func fill(out []byte, stride, size int, dc int32) {
	v := clamp((dc+4)>>3 + 128)
	for y := range size {
		row := out[y*stride:][:size]
		for x := range row {
			row[x] = v
		}
	}
}

// inverse8 transforms dequantised coefficients into 8×8 pixels. columns has
// the bit of every column with a coefficient below its first row.
func inverse8(b *[64]int32, columns uint8, out []byte, stride int) {
	for x := range 8 {
		if columns>>x&1 == 0 {
			dc := b[x] << passBits
			b[x], b[8+x], b[16+x], b[24+x] = dc, dc, dc, dc
			b[32+x], b[40+x], b[48+x], b[56+x] = dc, dc, dc, dc
			continue
		}
		z2, z3 := b[16+x], b[48+x]
		z1 := (z2 + z3) * fix0541
		t2, t3 := z1-z3*fix1847, z1+z2*fix0765
		t0, t1 := (b[x]+b[32+x])<<constBits, (b[x]-b[32+x])<<constBits
		t10, t13, t11, t12 := t0+t3, t0-t3, t1+t2, t1-t2

		t0, t1, t2, t3 = b[56+x], b[40+x], b[24+x], b[8+x]
		z1, z2 = t0+t3, t1+t2
		z3, z4 := t0+t2, t1+t3
		z5 := (z3 + z4) * fix1175
		z1, z2 = -z1*fix0899, -z2*fix2562
		z3, z4 = z5-z3*fix1961, z5-z4*fix0390
		t0 = t0*fix0298 + z1 + z3
		t1 = t1*fix2053 + z2 + z4
		t2 = t2*fix3072 + z2 + z3
		t3 = t3*fix1501 + z1 + z4

		const shift, half = constBits - passBits, 1 << (constBits - passBits - 1)
		b[x], b[56+x] = (t10+t3+half)>>shift, (t10-t3+half)>>shift
		b[8+x], b[48+x] = (t11+t2+half)>>shift, (t11-t2+half)>>shift
		b[16+x], b[40+x] = (t12+t1+half)>>shift, (t12-t1+half)>>shift
		b[24+x], b[32+x] = (t13+t0+half)>>shift, (t13-t0+half)>>shift
	}
	for y := range 8 {
		w := b[8*y : 8*y+8 : 8*y+8]
		o := out[y*stride:][:8:8]
		const shift, half = constBits + passBits + 3, 1<<(constBits+passBits+2) + 128<<(constBits+passBits+3)
		z2, z3 := w[2], w[6]
		z1 := (z2 + z3) * fix0541
		t2, t3 := z1-z3*fix1847, z1+z2*fix0765
		t0, t1 := (w[0]+w[4])<<constBits+half, (w[0]-w[4])<<constBits+half
		t10, t13, t11, t12 := t0+t3, t0-t3, t1+t2, t1-t2

		t0, t1, t2, t3 = w[7], w[5], w[3], w[1]
		z1, z2 = t0+t3, t1+t2
		z3, z4 := t0+t2, t1+t3
		z5 := (z3 + z4) * fix1175
		z1, z2 = -z1*fix0899, -z2*fix2562
		z3, z4 = z5-z3*fix1961, z5-z4*fix0390
		t0 = t0*fix0298 + z1 + z3
		t1 = t1*fix2053 + z2 + z4
		t2 = t2*fix3072 + z2 + z3
		t3 = t3*fix1501 + z1 + z4

		o[0], o[7] = clamp((t10+t3)>>shift), clamp((t10-t3)>>shift)
		o[1], o[6] = clamp((t11+t2)>>shift), clamp((t11-t2)>>shift)
		o[2], o[5] = clamp((t12+t1)>>shift), clamp((t12-t1)>>shift)
		o[3], o[4] = clamp((t13+t0)>>shift), clamp((t13-t0)>>shift)
	}
}

// inverse4 makes 4×4 pixels of the 16 lowest coefficients.
func inverse4(b *[64]int32, out []byte, stride int) {
	for x := range 4 {
		t10, t12 := (b[x]+b[16+x])<<passBits, (b[x]-b[16+x])<<passBits
		z2, z3 := b[8+x], b[24+x]
		z1 := (z2+z3)*fix0541 + 1<<(constBits-passBits-1)
		t0, t2 := (z1+z2*fix0765)>>(constBits-passBits), (z1-z3*fix1847)>>(constBits-passBits)
		b[x], b[24+x], b[8+x], b[16+x] = t10+t0, t10-t0, t12+t2, t12-t2
	}
	for y := range 4 {
		w := b[8*y : 8*y+4 : 8*y+4]
		o := out[y*stride:][:4:4]
		const shift, half = constBits + passBits + 3, 1<<(constBits+passBits+2) + 128<<(constBits+passBits+3)
		t10, t12 := (w[0]+w[2])<<constBits+half, (w[0]-w[2])<<constBits+half
		z1 := (w[1] + w[3]) * fix0541
		t0, t2 := z1+w[1]*fix0765, z1-w[3]*fix1847
		o[0], o[3] = clamp((t10+t0)>>shift), clamp((t10-t0)>>shift)
		o[1], o[2] = clamp((t12+t2)>>shift), clamp((t12-t2)>>shift)
	}
}

// inverse2 makes 2×2 pixels of the 4 lowest coefficients.
func inverse2(b *[64]int32, out []byte, stride int) {
	const half = 4 + 128<<3
	s, d := b[0]+b[8]+half, b[0]-b[8]+half
	t, e := b[1]+b[9], b[1]-b[9]
	out[0], out[1] = clamp((s+t)>>3), clamp((s-t)>>3)
	out[stride], out[stride+1] = clamp((d+e)>>3), clamp((d-e)>>3)
}
