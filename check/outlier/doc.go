// Package outlier finds pictures that are like none of the others, from the
// distances to their nearest neighbours or from the probabilities of a model,
// and scores how near the nearest neighbour is.
//
//	g, err := neighbor.KNN(ctx, embeddings, 10, neighbor.Cosine, nil)
//	r, err := outlier.ByDistance(outlier.Of(g), outlier.Options{})
//	for i, is := range r.Outlier {
//		if is {
//			fmt.Println(i, r.Score[i], "lies", r.Distance[i], "from its neighbours")
//		}
//	}
//
// Without embeddings [ByProbability] takes out-of-sample class probabilities.
// [NearDuplicates] is the relative rule of cleanlab's Datalab for pairs that lie
// unusually close; package duplicate, which looks at the pictures themselves, is
// what finds copies.
//
// The scores are those of Kuan and Mueller, "Back to the Basics: Revisiting
// Out-of-Distribution Detection Baselines", 2022, and lie in [0, 1]; low is
// unusual. Every function gives the same bits on any number of cores.
package outlier
