// Package idx reads pairs of IDX files, the format of MNIST and of those who
// followed it (Fashion-MNIST, EMNIST, KMNIST).
//
//	ds, err := idx.Format.Read(ctx, "mnist", source.Options{})
//
// # Layout
//
//	mnist/
//	  train-images-idx3-ubyte    00 00 08 03, three lengths, then the pixels
//	  train-labels-idx1-ubyte    00 00 08 01, one length, then a number a picture
//	  t10k-images-idx3-ubyte
//	  t10k-labels-idx1-ubyte
//	  classes.txt                one class name a line; may be absent
//
// Lengths are whole numbers of 4 bytes, the highest first. Names may say
// ".idx3-ubyte" and end in ".gz"; where a file is there in both ways the plain
// one is read. The file of labels has the same name with "labels" in the place
// of "images".
//
// # Conventions
//
//   - A picture is called by its file and its number from 0,
//     "train-images-idx3-ubyte/000017.pgm", and is given as a PGM file. When one
//     is dropped, those behind it count one less.
//   - train, test (also said as "t10k") and the like in names are the splits.
//   - A class is named by its number when no list is there: classes.txt,
//     labels.txt, or EMNIST's "…-mapping.txt" whose lines give the number and the
//     character. A number beyond the list is reported as an undefined class.
//   - The pictures of EMNIST lie on their sides in the file (rows are columns);
//     they are shown upright when the name starts with "emnist".
//   - Labels may be whole numbers of 1, 2 or 4 bytes, pictures bytes only.
//
// # Corrections
//
// A new class is one byte. Dropping an image takes its row out of both files
// and mends the counts in their heads. Each picture has exactly one label, so
// none can be added or deleted. Compressed files can be read but not corrected.
package idx
