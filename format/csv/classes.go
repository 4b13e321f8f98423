package csvtable

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/errata-cv/errata/dataset"
)

// sortClasses puts the classes into order: by value when every one is a decimal
// number (ties by spelling), else by their bytes.
func sortClasses(ds *dataset.Dataset) {
	values := make([]float64, len(ds.Classes))
	numeric := true
	for i, c := range ds.Classes {
		v, err := strconv.ParseFloat(c, 64)
		if err != nil || math.IsInf(v, 0) || math.IsNaN(v) {
			numeric = false
			break
		}
		values[i] = v
	}
	order := make([]int, len(ds.Classes))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		if numeric && values[a] != values[b] {
			return cmp.Compare(values[a], values[b])
		}
		return strings.Compare(ds.Classes[a], ds.Classes[b])
	})
	place := make([]int, len(order))
	sorted := make([]string, len(order))
	for to, from := range order {
		place[from], sorted[to] = to, ds.Classes[from]
	}
	ds.Classes = sorted
	for i := range ds.Annotations {
		ds.Annotations[i].Class = place[ds.Annotations[i].Class]
	}
}
