// Jpeg writes the assembly of package pixel/jpeg: run "go generate" there after
// a change. It is in a module of its own so that avo is no dependency of the
// rest.
package main

import (
	. "github.com/mmcloughlin/avo/build"
)

func main() {
	ConstraintExpr("amd64")

	inverse8()
	fromYCC()
	doubleRow()
	doubleBoth()

	Generate()
}
