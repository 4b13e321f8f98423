package matrix

import "golang.org/x/sys/cpu"

//go:generate sh -c "cd gen && go run . -out ../kernel_amd64.s -stubs ../kernel_stubs_amd64.go -pkg matrix"

// kernels returns what this processor can run, fastest first.
func kernels() []*kernel {
	list := []*kernel{&portable}
	if x := cpu.X86; x.HasAVX2 && x.HasFMA {
		list = append([]*kernel{&avx2}, list...)
		if x.HasAVX512F && x.HasAVX512VL && x.HasAVX512DQ && x.HasAVX512BW {
			list = append([]*kernel{&avx512}, list...)
		}
	}
	return list
}

var avx2 = kernel{
	name: "avx2",
	tiles: []tile{
		{mr: 6, nr: 16, cost: 1, run: tileAVX2},
		{mr: 12, nr: 8, cost: 1.15, run: tileNarrowAVX2},
	},
	transpose:       transposeAVX,
	gather:          gatherAVX,
	dot:             dotAVX2,
	axpy:            axpyAVX2,
	squaredDistance: squaredDistanceAVX2,
	maximum:         maximumAVX2,
	above:           aboveAVX2,
}

// avx512 differs in its tiles alone: the other loops wait for memory.
var avx512 = kernel{
	name: "avx512",
	tiles: []tile{
		{mr: 12, nr: 32, cost: 1, run: tileAVX512},
		{mr: 24, nr: 16, cost: 1.15, run: tileNarrowAVX512},
	},
	transpose:       transposeAVX,
	gather:          gatherAVX,
	dot:             dotAVX2,
	axpy:            axpyAVX2,
	squaredDistance: squaredDistanceAVX2,
	maximum:         maximumAVX2,
	above:           aboveAVX2,
}
