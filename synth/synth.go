package synth

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image/jpeg"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"sync"

	"github.com/errata-cv/errata/dataset"
)

// Options say what to make. The zero value is the demo; a rate below zero
// plants none.
type Options struct {
	// Images is the number of files, 2000 when zero, at least 64.
	Images int
	// Seed chooses everything that is left to chance.
	Seed uint64
	// ValShare is the part of the pictures in val, 0.2 when zero.
	ValShare float64
	// WrongRate is the share of files in the folder of another class, 0.05
	// when zero.
	WrongRate float64
	// ConflictRate is the share of copies in the folder of another class than
	// the original, 0.005 when zero.
	ConflictRate float64
	// LeakRate is the share of copies of training pictures in val, 0.01 when
	// zero. Of copies, every other is encoded anew.
	LeakRate float64
	// BlurRate and DarkRate are the shares of pictures that are out of focus
	// and underexposed, 0.01 when zero.
	BlurRate, DarkRate float64
	// TruncatedRate is the share of files cut short, 0.005 when zero, and
	// UnreadableRate that of empty files, 0.001 when zero.
	TruncatedRate, UnreadableRate float64
}

const minImages = 64

// complete fills in the defaults and refuses what cannot be made.
func (o Options) complete() (Options, error) {
	if o.Images == 0 {
		o.Images = 2000
	}
	if o.Images < minImages {
		return o, fmt.Errorf("%d images are too few to plant errors in: ask for %d or more", o.Images, minImages)
	}
	var planted float64
	for _, r := range []struct {
		rate *float64
		zero float64
	}{
		{&o.WrongRate, .05}, {&o.ConflictRate, .005}, {&o.LeakRate, .01}, {&o.BlurRate, .01},
		{&o.DarkRate, .01}, {&o.TruncatedRate, .005}, {&o.UnreadableRate, .001},
	} {
		if *r.rate == 0 {
			*r.rate = r.zero
		}
		*r.rate = max(*r.rate, 0)
		planted += *r.rate
	}
	if o.ValShare == 0 {
		o.ValShare = .2
	}
	if o.ValShare < 0 || o.ValShare > .5 {
		return o, fmt.Errorf("a val share of %v cannot be made: it must lie in (0, 0.5]", o.ValShare)
	}
	if !(planted <= .4) {
		return o, fmt.Errorf("the rates add up to %v: more than 0.4 of the images cannot be spoilt", planted)
	}
	return o, nil
}

// Signs makes a folder of road signs in dir, which must be empty or absent,
// and returns what it planted. Progress, which may be nil, is told the number
// of files done. When it fails or ctx ends, the files it made are removed.
func Signs(ctx context.Context, dir string, o Options, progress func(done, total int)) (_ *Truth, err error) {
	o, err = o.complete()
	if err != nil {
		return nil, err
	}
	switch list, err := os.ReadDir(dir); {
	case err == nil && len(list) > 0:
		return nil, fmt.Errorf("%s is not empty: name a new folder, or remove it first", dir)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%s cannot hold the pictures: %w", dir, err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(filepath.Join(dir, "train")), os.RemoveAll(filepath.Join(dir, "val")))
		}
	}()
	for _, split := range []string{"train", "val"} {
		for _, c := range classes {
			if err := os.MkdirAll(filepath.Join(dir, split, c.name), 0o755); err != nil {
				return nil, err
			}
		}
	}
	items := newPlan(o)
	if err := develop(ctx, dir, items, progress); err != nil {
		return nil, err
	}
	t := truth(o, items)
	return t, t.write(dir)
}

// develop takes all pictures on all cores.
func develop(ctx context.Context, dir string, items []item, progress func(done, total int)) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var (
		wg   sync.WaitGroup
		mu   sync.Mutex
		next int
		done int
	)
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			var st studio
			for ctx.Err() == nil {
				mu.Lock()
				i := next
				next++
				mu.Unlock()
				if i >= len(items) {
					return
				}
				b, err := st.file(items, i)
				if err == nil {
					err = os.WriteFile(filepath.Join(dir, filepath.FromSlash(items[i].path())), b, 0o644)
				}
				if err != nil {
					cancel(err)
					return
				}
				mu.Lock()
				done++
				if progress != nil {
					progress(done, len(items))
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	return context.Cause(ctx)
}

// file returns the bytes of item i.
func (st *studio) file(items []item, i int) ([]byte, error) {
	it := &items[i]
	rng := rand.New(rand.NewPCG(it.seed, 0x66696c65))
	at := anywhere
	if it.kind == dataset.Blurry {
		at = shade
	}
	s := newScene(it.class, it.seed, at)
	switch it.kind {
	case dataset.Unreadable:
		return nil, nil
	case dataset.Blurry:
		side := float32(min(s.width, s.height))
		s.defocus = side * (.045 + .025*rng.Float32())
		s.radius = max(s.radius, side*.40)
		s.exposure = max(s.exposure, 1.1)
		s.noise *= .1
	case dataset.Dark:
		s.exposure = .015 + .02*rng.Float32()
	}
	quality := s.quality
	if it.reencode {
		quality = max(35, quality-25)
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, st.take(*s), &jpeg.Options{Quality: quality}); err != nil {
		return nil, err
	}
	if it.kind == dataset.Truncated {
		b.Truncate(int(float64(b.Len()) * (.35 + .4*rng.Float64())))
	}
	return b.Bytes(), nil
}
