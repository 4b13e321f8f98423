package probe

import (
	"slices"
	"testing"

	"github.com/errata-cv/errata/neighbor"
)

func TestKNNVotesCountOnlyWhoMayVote(t *testing.T) {
	g := &neighbor.Graph{K: 3, Index: []int32{
		1, 2, 3,
		0, 2, -1,
		3, -1, -1,
		0, 1, 2,
	}, Distance: make([]float32, 12)}
	votes := KNNVotes(g, []int{0, 1, 1, -1}, 2)
	for i, want := range [][]float32{{0, 1}, {0.5, 0.5}, {0, 0}, {1. / 3, 2. / 3}} {
		if got := votes.Row(i); !slices.Equal(got, want) {
			t.Errorf("picture %d: votes %v, want %v", i, got, want)
		}
	}
}
