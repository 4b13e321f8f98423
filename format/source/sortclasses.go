package source

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// SortClasses puts the classes from number first on into order, for sources that
// list none: by value when every one is a number (2 before 10), else by their
// bytes. Call it when all annotations are there.
func (b *Builder) SortClasses(first int) {
	if first >= len(b.Classes) {
		return
	}
	tail := slices.Clone(b.Classes[first:])
	values := make(map[string]float64, len(tail))
	numeric := true
	for _, c := range tail {
		v, err := strconv.ParseFloat(c, 64)
		numeric = numeric && err == nil && v == v
		values[c] = v
	}
	slices.SortFunc(tail, func(x, y string) int {
		if numeric && values[x] != values[y] {
			return cmp.Compare(values[x], values[y])
		}
		return strings.Compare(x, y)
	})
	copy(b.Classes[first:], tail)
	place := make([]int, len(b.Classes))
	for i, c := range b.Classes {
		place[b.classes[c]] = i
	}
	for i := range b.Annotations {
		b.Annotations[i].Class = place[b.Annotations[i].Class]
	}
	for i, c := range b.Classes {
		b.classes[c] = i
	}
}
