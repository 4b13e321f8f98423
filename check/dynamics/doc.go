// Package dynamics judges labels by how a model learnt them: a wrong label is
// learnt late, forgotten often, and keeps a high loss while others fall.
//
// A [Training] takes what the model said in each epoch, one epoch at a time,
// and keeps about 100 bytes for each label whatever the number of epochs and
// classes. [Training.Scores] gives the signals of the literature:
//
//   - the moving average of the loss, as Datumaro ranks noisy labels (Zhou, Wang
//     and Bilmes, "Robust Curriculum Learning", ICLR 2021);
//   - AUM, the area under the margin (Pleiss et al., "Identifying Mislabeled
//     Data using the Area Under the Margin Ranking", NeurIPS 2020);
//   - forgetting events (Toneva et al., "An Empirical Study of Example
//     Forgetting during Deep Neural Network Learning", ICLR 2019);
//   - confidence, variability and correctness (Swayamdipta et al., "Dataset
//     Cartography", EMNLP 2020).
//
// Predictions give all of them, losses alone the first:
//
//	t, err := dynamics.New(labels, dynamics.Options{})
//	for _, logits := range epochs {
//		err = t.AddPredictions(logits)
//	}
//	s, err := t.Scores()
//	for _, i := range s.Order(dynamics.Loss)[:20] {
//		fmt.Println(i, s.MeanLoss[i])
//	}
//
// Predictions must be those of the training itself, made on the training set
// while or after each epoch: a model that fits the labels in the end has still
// learnt the wrong ones last. [Training.AddArray] reads a .npy stack,
// [Training.ReadCSV] a table, and [Training.Merge] joins parts of a training
// that were read apart.
package dynamics
