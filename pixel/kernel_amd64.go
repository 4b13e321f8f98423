package pixel

import "golang.org/x/sys/cpu"

//go:generate sh -c "cd gen && go run ./resize -out ../kernel_amd64.s -stubs ../kernel_stubs_amd64.go -pkg pixel"

var hasAVX2 = cpu.X86.HasAVX2

func (a *axis) line1(dst, src []byte) {
	if !hasAVX2 || cap(src) < a.in+slack {
		a.portable1(dst, src)
		return
	}
	line1AVX2(&dst[0], &src[0], &a.weights[0], &a.first[0], &a.count[0], a.taps, len(dst))
}

func (a *axis) line3(dst, src []byte) {
	if !hasAVX2 || cap(src) < 3*a.in+slack {
		a.portable3(dst, src)
		return
	}
	line3AVX2(&dst[0], &src[0], &a.weights[0], &a.first[0], &a.count[0], a.taps, len(dst)/3)
}

func accumulate(sums []int32, line []byte, weight int32) {
	n := 0
	if hasAVX2 && len(line) >= 16 {
		n = len(line) &^ 15
		_ = sums[n-1]
		accumulateAVX2(&sums[0], &line[0], weight, n)
	}
	accumulatePortable(sums[n:], line[n:], weight)
}
