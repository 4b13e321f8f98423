package matrix

import (
	"math"
	"unsafe"
)

// portable runs everywhere.
var portable = kernel{
	name:            "portable",
	tiles:           []tile{{mr: 4, nr: 4, cost: 1, run: portableTile}},
	transpose:       portableTranspose,
	gather:          portableGather,
	dot:             portableDot,
	axpy:            portableAxpy,
	squaredDistance: portableSquaredDistance,
	maximum:         portableMaximum,
	above:           portableAbove,
}

func portableTile(depth int, pa, pb, pc *float32, ldc int, add bool) {
	a, b := unsafe.Slice((*[4]float32)(unsafe.Pointer(pa)), depth), unsafe.Slice((*[4]float32)(unsafe.Pointer(pb)), depth)
	c := unsafe.Slice(pc, 3*ldc+4)
	// One row at a time: the compiler moves more sums than these to memory.
	for i := range 4 {
		var s0, s1, s2, s3 float32
		for p := range a {
			x, q := a[p][i], &b[p]
			s0 += x * q[0]
			s1 += x * q[1]
			s2 += x * q[2]
			s3 += x * q[3]
		}
		row := (*[4]float32)(c[i*ldc:])
		if add {
			s0, s1, s2, s3 = row[0]+s0, row[1]+s1, row[2]+s2, row[3]+s3
		}
		*row = [4]float32{s0, s1, s2, s3}
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

func portableGather(n int, psrc *float32, stride int, pdst *float32, width int) {
	if n == 0 {
		return
	}
	src, dst := unsafe.Slice(psrc, (n-1)*stride+width), unsafe.Slice(pdst, n*width)
	for p := range n {
		copy(dst[p*width:(p+1)*width], src[p*stride:])
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
