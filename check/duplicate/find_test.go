package duplicate

import (
	"math"
	"math/bits"
	"math/rand/v2"
	"reflect"
	"runtime"
	"strings"
	"testing"
)

// pictures is an Inputs in memory.
type pictures struct {
	side int
	rgb  [][]uint8
}

func (p pictures) Len() int                     { return len(p.rgb) }
func (p pictures) Side() int                    { return p.side }
func (p pictures) RGB(i int, _ []uint8) []uint8 { return p.rgb[i] }

// telling returns a hash with 32 of 64 bits set.
func tellingHash(r *rand.Rand) uint64 {
	var h uint64
	for _, b := range r.Perm(64)[:32] {
		h |= 1 << b
	}
	return h
}

// flip returns h with n set and n clear bits changed.
func flip(r *rand.Rand, h uint64, n int) uint64 {
	set, clear := n, n
	for set+clear > 0 {
		b := uint64(1) << r.IntN(64)
		switch {
		case h&b != 0 && set > 0:
			h, set = h&^b, set-1
		case h&b == 0 && clear > 0:
			h, clear = h|b, clear-1
		}
	}
	return h
}

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s = %v, want %v", what, got, want)
	}
}

func find(t testing.TB, c Columns, o Options) *Components {
	t.Helper()
	out, err := Find(c, o)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// The index finds what comparing every pair finds.
func TestFindEqualsBruteForce(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	var hashes []uint64
	for range 150 {
		h := tellingHash(r)
		for range 1 + r.IntN(6) {
			hashes = append(hashes, h)
			h = flip(r, h, r.IntN(6))
		}
	}
	r.Shuffle(len(hashes), func(i, j int) { hashes[i], hashes[j] = hashes[j], hashes[i] })
	for d := 0; d <= maxDistance; d++ {
		f := newForest(len(hashes))
		for i := range hashes {
			for j := range i {
				if bits.OnesCount64(hashes[i]^hashes[j]) <= d {
					f.union(int32(i), int32(j))
				}
			}
		}
		for _, cores := range []int{1, 4} {
			old := runtime.GOMAXPROCS(cores)
			same(t, "components", find(t, Columns{PHash: hashes}, Options{Distance: d}).Near, f.roots())
			runtime.GOMAXPROCS(old)
		}
	}
}

func TestExact(t *testing.T) {
	a, b, c := [32]byte{1}, [32]byte{2}, [32]byte{3}
	got := find(t, Columns{
		SHA256: [][32]byte{a, b, a, c, {4}, a},
		Pixels: [][32]byte{{10}, b, {10}, c, b, {10}},
		PHash:  []uint64{0, 0, 0, 0, 0, 0},

		Unreadable: []bool{false, false, false, false, false, true},
	}, Options{})
	same(t, "exact", got.Exact, []int32{0, 1, 0, 3, 1, 5})
	same(t, "near", got.Near, got.Exact)
	same(t, "groups", got.Groups(), [][]int{{0, 2}, {1, 4}})
}

// Pictures without structure have equal hashes but are no duplicates.
func TestFlatPicturesDoNotCollapse(t *testing.T) {
	structured := uint64(0x5555555555555555)
	c := Columns{
		PHash:    []uint64{1 << 63, 1 << 63, 0, 0, math.MaxUint64, math.MaxUint64, structured, structured, structured},
		Contrast: []float64{.5, .5, .5, .5, .5, .5, .01, .01, .5},
	}
	for d := 0; d <= maxDistance; d += 4 {
		same(t, "groups", len(find(t, c, Options{Distance: d}).Groups()), 0)
	}
	c.Contrast[7] = 0.2
	same(t, "groups", find(t, c, Options{}).Groups(), [][]int{{7, 8}})
}

// Equal hashes of different small pictures are no duplicates; noise and a change
// of brightness do not matter.
func TestSmallPicturesConfirm(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 2))
	const side = 16
	picture := func() []uint8 {
		p := make([]uint8, 3*side*side)
		for i := range p {
			p[i] = uint8(60 + r.IntN(100))
		}
		return p
	}
	changed := func(p []uint8, brighter, noise int) []uint8 {
		q := make([]uint8, len(p))
		for i, v := range p {
			q[i] = uint8(int(v) + brighter + r.IntN(noise+1))
		}
		return q
	}
	a, b := picture(), picture()
	flat := make([]uint8, len(a))
	h := uint64(0x5555555555555555)
	c := Columns{
		PHash:  []uint64{h, h, h, flip(r, h, 2), flip(r, h, 2), h, h, h},
		Inputs: pictures{side, [][]uint8{a, b, changed(a, 40, 0), changed(b, -20, 12), changed(a, 0, 9), flat, changed(flat, 3, 0), a}},
	}
	same(t, "groups", find(t, c, Options{Distance: DefaultDistance}).Groups(), [][]int{{0, 2, 4, 7}, {1, 3}})
	same(t, "groups of equal hashes", find(t, c, Options{}).Groups(), [][]int{{0, 2, 7}})
	same(t, "groups without pictures", find(t, Columns{PHash: c.PHash}, Options{}).Groups(), [][]int{{0, 1, 2, 5, 6, 7}})
}

