//go:build !amd64

package jpeg

func inverse(b *[64]int32, columns uint8, out []byte, stride int) {
	inverse8(b, columns, out, stride)
}

func convert(dst, luma, cb, cr []byte) { fromYCC(dst, luma, cb, cr) }

func double(dst, src []byte) { doubleFrom(dst, src, 1) }

func doubleBoth(dst, near, far []byte) { doubleBothFrom(dst, near, far, 1) }
