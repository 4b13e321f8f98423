// Package formattest holds what the tests of all formats share: datasets are
// compared, and corrections are made and read back.
package formattest

import (
	"github.com/errata-cv/errata/compare"
	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
)

// A Comparison says what of two datasets has to be equal.
type Comparison = compare.Equality

// As returns the comparison of what two formats can both hold.
func As(h source.Holds) Comparison { return compare.Between(h) }

// Diff lists what differs between two datasets; nothing when they are equal.
func Diff(a, b *dataset.Dataset, c Comparison) []string { return compare.Exact(a, b, c) }
