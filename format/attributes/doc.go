// Package attributes reads and writes labels of which a picture has several:
// lists of attributes and tables with a column for each.
//
// # What is read
//
// PETA: Label.txt beside the pictures, a person or a picture and its attributes
// in each row. A row belongs to the picture of that name or to all pictures
// whose names start with it and "_".
//
//	0053 upperBodyBrown personalFemale hairLong
//
// CelebA: list_attr_celeba.txt, the number of rows, the names of the attributes,
// and 1 or -1 for each of them. list_eval_partition.txt gives the splits (0
// train, 1 val, 2 test), identity_CelebA.txt the metadata "identity"; pictures
// that only these name have no label. Boxes and landmarks are not read.
//
//	2
//	Bald Young
//	000001.jpg -1  1
//
// Tables: a column with the names of pictures, perhaps one with the split, and
// all others 1 and 0 (1 and -1, 1.0 and 0.0, True and False; an empty cell is a
// no). Roboflow's _classes.csv in train and valid, Kaggle, and CelebA as CSV are
// such. At least two pictures and two attributes are needed to know one.
//
//	filename, cat, dog
//	a.jpg, 1, 0
//
// ImageNet lists: a file synsets.txt with a class in each line, and lists
// (train.txt) with a picture and the numbers of its classes from 0 in each.
//
//	1.jpg 0 5
//
// Every attribute that a picture has is a label of the whole picture, in the
// order of the source.
//
// # Corrections
//
// A new class turns one attribute off and another on; a label that is added or
// deleted turns one on or off; all other bytes stay. Where one row is for several
// pictures (PETA), a correction of one of them corrects the row and so all of
// them, which the dataset says as a problem; corrections that contradict each
// other are refused. A dropped picture loses its row, unless other pictures
// share it, and rows about it in CelebA's other files; pictures of PETA, which
// are found by their folder, leave it.
package attributes
