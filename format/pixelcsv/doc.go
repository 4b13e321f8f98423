// Package pixelcsv reads tables in which a row is a picture: its label and then
// its pixels, as MNIST, Fashion-MNIST and Sign-Language MNIST are passed on.
//
//	ds, err := pixelcsv.Format.Read(ctx, "mnist_train.csv", source.Options{})
//
// # Layout
//
//	label,pixel0,pixel1,…,pixel783
//	5,0,0,…,0
//
// The first row may be a header; without one the label is the first cell. With
// one it is the column label, class, target or y. All other cells are pixels from
// 0 to 255, row by row, of a square picture: 64, 784, 1024 or another square of
// them, or three times that with the colours of each pixel behind each other.
// Cells are separated by commas, semicolons or tabs and not quoted.
//
// # Conventions
//
// A picture is called by its table and its number from 0, "mnist_train.csv/000017.pgm",
// and is given as a PGM or PPM file. When one is dropped, those behind it count
// one less. The words train, test and the like in the names of tables are the
// splits. A class is named by the number in the cell, or by that line of
// classes.txt from 0. A row with another number of cells is reported and left out.
//
// # Corrections
//
// A new class replaces the cell of the label; dropping an image removes its line.
// Each picture has exactly one label.
package pixelcsv
