// Package probe says which class each labelled picture would get from a model
// that never saw its label. [CrossValidate] trains multinomial logistic
// regression on embeddings fold by fold and returns the out-of-sample class
// probabilities that confident learning and ranking rest on:
//
//	r, err := probe.CrossValidate(ctx, embeddings, labels, classes, groups, probe.Options{}, nil)
//	p := r.Probs.Row(i)[labels[i]] // how far the rest of the data agrees with label i
//
// Pictures of one group, such as copies of each other, are always in the same
// fold: a copy must not vouch for its twin. [KNNVotes] asks nearest neighbours
// instead, and [Fit] trains one model on everything.
//
// For the built-in embedding a kernel helps much, and only cross-validation can
// tell whether left and right matter:
//
//	o := probe.Options{Landmarks: probe.DefaultLandmarks, Even: patches.EvenDim()}
//
// # Small and odd data
//
// Everything works from one label up and every row of probabilities is finite
// and sums to one. A label that no label of its class in another fold could
// vouch for cannot be judged; it is listed in [Result.Unjudged] and its row is
// mixed with its own label so that its probability is the mean over the others:
// neither suspicious nor cleared. A class without labels gets probability zero.
package probe
