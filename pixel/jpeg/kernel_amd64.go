package jpeg

import "golang.org/x/sys/cpu"

//go:generate sh -c "cd ../gen && go run ./jpeg -out ../jpeg/kernel_amd64.s -stubs ../jpeg/kernel_stubs_amd64.go -pkg jpeg"

var hasAVX2 = cpu.X86.HasAVX2

func inverse(b *[64]int32, columns uint8, out []byte, stride int) {
	if !hasAVX2 {
		inverse8(b, columns, out, stride)
		return
	}
	_ = out[7*stride+7]
	inverse8AVX2(b, &out[0], stride)
}

func convert(dst, luma, cb, cr []byte) {
	n := 0
	if hasAVX2 && len(luma) >= 16 {
		n = len(luma) &^ 15
		_, _, _ = dst[3*n-1], cb[n-1], cr[n-1]
		fromYCCAVX2(&dst[0], &luma[0], &cb[0], &cr[0], n)
	}
	fromYCC(dst[3*n:], luma[n:], cb[n:], cr[n:])
}

// inner is the number of samples, from the second on, that the vector code
// doubles: those have a neighbour on both sides.
func inner(samples int) int {
	if !hasAVX2 || samples < 18 {
		return 0
	}
	return (samples - 2) &^ 15
}

func double(dst, src []byte) {
	n := inner(len(src))
	if n > 0 {
		_ = dst[2*n+1]
		doubleAVX2(&dst[2], &src[1], n)
	}
	doubleFrom(dst, src, n+1)
}

func doubleBoth(dst, near, far []byte) {
	n := inner(len(near))
	if n > 0 {
		_, _ = dst[2*n+1], far[n+1]
		doubleBothAVX2(&dst[2], &near[1], &far[1], n)
	}
	doubleBothFrom(dst, near, far, n+1)
}
