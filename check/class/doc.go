// Package class finds annotations whose class is probably wrong, by confident
// learning (Northcutt, Jiang and Chuang, "Confident Learning: Estimating
// Uncertainty in Dataset Labels", JAIR 2021). It needs the given labels and,
// for each, class probabilities from a model that was not trained on that
// label.
//
// [Learn] makes the one pass over the probabilities that everything else rests
// on; the result answers which labels to look at ([Learning.Filter]), how good
// each label is ([Learning.Scores]), how noisy the classes are
// ([Learning.Health], [Learning.RankClasses], [Learning.OverlappingClasses])
// and what the noise looks like ([Learning.Calibrated], [Learning.Latent]).
//
//	l, err := class.Learn(labels, class.Of(probs))
//	suspects, err := l.Filter(class.PruneByNoiseRate, class.FilterOptions{})
//	scores, err := l.Scores(class.SelfConfidence, false)
//	for _, i := range class.Rank(suspects, scores) {
//		fmt.Println(i, scores[i], "looks like class", l.Other[i])
//	}
//
// Labels are class indices in [0, K); probabilities have one row for each label
// and one column for each class. Every computation is in float64 and gives the
// same answer on any number of cores. Ties are always broken towards the
// smaller index. Data too large for memory goes through an [Inspector].
package class
