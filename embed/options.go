package embed

import "fmt"

// PatchOptions say what to learn. A zero field stands for its default; see
// bench/quality for what the defaults were chosen by.
type PatchOptions struct {
	// Patch is the side of a patch in pixels; even, from 2 to 16; default 6.
	Patch int
	// Levels is the number of sides at which a picture is looked at: the whole
	// side, 3/4, 1/2, 3/8, 1/4 … of it; from 1 to 8; default 4. Levels too
	// small for patches are left out.
	Levels int
	// Centroids is the number of patches to learn at each level, half of them
	// mirror images of the others; even, from 2 to 8192; default 512.
	Centroids int
	// Pool is how many regions a side the activities are averaged over, from 1
	// to 8; default 2.
	Pool int
	// Dim is the number of columns of the embedding; default 1024. Where the
	// pictures have less to say, the last of each part are zero.
	Dim int
	// Samples is the number of patches to learn from; default 100,000.
	Samples int
	// Seed chooses the patches to learn from.
	Seed uint64
}

// version is part of every name; it changes when the same options give another
// embedding.
const version = 1

func (o PatchOptions) withDefaults() PatchOptions {
	set := func(v *int, to int) {
		if *v == 0 {
			*v = to
		}
	}
	set(&o.Patch, 6)
	set(&o.Levels, 4)
	set(&o.Centroids, 512)
	set(&o.Pool, 2)
	set(&o.Dim, 1024)
	set(&o.Samples, 100_000)
	return o
}

func (o PatchOptions) check() error {
	between := func(name string, v, low, high int) error {
		if v < low || v > high {
			return fmt.Errorf("patch embedding: %s is %d, but must be between %d and %d", name, v, low, high)
		}
		return nil
	}
	for _, err := range []error{
		between("the side of a patch", o.Patch, 2, 16),
		between("the number of levels", o.Levels, 1, 8),
		between("the number of centroids", o.Centroids, 2, 8192),
		between("the number of pooling regions a side", o.Pool, 1, 8),
		between("the number of columns", o.Dim, 2, 1<<16),
		between("the number of sampled patches", o.Samples, 2, 1<<24),
	} {
		if err != nil {
			return err
		}
	}
	if o.Patch%2 != 0 {
		return fmt.Errorf("patch embedding: the side of a patch is %d, but must be even because patches are folded in half", o.Patch)
	}
	if o.Centroids%2 != 0 {
		return fmt.Errorf("patch embedding: the number of centroids is %d, but must be even because each has a mirror image", o.Centroids)
	}
	return nil
}

// Name tells embeddings of different options apart, for example
// "patches-6x6-512-v1"; what is not a default is appended. It is meant as part
// of cache keys and does not change for the same embedding.
func (o PatchOptions) Name() string {
	o = o.withDefaults()
	d := PatchOptions{}.withDefaults()
	name := fmt.Sprintf("patches-%dx%d-%d-v%d", o.Patch, o.Patch, o.Centroids, version)
	for _, extra := range []struct {
		tag       string
		have, was uint64
	}{
		{"levels", uint64(o.Levels), uint64(d.Levels)},
		{"pool", uint64(o.Pool), uint64(d.Pool)},
		{"dim", uint64(o.Dim), uint64(d.Dim)},
		{"samples", uint64(o.Samples), uint64(d.Samples)},
		{"seed", o.Seed, d.Seed},
	} {
		if extra.have != extra.was {
			name += fmt.Sprintf("-%s%d", extra.tag, extra.have)
		}
	}
	return name
}

// EvenDim returns how many leading columns of the embedding are the same for a
// picture and its mirror image; the others change sign.
func (o PatchOptions) EvenDim() int { return max(1, o.withDefaults().Dim*3/4) }
