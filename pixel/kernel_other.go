//go:build !amd64

package pixel

func (a *axis) line1(dst, src []byte) { a.portable1(dst, src) }

func (a *axis) line3(dst, src []byte) { a.portable3(dst, src) }

func accumulate(sums []int32, line []byte, weight int32) { accumulatePortable(sums, line, weight) }
