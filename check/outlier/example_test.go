package outlier_test

import (
	"context"
	"fmt"

	"github.com/errata-cv/errata/check/outlier"
	"github.com/errata-cv/errata/matrix"
	"github.com/errata-cv/errata/neighbor"
)

func ExampleByDistance() {
	x := matrix.Wrap(7, 1, []float32{0, 1, 2, 3, 4, 5, 40})
	metric := outlier.MetricFor(x.Cols)
	g, err := neighbor.KNN(context.Background(), x, 2, metric, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	r, err := outlier.ByDistance(outlier.Of(g), outlier.Options{Metric: metric})
	if err != nil {
		fmt.Println(err)
		return
	}
	for i, is := range r.Outlier {
		if is {
			fmt.Printf("row %d: distance %g, above %.2f\n", i, r.Distance[i], r.Threshold)
		}
	}
	// Output:
	// row 6: distance 35.5, above 2.35
}
