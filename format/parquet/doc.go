// Package parquet reads and writes image datasets in Apache Parquet files, as
// Hugging Face's datasets library writes them.
//
//	ds, err := parquet.Format.Read(ctx, "flowers", source.Options{})
//
// # Layout
//
//	flowers/data/
//	  train-00000-of-00002.parquet
//	  train-00001-of-00002.parquet
//	  test-00000-of-00001.parquet
//
// The columns that are read are found by their names, whatever else there is:
//
//	image      struct of bytes and path, or the bytes of the picture themselves
//	label      the number of a class, its name, a truth value, or a list of them
//	objects    struct of lists, or list of structs, of bbox (x, y, width, height
//	           in pixels), category, and if there are such id, area, iscrowd
//	image_id, width, height, file_name
//
// Other names for them are known too ("img", "fine_label", "annotations"). The
// label column is the first that Hugging Face's metadata call a class label, or
// else the first with a known name, or the one that Options.LabelColumn names.
// The names of classes come from these metadata, or else from a classes.txt
// beside the files; otherwise numbers are their own names.
//
// # Conventions
//
//   - A picture is called by its file and its path in there,
//     "data/train-00000-of-00002.parquet/img_17.png", or by its row from 0,
//     "…/000017", where it has no path or one that was before.
//   - The words train, val, test and the like in names of files are the splits.
//   - Reading needs the memory of the columns with labels of one file. Pictures
//     are read when they are asked for, a page of the file at a time, of which the
//     last ones are kept. Without an index in the file (few writers make one) a
//     jump backwards reads its row group from the start.
//   - A label of -1 means none, as in Hugging Face's test splits.
//
// # Corrections
//
// The values of a column of a row group are compressed together, so a patch
// cannot change one of them in its place. It puts a new copy of the column chunks
// that change (labels, boxes: never the pictures) behind all data, and mends the
// metadata at the end of the file to point there; every other byte of the file
// stays. What the new chunk takes the place of is left in the file unused.
// Dropping an image copies its row group without the row in this way, pictures
// included; write the dataset anew (errata convert) to get rid of
// the old one.
package parquet
