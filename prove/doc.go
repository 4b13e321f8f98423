// Package prove measures whether correcting labels helped. It trains the same
// model on the original and on the corrected labels, and scores both on the
// original and on the corrected validation labels: four cells, of which the pair
// on the corrected validation labels answers the question.
//
//	r, err := prove.Run(ctx, prove.Data{Before: before, After: after, Classes: names, Split: splits, Groups: groups},
//		prove.Options{Trainer: &prove.Probe{Features: embeddings}})
//	fmt.Println(r.Sentence)
//	r.Text(os.Stdout)
//
// # What is compared
//
// A row is one labelled image. A dropped image is left out of the corrected
// training labels and of the corrected validation labels, and stays in the
// original ones. Where the dataset has a training and a validation split of its
// own, they are used, and each seed trains on a bootstrap sample of the training
// rows: as many near-duplicate groups as there are, drawn with replacement; both
// models of a seed train on the same sample. Otherwise each seed cuts the rows
// anew into parts (four), stratified by the original labels, and validates on
// one of them, or on each in turn. Near-duplicate groups are never divided:
// training rows that are copies of a validation row are left out.
//
// # How sure it is
//
// Every metric is the mean over seeds. The interval of a difference between the
// two models is the middle 95 % of 2,000 bootstrap resamples, of validation
// groups and of seeds at once, with the same resample for both models. It speaks
// of this dataset, this kind of model and validation images like these. In
// simulations where neither set of labels was better (600 images, five seeds) the
// verdict was "cannot be told" in 149 of 150 runs with random splits and in 143 of
// 150 with a split of the dataset's own.
package prove
