package probe

import (
	"math/rand/v2"
	"slices"
)

const streamFolds = 0x666f6c64 // of random numbers

// Folds deals labels into k parts so that each class is spread evenly over them
// and a group is never divided (stratified group k-fold). The largest groups
// are dealt first, each to the part that has the fewest labels of its classes;
// ties go to the part with fewer labels, then to the first. groups may be nil:
// each label is its own. The number of parts is lowered to the number of groups.
func Folds(y []int, classes int, groups []int32, k int, seed uint64) []int8 {
	n := len(y)
	fold := make([]int8, n)
	members := grouped(n, groups)
	k = max(1, min(k, len(members)))
	random := rand.New(rand.NewPCG(seed, streamFolds))
	random.Shuffle(len(members), func(a, b int) { members[a], members[b] = members[b], members[a] })
	slices.SortStableFunc(members, func(a, b []int32) int { return len(b) - len(a) })
	counts := make([][]int32, k) // labels of each class in each part
	for f := range counts {
		counts[f] = make([]int32, classes)
	}
	total := make([]int, k)
	for _, group := range members {
		best, least := 0, -1
		for f := range k {
			cost := 0
			for _, i := range group {
				cost += int(counts[f][y[i]])
			}
			if least < 0 || cost < least || cost == least && total[f] < total[best] {
				best, least = f, cost
			}
		}
		for _, i := range group {
			fold[i] = int8(best)
			counts[best][y[i]]++
		}
		total[best] += len(group)
	}
	return fold
}

// grouped returns the members of each group, groups in order of their first.
func grouped(n int, groups []int32) [][]int32 {
	var out [][]int32
	at := make(map[int32]int, n)
	for i := range n {
		id := int32(i)
		if groups != nil {
			id = groups[i]
		}
		g, ok := at[id]
		if !ok {
			g = len(out)
			at[id] = g
			out = append(out, nil)
		}
		out[g] = append(out[g], int32(i))
	}
	return out
}
