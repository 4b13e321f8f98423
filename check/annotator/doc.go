// Package annotator judges labels that several people gave to the same images:
// what the label should be, how sure that is, and whose labels to trust.
//
// [New] takes the labels as three columns, one row for each label: image,
// annotator and class. They are kept sparse, so a thousand annotators cost no
// more than the labels they gave. [Crowdlab] weighs them against one or more
// classifiers (Goh, Tkachenko and Mueller, "CROWDLAB: Supervised learning to
// infer consensus labels and quality scores for data with multiple annotators",
// 2022):
//
//	l, err := annotator.New(annotator.Columns{
//		Images: 3, Annotators: 2, Classes: 2,
//		Image: []int{0, 0, 1, 1, 2}, Annotator: []int{0, 1, 0, 1, 0}, Class: []int{1, 1, 0, 1, 0},
//	})
//	r, err := annotator.Crowdlab(l, []class.Probs{class.Of(probs)}, annotator.Options{})
//	for i, c := range r.Consensus {
//		fmt.Println(i, "is", c, "with quality", r.Quality[i])
//	}
//	for _, w := range r.Weak(annotator.WeakOptions{}) {
//		fmt.Println("annotator", w.Annotator, "is right in", w.Quality, "of the labels, the others in", w.Others)
//	}
//
// Without a classifier there are [MajorityVote], [Wawa], [GoldMajority],
// [DawidSkene] and [GLAD]. [ActiveLearning] says where a further label would
// help most; [Cohen], [Fleiss] and [Krippendorff] measure how far people agree
// beyond chance, with an interval.
//
// Images may have any number of labels, none included. A person labels an image
// at most once. All computation is in float64 and gives the same answer on any
// number of cores; ties are broken as each function says, chance only by a seed.
package annotator
