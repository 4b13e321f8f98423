package features_test

import (
	"fmt"

	"github.com/errata-cv/errata/check/class"
	"github.com/errata-cv/errata/check/features"
)

func ExampleGroups() {
	// Ten pictures of two sites; the model fails at the second.
	sites := []int{0, 0, 0, 0, 0, 1, 1, 1, 1, 1}
	labels := make([]int, 10)
	var p []float64
	for _, s := range sites {
		p = append(p, []float64{.95, .05}[s], []float64{.05, .95}[s])
	}
	g, err := features.Groups(sites, labels, class.Of64(10, 2, p), features.GroupOptions{Ratio: .5})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, at := range g.Worst {
		fmt.Printf("group %d: %.2f of the mean %.2f\n", g.All[at].ID, g.All[at].Ratio, g.Mean)
	}
	// Output:
	// group 1: 0.10 of the mean 0.50
}
