// Package features judges a whole dataset from what its pictures look like to a
// model: whether their order tells what they show ([NonIID]), whether a group of
// look-alikes is one that the model fails at ([Groups]), whether a property of
// the picture gives the label away ([Spurious]), what each label is worth to its
// neighbours ([Values]), which class is rare ([Imbalance]) and which rows are
// empty ([Null]). These are the checks of cleanlab's Datalab on features, with
// its known faults mended; the option Compat brings those back, so that the
// numbers are the same.
//
//	g, err := neighbor.KNN(ctx, embeddings, 10, neighbor.Cosine, nil)
//	order, err := features.NonIID(g, features.NonIIDOptions{})
//	if order.Issue {
//		fmt.Println("neighbours stand together, p =", order.P)
//	}
//	clusters, err := features.Cluster(g, features.ClusterOptions{})
//	groups, err := features.Groups(clusters, labels, class.Of(probs), features.GroupOptions{})
//	for _, c := range groups.Worst {
//		fmt.Println("the model fails at group", groups.All[c].ID)
//	}
//
// Labels are class indices in [0, K). Every function is pure and gives the same
// bits on any number of cores.
package features
