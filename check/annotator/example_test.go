package annotator_test

import (
	"fmt"

	"github.com/errata-cv/errata/check/annotator"
	"github.com/errata-cv/errata/check/class"
)

func ExampleCrowdlab() {
	l, err := annotator.New(annotator.Columns{
		Images: 3, Annotators: 3, Classes: 2,
		Image:     []int{0, 0, 0, 1, 1, 2, 2},
		Annotator: []int{0, 1, 2, 0, 1, 0, 2},
		Class:     []int{1, 1, 0, 0, 0, 1, 0},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	probs := class.Of64(3, 2, []float64{.1, .9, .8, .2, .3, .7})
	r, err := annotator.Crowdlab(l, []class.Probs{probs}, annotator.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for i, c := range r.Consensus {
		fmt.Printf("image %d is of class %d, quality %.2f\n", i, c, r.Quality[i])
	}
	for _, j := range r.Rank() {
		fmt.Printf("annotator %d has the quality %.2f\n", j, r.Annotators[j].Quality)
	}
	// Output:
	// image 0 is of class 1, quality 0.90
	// image 1 is of class 0, quality 0.80
	// image 2 is of class 1, quality 0.70
	// annotator 2 has the quality 0.20
	// annotator 0 has the quality 0.80
	// annotator 1 has the quality 0.85
}
