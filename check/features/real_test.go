package features

import (
	"context"
	"math/rand/v2"
	"testing"

	"github.com/errata-cv/errata/internal/shared"
	"github.com/errata-cv/errata/matrix"
	"github.com/errata-cv/errata/neighbor"
)

// Traffic signs in the order of their folders do not stand at random; shuffled
// they do.
func TestOrderOfSigns(t *testing.T) {
	a, err := matrix.OpenNPY(shared.Dir(t, "data", "gtsrb-speed", "embeddings", "mobilenetv3_small.npy"))
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	x, err := a.Float32()
	if err != nil {
		t.Fatal(err)
	}
	shuffled := matrix.New(x.Rows, x.Cols)
	for i, j := range rand.New(rand.NewPCG(1, 1)).Perm(x.Rows) {
		copy(shuffled.Row(i), x.Row(j))
	}
	for random, m := range map[bool]*matrix.Matrix{false: x, true: shuffled} {
		g, err := neighbor.KNN(context.Background(), m, 10, neighbor.Cosine, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, compat := range []bool{false, true} {
			o, err := NonIID(g, NonIIDOptions{Compat: compat})
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("shuffled %t, compat %t: KS %.4f, p %.3g", random, compat, o.KS, o.P)
			if o.Issue == random {
				t.Errorf("shuffled %t: p is %g", random, o.P)
			}
		}
	}
}
