// Package npy reads labels, pictures and probabilities from arrays of NumPy.
//
//	ds, err := npy.Format.Read(ctx, "arrays", source.Options{})
//
// # Layout
//
//	arrays/
//	  x_train.npy    n × height × width [× channels], bytes; may be absent
//	  y_train.npy    n labels, or n × classes of zeros and ones
//	  p_train.npy    n × classes, probabilities; may be absent
//	  classes.txt    one class name a line; may be absent
//
// The words in the name of an array say what it is: x, images, data are
// pictures; y, labels, targets are labels; p, probs, predictions are
// probabilities. The words train, val, test and the like are the splits, whose
// arrays belong together. An archive of arrays (.npz), plain or compressed, is
// read like a folder of them.
//
// # Conventions
//
//   - A picture is called by its array and its number from 0,
//     "x_train.npy/000017.ppm", and is given as a PGM or PPM file. Alpha is left
//     out. Channels may come last or, when there are 1, 3 or 4 of them, first.
//     Without pictures, images are called "y_train.npy/000017" and cannot be shown.
//   - Labels are whole numbers, also spelled as floats, truth values, or texts.
//     A number is the line of classes.txt from 0, or else its own name.
//   - Labels of n × 1 are like n. Of more columns each one that is not zero is a
//     class of the picture.
//   - Probabilities without labels are predictions: the likeliest class with its
//     probability as the score. Beside labels they are left alone.
//   - Pictures that are not bytes (floats) are not shown.
//   - Labels without pictures go with the pictures of an IDX file beside them
//     (t10k-images-idx3-ubyte), of the same split or the only one.
//
// # Corrections
//
// A new class replaces the bytes of one element, or two of zeros and ones, of
// which more can be added and deleted. Dropping an image takes its row out of the
// arrays of pictures, labels and probabilities of its split, also those that are
// not checked (true_labels.npy), and mends the shape in their heads. Archives can be read but not corrected: unpacked they are a
// folder that can.
package npy
