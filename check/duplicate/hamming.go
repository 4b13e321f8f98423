package duplicate

import (
	"cmp"
	"math/bits"
	"slices"

	"github.com/errata-cv/errata/matrix"
)

// Multi-index hashing (Norouzi, Punjani and Fleet, "Fast search in Hamming
// space with multi-index hashing", CVPR 2012): a hash is cut into four parts of
// 16 bits. Two hashes that differ in at most d = 4r+a bits agree but for r bits
// in one of the first a+1 parts or but for r-1 bits in one of the others, so only
// hashes that share such a part are compared.
const (
	parts    = 4
	partBits = 64 / parts
	partMask = 1<<partBits - 1
)

// runs are the images whose perceptual hash says something, one of each exact
// component, grouped by hash.
type runs struct {
	hash  []uint64 // ascending, each once
	image []int32  // grouped by hash, ascending inside
	from  []int32  // where each group starts in image; one more than hash
}

func (r *runs) members(s int) []int32 { return r.image[r.from[s]:r.from[s+1]] }

func (c *Columns) runs(exact []int32, o Options) *runs {
	r := new(runs)
	for i := range c.PHash {
		if int(exact[i]) == i && c.telling(i, o) {
			r.image = append(r.image, int32(i))
		}
	}
	slices.SortFunc(r.image, func(a, b int32) int {
		return cmp.Or(cmp.Compare(c.PHash[a], c.PHash[b]), cmp.Compare(a, b))
	})
	for at, i := range r.image {
		if at == 0 || c.PHash[i] != r.hash[len(r.hash)-1] {
			r.hash = append(r.hash, c.PHash[i])
			r.from = append(r.from, int32(at))
		}
	}
	r.from = append(r.from, int32(len(r.image)))
	return r
}

// tieHashes joins the images whose perceptual hashes differ in at most
// o.Distance bits and whose small pictures correlate.
func (c *Columns) tieHashes(f *forest, o Options, exact []int32) {
	r := c.runs(exact, o)
	v := newVerifier(c, o, r.image)
	matrix.Parallel(len(r.hash), 64, func(from, to int) {
		for s := from; s < to; s++ {
			v.tieWithin(f, r.members(s))
		}
	})
	if o.Distance == 0 || len(r.hash) < 2 {
		return
	}
	for part := range parts {
		within := o.Distance / parts
		if part > o.Distance%parts {
			within--
		}
		if within < 0 {
			break
		}
		masks := masksWithin(within)
		index := indexPart(r.hash, part)
		matrix.Parallel(1<<partBits, 64, func(from, to int) {
			for key := from; key < to; key++ {
				mine := index.of(uint16(key))
				if len(mine) == 0 {
					continue
				}
				for _, mask := range masks {
					if key^int(mask) < key { // the other way round found it
						continue
					}
					theirs := index.of(uint16(key) ^ mask)
					for at, a := range mine {
						if mask == 0 {
							theirs = mine[at+1:]
						}
						for _, b := range theirs {
							if bits.OnesCount64(a.hash^b.hash) <= o.Distance {
								v.tieAcross(f, r.members(int(a.run)), r.members(int(b.run)))
							}
						}
					}
				}
			}
		})
	}
}

// indexed is a hash that stands in a partIndex.
type indexed struct {
	hash uint64
	run  int32
}

// partIndex lists, for each value of one part, the hashes that have it.
type partIndex struct {
	from []int32 // 1<<partBits + 1
	list []indexed
}

func (p *partIndex) of(key uint16) []indexed { return p.list[p.from[key]:p.from[int(key)+1]] }

func partOf(hash uint64, part int) uint16 { return uint16(hash >> (part * partBits) & partMask) }

func indexPart(hashes []uint64, part int) *partIndex {
	p := &partIndex{from: make([]int32, 1<<partBits+1), list: make([]indexed, len(hashes))}
	for _, h := range hashes {
		p.from[int(partOf(h, part))+1]++
	}
	for k := range 1 << partBits {
		p.from[k+1] += p.from[k]
	}
	next := slices.Clone(p.from)
	for s, h := range hashes {
		k := partOf(h, part)
		p.list[next[k]] = indexed{h, int32(s)}
		next[k]++
	}
	return p
}

// masksWithin lists the 16-bit masks with at most d bits set, fewest first.
func masksWithin(d int) []uint16 {
	masks := []uint16{0}
	for last, round := 0, 0; round < d; round++ {
		end := len(masks)
		for _, m := range masks[last:end] {
			for b := bits.Len16(m); b < partBits; b++ {
				masks = append(masks, m|1<<b)
			}
		}
		last = end
	}
	return masks
}
