// Gen writes the assembly of package matrix: run "go generate" there after a
// change. It is a module of its own so that avo is no dependency of the rest.
package main

import (
	. "github.com/mmcloughlin/avo/build"
)

func main() {
	ConstraintExpr("amd64")

	tile{name: "tileAVX512", rows: 12, vectors: 2, wide: true}.generate()
	tile{name: "tileNarrowAVX512", rows: 24, vectors: 1, wide: true}.generate()
	tile{name: "tileAVX2", rows: 6, vectors: 2}.generate()
	tile{name: "tileNarrowAVX2", rows: 12, vectors: 1}.generate()
	transpose()
	gather()
	dot()
	squaredDistance()
	axpy()
	maximum()
	above()

	Generate()
}
