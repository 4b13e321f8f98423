// Package synth makes labelled picture sets with planted errors that are all
// written down, for the demo, for tests and for measuring how well errors are
// found.
//
// [Signs] renders photographs of road signs: sixteen classes, several of them
// easily taken for one another, before fields, streets, woods and walls, in
// the light of all hours, through cameras of all kinds. Nothing is read from
// disk or network; the same options give the same bytes.
//
//	truth, err := synth.Signs(ctx, "demo", synth.Options{Images: 2000, Seed: 1}, nil)
//	…
//	score := truth.Score(ranked) // paths, most suspicious first
//	fmt.Printf("%d of %d planted errors on top\n", score.Found, score.Planted)
//
// The folder holds train/CLASS/NUMBER.jpg and val/CLASS/NUMBER.jpg. What was
// planted is in the hidden file [TruthFile] beside them, which readers of
// picture folders pass over.
package synth
