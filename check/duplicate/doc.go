// Package duplicate finds pictures that are there more than once: the same
// file, the same pixels in another file, or almost the same picture. It tells
// what that means for the dataset: copies that add nothing, copies that carry
// different labels, and copies on both sides of a split.
//
// [Find] ties images together into components; [Components.Findings] turns the
// components into findings; [Components.Near] also serves as the groups that
// must not be torn apart when a model is trained in folds.
//
//	c, err := duplicate.Find(duplicate.Columns{SHA256: files, Pixels: pixels, PHash: hashes}, duplicate.Options{})
//	findings, err := c.Findings(ds, duplicate.Policy{})
//
// # What ties images together
//
// Exact: equal SHA-256 of the file, or an equal hash of mode, size and pixels.
// Near: perceptual hashes within Options.Distance bits of each other whose small
// pictures, where given, also correlate by at least Options.Correlation; or a
// pair that the caller gives, for example of embeddings that are very close.
// Near components contain the exact ones and are transitive: if A is near B and
// B near C, all three are one component.
//
// A perceptual hash alone sees only coarse structure: two different words on a
// white page may have the same one. The correlation of the small pictures tells
// them apart. A hash also says nothing about a picture without structure: every
// flat grey picture has the same one. It is not used when the number of its set
// bits is outside 24 to 40 (a structured picture sets 32 of 64, those above the
// median) or when the picture's contrast is below Options.Contrast. Such pictures
// are still found as exact duplicates.
package duplicate
