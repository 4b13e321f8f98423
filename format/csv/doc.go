// Package csvtable reads labels from a table in a text file, CSV or TSV: one
// row a label, with the path of a picture, its class and, where there are such
// columns, its split and who gave the label. All other columns are metadata.
//
//	ds, err := csvtable.Read(ctx, "labels.csv", source.Options{LabelColumn: "aggregate"})
//
// # What is read
//
// The delimiter is one of comma, tab, semicolon and vertical bar, or a blank
// when none of these splits the rows; the one that gives the most rows the same
// number of cells is taken. A UTF-8 byte order mark, CRLF, LF and CR line ends,
// quoted cells with line breaks in them, and blank lines anywhere are fine. No
// line is a comment. Blanks around a cell that is not quoted do not count. A
// quote that opens a cell and is not properly closed (followed by a delimiter
// or a line end within 16 MiB) is an ordinary character.
//
// The first row is a header when it holds no picture's name and a known column
// name (path, file, image, ...; label, class, category, target, ...), or when
// the rows below it name pictures. Without a header, the column with the names
// of pictures is the path; with two columns the other one is the label.
// Otherwise Options.LabelColumn says which, by name or by number from 1.
//
// Classes are sorted: by value when every one is a number (2 before 10), else
// by their bytes. With Options.Classes they stand in the order given there.
//
// # Where pictures are
//
// Paths are relative to Options.Images or, without it, to the folder of the
// table; when no picture is there, to the sub-folder of it that has them. With
// Options.Images a path may also be relative to the table as long as it leads
// into that folder. Names may lack their extension, and may be spelled with
// backslashes. An absolute path is taken only when it lies in the folder of
// pictures, and a path that leads out of it ("../") never is: such a row is
// reported and skipped, because nobody expects a table to make a program read
// files elsewhere. Symbolic links inside the folder are followed.
//
// # What becomes a problem
//
// A row that names a missing file keeps its image and label; a row whose label
// is empty or not in Options.Classes keeps its image and has no annotation. The
// same picture may have several rows: each is an annotation of its own, in the
// order of the table, except that a row which repeats picture, label and
// annotator of an earlier one adds nothing and is reported.
//
// # Writing corrections
//
// [NewPatch] finds the bytes of the label cells to be corrected and of the
// records to be removed; [Patch.Apply] copies the table with these bytes
// changed and all others as they were.
package csvtable
