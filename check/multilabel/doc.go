// Package multilabel finds labels that pictures lack and labels that they carry
// in error, where a picture may have any number of classes.
//
// Each class is a question of its own, yes or no, and is answered by confident
// learning (package class) on the probabilities 1-P and P; a picture is
// suspicious where at least one of its classes is. The scores of the classes
// become one of the picture by an [Aggregator] (Thyagarajan, Snorrason, Mueller
// and Northcutt, "Identifying Incorrect Annotations in Multi-Label
// Classification Data", 2022).
//
//	labels, err := multilabel.Sets(classes, [][]int{{0, 3}, {}, {1}})
//	l, err := multilabel.Learn(labels, class.Of(probs))
//	rows, err := l.Filter(class.PruneByNoiseRate, multilabel.FilterOptions{})
//	scores, err := l.Scores(multilabel.ScoreOptions{})
//	for _, i := range class.Rank(rows, scores) {
//		fmt.Println(i, scores[i])
//	}
//
// [Learning.Findings] names the very labels: a missing-class finding for each
// that should be added, an extra-class finding for each that should go.
//
// Probabilities have one row for each picture and one column for each class;
// each is that of its class alone, as a sigmoid gives it, so rows need not sum
// to one. Every computation is in float64 and gives the same answer on any
// number of cores. Ties are broken towards the smaller index.
package multilabel