// The sketch never refuses a pair that the pictures themselves would take.
func TestSketchIsABound(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	for _, side := range []int{3, 8, 32} {
		var all [][]uint8
		var images []int32
		for i := range 40 {
			p := make([]uint8, 3*side*side)
			for k := range p {
				p[k] = uint8(r.IntN(256))
				if i%2 == 1 {
					p[k] = uint8((int(all[i-1][k])*(40-i) + int(p[k])*i) / 40)
				}
			}
			all, images = append(all, p), append(images, int32(i))
		}
		c := Columns{Inputs: pictures{side, all}}
		taken := 0
		for _, least := range []float64{0.3, 0.7, 0.9} {
			v := newVerifier(&c, Options{Correlation: least}, images)
			for i := range all {
				for j := range i {
					want := correlation(all[i], all[j]) >= least
					if got := v.alike(images[i], images[j]); got != want {
						t.Fatalf("side %d, pair %d %d: alike is %v, correlation %v", side, i, j, got, correlation(all[i], all[j]))
					}
					if want {
						taken++
					}
				}
			}
		}
		if taken < 10 {
			t.Errorf("only %d pairs correlate", taken)
		}
	}
}

func correlation(a, b []uint8) float64 {
	var ma, mb [3]float64
	for i := range a {
		ma[i%3] += 3 * float64(a[i]) / float64(len(a))
		mb[i%3] += 3 * float64(b[i]) / float64(len(b))
	}
	ab, aa, bb := 0.0, 0.0, 0.0
	for i := range a {
		x, y := float64(a[i])-ma[i%3], float64(b[i])-mb[i%3]
		ab, aa, bb = ab+x*y, aa+x*x, bb+y*y
	}
	return ab / math.Sqrt(aa*bb)
}

func TestPairs(t *testing.T) {
	c := Columns{SHA256: make([][32]byte, 5), Unreadable: []bool{false, false, false, false, true}}
	for i := range c.SHA256 {
		c.SHA256[i][0] = byte(i)
	}
	got := find(t, c, Options{Pairs: []Pair{{A: 3, B: 1}, {A: 1, B: 0}, {A: 4, B: 2}}})
	same(t, "near", got.Near, []int32{0, 0, 2, 0, 4})
	same(t, "exact", got.Exact, []int32{0, 1, 2, 3, 4})
}

func TestFindRefuses(t *testing.T) {
	two := make([]uint64, 2)
	for says, call := range map[string]func() error{
		"between 0 and 16": func() error { _, err := Find(Columns{PHash: two}, Options{Distance: 17}); return err },
		"2 perceptual hashes but 1 contrasts": func() error {
			_, err := Find(Columns{PHash: two, Contrast: make([]float64, 1)}, Options{})
			return err
		},
		"pair 0 names the images 0 and 2": func() error {
			_, err := Find(Columns{PHash: two}, Options{Pairs: []Pair{{A: 0, B: 2}}})
			return err
		},
		"must correlate by 2": func() error { _, err := Find(Columns{PHash: two}, Options{Correlation: 2}); return err },
		"0 small pictures":    func() error { _, err := Find(Columns{PHash: two, Inputs: pictures{side: 2}}, Options{}); return err },
	} {
		if err := call(); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("the error is %v, want one with %q", err, says)
		}
	}
	same(t, "components of nothing", len(find(t, Columns{}, Options{}).Near), 0)
}

func BenchmarkFind(b *testing.B) {
	r := rand.New(rand.NewPCG(4, 4))
	hashes := make([]uint64, 1_000_000)
	for i := range hashes {
		if hashes[i] = tellingHash(r); i%10 == 9 {
			hashes[i] = flip(r, hashes[r.IntN(i)], r.IntN(3))
		}
	}
	for _, d := range []int{0, 3, 10} {
		b.Run([]string{0: "equal", 3: "3 bits", 10: "10 bits"}[d], func(b *testing.B) {
			for b.Loop() {
				find(b, Columns{PHash: hashes}, Options{Distance: d})
			}
		})
	}
}
