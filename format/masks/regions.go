package masks

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/errata-cv/errata/dataset"
)

// maxRegions bounds the regions of one picture: a photograph has about as many
// values as pixels.
const maxRegions = 4096

// A region is all pixels of a picture with one identity.
type region struct {
	id      identity
	name    string
	defined bool
	value   uint32
	// numbered tells that the value says the object too.
	numbered bool
	crowd    bool
	mask     dataset.Mask
}

// A labelled is a picture's label pictures, decoded.
type labelled struct {
	planes    []*picture
	spellings []*spelling
	files     []labelFile
	data      [][]byte
	// objects is the place of the plane that tells objects apart for the classes
	// of the first one; none when there is none.
	objects int
}

// load decodes the label pictures of an item: the ones that the regions are read
// from, or all of them.
func (l *layout) load(it *item, all bool) (*labelled, error) {
	out := &labelled{objects: none}
	for i, f := range it.files {
		objects := i > 0 && f.kind == byObject
		if i > 0 && !objects && !all {
			continue
		}
		data, err := readFile(filepath.Join(l.base, filepath.FromSlash(f.path)))
		if err != nil {
			return nil, fmt.Errorf("the label picture %s cannot be read: %w", f.path, err)
		}
		p, err := decode(data)
		if err != nil {
			return nil, fmt.Errorf("the label picture %s cannot be read: %w", f.path, err)
		}
		if first := out.planes; len(first) > 0 && (p.width != first[0].width || p.height != first[0].height) {
			return nil, fmt.Errorf("the label picture %s has %d × %d pixels, %s has %d × %d", f.path, p.width, p.height, it.files[0].path, first[0].width, first[0].height)
		}
		if objects {
			out.objects = len(out.planes)
		}
		out.planes = append(out.planes, p)
		out.spellings = append(out.spellings, l.legend.spellingOf(p, f.kind))
		out.files, out.data = append(out.files, f), append(out.data, data)
	}
	return out, nil
}

func readFile(name string) ([]byte, error) {
	info, err := os.Stat(name)
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, errors.New("it is no regular file")
	case info.Size() > maxFile:
		return nil, fmt.Errorf("it has %d bytes; at most %d are read", info.Size(), maxFile)
	}
	return os.ReadFile(name)
}

// A runs collects the pixels of a region as run lengths.
type runs struct {
	counts []uint32
	end    uint32
}

// add appends n pixels from start on, behind all others.
func (r *runs) add(start, n uint32) {
	if start == r.end && len(r.counts) > 0 {
		r.counts[len(r.counts)-1] += n
	} else {
		r.counts = append(r.counts, start-r.end, n)
	}
	r.end = start + n
}

// regions lists the regions in the order of the legend, those of values that are
// not in it last. Bright is for [spelling.isVoid].
func (d *labelled) regions(bright bool) ([]region, error) {
	classes, s := d.planes[0], d.spellings[0]
	w, h := classes.width, classes.height
	var out []region
	var pixels []*runs
	places := map[identity]int{} // place in out, none for void
	known := map[uint64]int{}
	resolve := func(key uint64) (int, error) {
		if place, ok := known[key]; ok {
			return place, nil
		}
		id := s.identify(uint32(key))
		void := s.isVoid(id, bright)
		if d.objects != none && !void {
			id.object = d.spellings[d.objects].identify(uint32(key >> 32)).object
		}
		place, seen := places[id]
		switch {
		case void:
			place = none
		case !seen:
			if len(out) == maxRegions {
				return 0, fmt.Errorf("it has more than %d regions, so it is no label picture", maxRegions)
			}
			place = len(out)
			r := region{id: id, value: uint32(key), numbered: s.kind != byClass && s.kind != byTrain}
			r.name, r.defined = s.name(id)
			if id.entry != none {
				r.crowd = s.kind == by1000 && id.object == none && s.legend.standard && s.legend.entries[id.entry].things
			}
			out, pixels = append(out, r), append(pixels, &runs{})
		}
		places[id] = place
		if len(known) >= 1<<20 {
			return 0, errors.New("it has more than a million values, so it is no label picture")
		}
		known[key] = place
		return place, nil
	}
	key := func(i int) uint64 {
		if d.objects == none {
			return uint64(classes.at(i))
		}
		return uint64(d.planes[d.objects].at(i))<<32 | uint64(classes.at(i))
	}
	plain := d.objects == none && classes.size == 1
	last, from := key(0), 0
	flush := func(to int) error {
		place, err := resolve(last)
		if err == nil && place != none {
			pixels[place].add(uint32(from), uint32(to-from))
		}
		return err
	}
	for x := range w {
		for y := range h {
			k := uint64(0)
			if plain {
				k = uint64(classes.pix[y*w+x])
			} else {
				k = key(y*w + x)
			}
			if k != last {
				if err := flush(x*h + y); err != nil {
					return nil, err
				}
				last, from = k, x*h+y
			}
		}
	}
	if err := flush(w * h); err != nil {
		return nil, err
	}
	for i := range out {
		r := pixels[i]
		if rest := uint32(w*h) - r.end; rest > 0 {
			r.counts = append(r.counts, rest)
		}
		out[i].mask = dataset.Mask{Width: w, Height: h, Counts: r.counts}
	}
	slices.SortFunc(out, func(a, b region) int {
		return cmp.Or(cmp.Compare(uint(a.id.entry), uint(b.id.entry)), cmp.Compare(a.id.value, b.id.value), cmp.Compare(a.id.object, b.id.object))
	})
	return out, nil
}
