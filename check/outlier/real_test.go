package outlier

import (
	"context"
	"testing"

	"github.com/errata-cv/errata/internal/shared"
	"github.com/errata-cv/errata/matrix"
	"github.com/errata-cv/errata/neighbor"
)

func embeddings(t *testing.T, dataset string) *matrix.Matrix {
	t.Helper()
	a, err := matrix.OpenNPY(shared.Dir(t, "data", dataset, "embeddings", "mobilenetv3_small.npy"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	m, err := a.Float32()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// Pictures of insects among traffic signs are outliers.
func TestForeignPictures(t *testing.T) {
	signs, insects := embeddings(t, "gtsrb-speed"), embeddings(t, "hymenoptera")
	const foreign = 10
	x := matrix.New(signs.Rows+foreign, signs.Cols)
	copy(x.Data, signs.Data)
	for i := range foreign {
		copy(x.Row(signs.Rows+i), insects.Row(i*insects.Rows/foreign))
	}
	g, err := neighbor.KNN(context.Background(), x, 10, MetricFor(x.Cols), nil)
	if err != nil {
		t.Fatal(err)
	}
	r, err := ByDistance(Of(g), Options{})
	if err != nil {
		t.Fatal(err)
	}
	flagged, found, lower := 0, 0, 0
	for i, is := range r.Outlier {
		if is {
			flagged++
			if i >= signs.Rows {
				found++
			}
		}
		for f := signs.Rows; i < signs.Rows && f < x.Rows; f++ {
			if r.Score[f] < r.Score[i] {
				lower++
			}
		}
	}
	auroc := float64(lower) / float64(foreign*signs.Rows)
	t.Logf("%d signs, %d insects: AUROC %.4f; %d outliers, %d of them insects", signs.Rows, foreign, auroc, flagged, found)
	if auroc < .99 || found < foreign {
		t.Errorf("the AUROC is %.4f, and %d of %d insects are outliers", auroc, found, foreign)
	}
}
