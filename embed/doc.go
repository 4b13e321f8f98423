// Package embed turns pictures into rows of numbers in which look-alikes are
// near each other, without a download: it learns from the user's own pictures.
//
// [LearnPatches] learns small whitened patches that occur again and again, after
// Coates, Lee and Ng, "An analysis of single-layer networks in unsupervised
// feature learning" (AISTATS 2011); the resulting [Patches] describes any
// picture by which of those patches it holds and where, at several sizes:
//
//	model, err := embed.LearnPatches(ctx, pictures, embed.PatchOptions{}, nil)
//	rows, err := model.Encode(ctx, pictures, nil) // pictures.Len() × model.Dim()
//
// Pictures come resized to one fixed side, [InputSide] unless there is a reason,
// as RGB bytes through [Inputs]. The grid of patch activities before pooling is
// at hand through [Patches.Grid] for work that needs to know where in a picture
// something is.
//
// # Mirror symmetry
//
// Every learned patch comes with its mirror image, so the embedding of a
// mirrored picture is known without encoding it: its first
// [PatchOptions.EvenDim] columns are the same, the others change sign. What
// should not distinguish left from right uses the first columns only.
//
// # Determinism
//
// The model and the rows are functions of the pictures, the options and the
// seed; the number of cores does not matter.
package embed
