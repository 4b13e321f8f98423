package features

import (
	"fmt"

	"github.com/errata-cv/errata/neighbor"
)

// ClusterOptions are those of DBSCAN.
type ClusterOptions struct {
	// Radius is the distance up to which rows are near; 0 stands for 0.5.
	Radius float64
	// Core is how many rows near it, itself included, make a row the core of a
	// cluster; 0 stands for 5.
	Core int
}

// Cluster groups rows by DBSCAN (Ester, Kriegel, Sander and Xu, "A Density-Based
// Algorithm for Discovering Clusters", KDD 1996) over the neighbours in the
// graph: those of a core within the radius belong to its cluster. It returns the
// cluster of each row, numbered by the first core, and dataset.None for rows in
// no cluster. A row within reach of several clusters belongs to the first.
func Cluster(g *neighbor.Graph, o ClusterOptions) ([]int, error) {
	if err := checkGraph(g); err != nil {
		return nil, err
	}
	if o.Radius == 0 {
		o.Radius = 0.5
	}
	if o.Core == 0 {
		o.Core = 5
	}
	if !(o.Radius > 0) || o.Core < 1 {
		return nil, fmt.Errorf("clusters need a radius above 0 and at least 1 row, not %g and %d", o.Radius, o.Core)
	}
	near := func(i int) []int32 {
		index, distance := g.Neighbors(i)
		for p, d := range distance {
			if float64(d) > o.Radius {
				return index[:p]
			}
		}
		return index
	}
	cluster := make([]int, g.Len())
	for i := range cluster {
		cluster[i] = none
	}
	var open []int
	for i, next := 0, 0; i < len(cluster); i++ {
		if cluster[i] != none || len(near(i))+1 < o.Core {
			continue
		}
		cluster[i] = next
		open = append(open, i)
		for len(open) > 0 {
			at := open[len(open)-1]
			open = open[:len(open)-1]
			reach := near(at)
			if len(reach)+1 < o.Core {
				continue
			}
			for _, j := range reach {
				if cluster[j] == none {
					cluster[j] = next
					open = append(open, int(j))
				}
			}
		}
		next++
	}
	return cluster, nil
}
