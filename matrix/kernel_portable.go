package matrix

import (
	"math"
	"unsafe"
)

// portable runs everywhere. Its tile is small enough for 16 registers.
var portable = kernel{
	name:            "portable",
	tiles:           []tile{{mr: 4, nr: 4, cost: 1, run: portableTile}},
	transpose:       portableTranspose,
	dot:             portableDot,
	axpy:            portableAxpy,
	squaredDistance: portableSquaredDistance,
	maximum:         portableMaximum,
	above:           portableAbove,
}

func portableTile(depth int, pa, pb, pc *float32, ldc int, add bool) {
	a, b := unsafe.Slice(pa, depth*4), unsafe.Slice(pb, depth*4)
	c := unsafe.Slice(pc, 3*ldc+4)
	// Two halves of eight sums each: sixteen would not fit in registers.
	for half := 0; half < 4; half += 2 {
		var s00, s01, s02, s03, s10, s11, s12, s13 float32
		for p := 0; p+4 <= len(a) && p+4 <= len(b); p += 4 {
			x, y := a[p+half], a[p+half+1]
			q := b[p : p+4 : p+4]
			s00 += x * q[0]
			s01 += x * q[1]
			s02 += x * q[2]
			s03 += x * q[3]
			s10 += y * q[0]
			s11 += y * q[1]
			s12 += y * q[2]
			s13 += y * q[3]
		}
		r0 := c[half*ldc : half*ldc+4 : half*ldc+4]
		r1 := c[(half+1)*ldc : (half+1)*ldc+4 : (half+1)*ldc+4]
		if add {
			s00, s01, s02, s03 = r0[0]+s00, r0[1]+s01, r0[2]+s02, r0[3]+s03
			s10, s11, s12, s13 = r1[0]+s10, r1[1]+s11, r1[2]+s12, r1[3]+s13
		}
		r0[0], r0[1], r0[2], r0[3] = s00, s01, s02, s03
		r1[0], r1[1], r1[2], r1[3] = s10, s11, s12, s13
	}
}

func portableTranspose(n int, psrc *float32, stride int, pdst *float32, dstStride int) {
	if n == 0 {
		return
	}
	src := unsafe.Slice(psrc, 3*stride+n)
	dst := unsafe.Slice(pdst, (n-1)*dstStride+4)
	r0, r1, r2, r3 := src[:n], src[stride:stride+n], src[2*stride:2*stride+n], src[3*stride:3*stride+n]
	for p := range n {
		d := dst[p*dstStride : p*dstStride+4 : p*dstStride+4]
		d[0], d[1], d[2], d[3] = r0[p], r1[p], r2[p], r3[p]
	}
}

func portableDot(a, b []float32) float32 {
	b = b[:len(a)]
	var s0, s1, s2, s3 float32
	i := 0
	for ; i+4 <= len(a); i += 4 {
		s0 += a[i] * b[i]
		s1 += a[i+1] * b[i+1]
		s2 += a[i+2] * b[i+2]
		s3 += a[i+3] * b[i+3]
	}
	for ; i < len(a); i++ {
		s0 += a[i] * b[i]
	}
	return (s0 + s2) + (s1 + s3)
}

func portableAxpy(alpha float32, x, y []float32) {
	y = y[:len(x)]
	for i, v := range x {
		y[i] += alpha * v
	}
}

func portableSquaredDistance(a, b []float32) float32 {
	b = b[:len(a)]
	var s0, s1, s2, s3 float32
	i := 0
	for ; i+4 <= len(a); i += 4 {
		d0, d1, d2, d3 := a[i]-b[i], a[i+1]-b[i+1], a[i+2]-b[i+2], a[i+3]-b[i+3]
		s0 += d0 * d0
		s1 += d1 * d1
		s2 += d2 * d2
		s3 += d3 * d3
	}
	for ; i < len(a); i++ {
		d := a[i] - b[i]
		s0 += d * d
	}
	return (s0 + s2) + (s1 + s3)
}

func portableMaximum(values []float32) float32 {
	best := float32(math.Inf(-1))
	for _, v := range values {
		if v > best {
			best = v
		}
	}
	return best
}

func portableAbove(values []float32, threshold float32) int {
	for i, v := range values {
		if v > threshold {
			return i
		}
	}
	return len(values)
}
