// Package neighbor finds which rows lie near which: exact k nearest neighbours,
// connected components, and orders in which look-alikes stand together.
//
//	g, err := neighbor.KNN(ctx, embeddings, 10, neighbor.Cosine, nil)
//	g.Neighbors(i) // rows nearest to row i, nearest first
//
// Everything is a function of its arguments: the same bits whatever the number
// of processors, with ties to the smaller index.
package neighbor
