package embed

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/errata-cv/errata/matrix"
)

// bars makes n pictures: horizontal bars (even numbers) or vertical ones (odd
// numbers) of random colours at random places, with noise.
func bars(n, side int, seed uint64) Pictures {
	r := rand.New(rand.NewPCG(seed, 1))
	p := Pictures{Pixels: side, Data: make([]uint8, n*side*side*3)}
	for i := range n {
		rgb := p.RGB(i, nil)
		level := [3]int{60 + r.IntN(150), 60 + r.IntN(150), 60 + r.IntN(150)}
		phase, period := r.IntN(8), 5+r.IntN(3)
		for y := range side {
			for x := range side {
				along := y
				if i%2 == 1 {
					along = x
				}
				bright := 0
				if (along+phase)%period < 2 {
					bright = 60
				}
				for c := range 3 {
					rgb[(y*side+x)*3+c] = uint8(min(255, max(0, level[c]+bright+r.IntN(20)-60)))
				}
			}
		}
	}
	return p
}

var small = PatchOptions{Patch: 4, Levels: 3, Centroids: 16, Dim: 24, Samples: 3000}

func learn(t testing.TB, in Inputs, o PatchOptions) *Patches {
	t.Helper()
	p, err := LearnPatches(context.Background(), in, o, nil)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func encode(t testing.TB, p *Patches, in Inputs) *matrix.Matrix {
	t.Helper()
	x, err := p.Encode(context.Background(), in, nil)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func TestSameBytesOnAnyNumberOfCores(t *testing.T) {
	in := bars(70, 16, 1)
	var model []byte
	var rows *matrix.Matrix
	for _, cores := range []int{1, 3} {
		was := runtime.GOMAXPROCS(cores)
		p := learn(t, in, small)
		x := encode(t, p, in)
		runtime.GOMAXPROCS(was)
		b, err := p.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		if model != nil && (!slices.Equal(b, model) || !slices.Equal(x.Data, rows.Data)) {
			t.Fatal("the model or the rows differ with the number of cores")
		}
		model, rows = b, x
	}
	other := small
	other.Seed = 7
	b, _ := learn(t, in, other).MarshalBinary()
	if slices.Equal(b, model) {
		t.Error("another seed gave the same model")
	}
}

func TestMirrorKeepsEvenAndNegatesOdd(t *testing.T) {
	in := bars(40, 18, 2)
	for _, pool := range []int{1, 2, 3} {
		o := small
		o.Pool = pool
		p := learn(t, in, o)
		flipped := Pictures{Pixels: in.Pixels, Data: make([]uint8, len(in.Data))}
		for i := range in.Len() {
			src, dst := in.RGB(i, nil), flipped.RGB(i, nil)
			for at := 0; at < len(src); at += 3 {
				pixel := at / 3
				y, x := pixel/in.Pixels, pixel%in.Pixels
				copy(dst[(y*in.Pixels+in.Pixels-1-x)*3:], src[at:at+3])
			}
		}
		x, y := encode(t, p, in), encode(t, p, flipped)
		for i := range x.Rows {
			for j, v := range x.Row(i) {
				w := y.Row(i)[j]
				if j >= o.EvenDim() {
					w = -w
				}
				if math.Abs(float64(v-w)) > 2e-3 {
					t.Fatalf("pool %d, picture %d, column %d: %g and mirrored %g", pool, i, j, v, w)
				}
			}
		}
	}
}

func TestLookAlikesAreNear(t *testing.T) {
	in := bars(60, 20, 3)
	p := learn(t, in, small)
	x := encode(t, p, in)
	if x.Rows != 60 || x.Cols != p.Dim() || p.Dim() != small.Dim {
		t.Fatalf("the embedding is %d×%d, Dim is %d", x.Rows, x.Cols, p.Dim())
	}
	same := 0
	for i := range x.Rows {
		best, least := -1, float32(math.Inf(1))
		for j := range x.Rows {
			if d := matrix.SquaredDistance(x.Row(i), x.Row(j)); j != i && d < least {
				best, least = j, d
			}
		}
		if best%2 == i%2 {
			same++
		}
	}
	if same < 58 {
		t.Errorf("only %d of 60 pictures have a nearest neighbour of their own kind", same)
	}
}

func TestGridPoolsToEmbedding(t *testing.T) {
	in := bars(30, 16, 4)
	p := learn(t, in, small)
	if got := p.Levels(); !slices.Equal(got, []int{16, 12, 8}) {
		t.Fatalf("levels are %v", got)
	}
	grid, h, w, err := p.Grid(in.RGB(5, nil), 1)
	if err != nil {
		t.Fatal(err)
	}
	if h != 9 || w != 9 || grid.Rows != h*w || grid.Cols != small.Centroids {
		t.Fatalf("the grid is %d×%d for %d×%d places", grid.Rows, grid.Cols, h, w)
	}
	e := p.encoder()
	defer e.free()
	half := small.Centroids / 2
	even, odd := make([]float32, 4*half), make([]float32, 4*half)
	e.scratch().picture(in.RGB(5, nil), func(level int) (e, o []float32) {
		if level == 1 {
			return even, odd
		}
		return make([]float32, 4*half), make([]float32, 4*half)
	})
	mean := func(column, x0 int) float64 {
		var sum float64
		for y := range 5 { // the upper of 2×2 regions over 9 places
			for x := range 5 {
				sum += float64(grid.Row(y*w + x0 + x)[column])
			}
		}
		return sum / 25
	}
	for k := range half {
		left, right := mean(k, 0), mean(k+half, 4)
		if math.Abs(float64(even[k])-(left+right)/2) > 1e-4 || math.Abs(float64(odd[k])-(left-right)/2) > 1e-4 {
			t.Errorf("atom %d: pooled to %g and %g, the grid says %g left and %g right", k, even[k], odd[k], left, right)
		}
	}
	if _, _, _, err := p.Grid(make([]uint8, 5), 0); err == nil {
		t.Error("a picture of another size was taken")
	}
	if _, _, _, err := p.Grid(in.RGB(5, nil), 3); err == nil {
		t.Error("a level that is not there was taken")
	}
}

func TestOddInputs(t *testing.T) {
	flat := Pictures{Pixels: 12, Data: make([]uint8, 3*12*12*3)}
	single := bars(1, 12, 5)
	for name, in := range map[string]Inputs{"flat": flat, "single": single} {
		p := learn(t, in, small)
		for _, v := range encode(t, p, in).Data {
			if v-v != 0 {
				t.Fatalf("%s: a value is not finite", name)
			}
		}
	}
	p := learn(t, single, small)
	if x := encode(t, p, Pictures{Pixels: 12}); x.Rows != 0 || x.Cols != p.Dim() {
		t.Errorf("no pictures gave %d×%d", x.Rows, x.Cols)
	}
	for want, try := range map[string]func() error{
		"no pictures": func() error {
			_, err := LearnPatches(context.Background(), Pictures{Pixels: 12}, small, nil)
			return err
		},
		"too small": func() error {
			_, err := LearnPatches(context.Background(), bars(2, 4, 1), small, nil)
			return err
		},
		"folded in half": func() error {
			_, err := LearnPatches(context.Background(), single, PatchOptions{Patch: 5}, nil)
			return err
		},
		"mirror image": func() error {
			_, err := LearnPatches(context.Background(), single, PatchOptions{Centroids: 7}, nil)
			return err
		},
		"12×12": func() error {
			_, err := p.Encode(context.Background(), bars(2, 13, 1), nil)
			return err
		},
	} {
		if err := try(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want an error with %q, got %v", want, err)
		}
	}
}

func TestCancelAndProgress(t *testing.T) {
	in := bars(20, 12, 6)
	ctx, cancel := context.WithCancel(context.Background())
	last := -1
	p, err := LearnPatches(ctx, in, small, func(done, total int) {
		if done <= last || done > total {
			t.Errorf("progress went from %d to %d of %d", last, done, total)
		}
		last = done
	})
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	if _, err := p.Encode(ctx, in, func(done, total int) { seen = done }); err != nil || seen != 20 {
		t.Errorf("encoding counted %d of 20 pictures, error %v", seen, err)
	}
	cancel()
	if _, err := p.Encode(ctx, in, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled encoding returned %v", err)
	}
	if _, err := LearnPatches(ctx, in, small, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled learning returned %v", err)
	}
}

func TestName(t *testing.T) {
	for want, o := range map[string]PatchOptions{
		"patches-6x6-512-v1":                          {},
		"patches-4x4-16-v1-levels3-dim24-samples3000": small,
		"patches-6x6-512-v1-pool3-seed9":              {Pool: 3, Seed: 9},
	} {
		if got := o.Name(); got != want {
			t.Errorf("%+v is named %q, want %q", o, got, want)
		}
	}
}
