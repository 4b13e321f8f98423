package synth

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/errata-cv/errata/dataset"
)

// item is one file to be made.
type item struct {
	class, given int
	val          bool
	seed         uint64       // of the scene
	kind         dataset.Kind // of the planted error, empty without
	of           int          // the item it copies, -1 when it is no copy
	reencode     bool
	number       int // of the file
}

func (it *item) path() string {
	split := "train"
	if it.val {
		split = "val"
	}
	return fmt.Sprintf("%s/%s/%05d.jpg", split, classes[it.given].name, it.number)
}

// newPlan lays down every file before the first is made.
func newPlan(o Options) []item {
	rng := rand.New(rand.NewPCG(o.Seed, 0x706c616e))
	count := func(rate float64) int { return int(rate*float64(o.Images) + .5) }
	copies := count(o.ConflictRate) + count(o.LeakRate)
	items := make([]item, o.Images)
	numbers := rng.Perm(o.Images)
	for i := range items {
		items[i] = item{seed: rng.Uint64(), of: -1, number: numbers[i]}
	}

	// Classes by their shares, then the split, each class by itself.
	originals := items[:o.Images-copies]
	var total, sum float64
	for _, c := range classes {
		total += c.share
	}
	from := 0
	for k, c := range classes {
		sum += c.share
		to := int(sum / total * float64(len(originals)))
		if k == len(classes)-1 {
			to = len(originals)
		}
		part := originals[from:to]
		for i := range part {
			part[i].class, part[i].given = k, k
			part[i].val = float64(i) < o.ValShare*float64(len(part))
		}
		from = to
	}

	// Each original gets one error at most.
	order := rng.Perm(len(originals))
	take := func(n int, f func(i int)) {
		for ; n > 0; n-- {
			f(order[0])
			order = order[1:]
		}
	}
	mark := func(k dataset.Kind) func(int) { return func(i int) { items[i].kind = k } }
	take(count(o.WrongRate), func(i int) {
		items[i].kind = dataset.WrongClass
		items[i].given = mistake(rng, items[i].class)
	})
	take(count(o.BlurRate), mark(dataset.Blurry))
	take(count(o.DarkRate), mark(dataset.Dark))
	take(count(o.TruncatedRate), mark(dataset.Truncated))
	take(count(o.UnreadableRate), mark(dataset.Unreadable))

	// Copies follow the originals; a leak copies a training picture into val.
	next := len(originals)
	take(count(o.ConflictRate), func(i int) {
		c := &items[next]
		c.class, c.val, c.seed, c.of = items[i].class, items[i].val, items[i].seed, i
		c.given, c.kind, c.reencode = mistake(rng, c.class), dataset.InconsistentComponent, next%2 == 0
		next++
	})
	train := slices.DeleteFunc(order, func(i int) bool { return items[i].val })
	order = train
	take(min(count(o.LeakRate), len(train)), func(i int) {
		c := &items[next]
		c.class, c.given, c.val, c.seed, c.of = items[i].class, items[i].given, true, items[i].seed, i
		c.kind, c.reencode = dataset.SplitLeak, next%2 == 0
		next++
	})
	return items[:next]
}

// mistake returns a wrong class for a picture of class c: mostly one that
// looks like it, now and then any other.
func mistake(rng *rand.Rand, c int) int {
	if rng.Float64() < .88 {
		like := classes[c].like
		// The first is the commonest confusion.
		name := like[min(rng.IntN(len(like)), rng.IntN(len(like)))]
		return slices.IndexFunc(classes, func(k class) bool { return k.name == name })
	}
	k := rng.IntN(len(classes) - 1)
	if k >= c {
		k++
	}
	return k
}

// truth writes down what the plan holds.
func truth(o Options, items []item) *Truth {
	t := &Truth{Version: truthVersion, Seed: o.Seed, Images: len(items)}
	for _, c := range classes {
		t.Classes = append(t.Classes, c.name)
	}
	for i := range items {
		it := &items[i]
		if it.kind == "" {
			continue
		}
		e := Error{Image: it.path(), Kind: it.kind, Given: classes[it.given].name, True: classes[it.class].name, Reencoded: it.reencode}
		if it.of >= 0 {
			e.Of = items[it.of].path()
		}
		t.Errors = append(t.Errors, e)
	}
	slices.SortFunc(t.Errors, func(a, b Error) int {
		if a.Image < b.Image {
			return -1
		}
		return 1
	})
	return t
}
