// Package boxcsv reads and writes text tables of boxes: one row an object, with
// the picture, the class and four coordinates. It holds two formats.
//
// # Open Images
//
//	ImageID,Source,LabelName,Confidence,XMin,XMax,YMin,YMax,IsOccluded,IsTruncated,IsGroupOf,IsDepiction,IsInside
//	000a1249af2bc5f0,xclick,/m/0242l,1,0.48,0.57,0.5,0.9,0,0,0,0,0
//
// [OpenImages] reads all such tables of a folder and of the folders in it. The
// split is what stands before "-annotations" in the name of a table. LabelName
// is looked up in class-descriptions-boxable.csv (identity,name) and is the
// class itself where there is no such file. Coordinates are shares of the size
// of the picture; decimal commas ("0,358" in quotes) are fine. IsGroupOf 1 marks
// a crowd, other columns are attributes of the box. Tables of image-level labels
// (ImageID,Source,LabelName,Confidence) give labels of whole images; those with
// confidence 0 say that a class is absent and are no labels. Tables of pictures
// (ImageID,Subset,...) add the pictures that are there and have no label.
//
// # Tables of boxes
//
//	filename,width,height,class,xmin,ymin,xmax,ymax
//	a.jpg,640,480,car,12,30,200,96
//
// [Boxes] reads those of TensorFlow, Roboflow (train/_annotations.csv), Kaggle
// and RetinaNet. Columns are known by their names: xmin, x1, left and the like
// for the near edges, xmax, x2, right or w, width for the far ones, or bbox for
// all four in one cell ("[12, 30, 200, 96]"). Four numbers in one cell are two
// corners unless a far edge would lie before a near one in one of the first 200
// rows. Without a header, six columns are path, x1, y1, x2, y2 and class, or
// path, class and the four numbers. Coordinates that all lie in [0,1] are shares
// of the size of the picture. A row with a picture and nothing else is a picture
// without objects. Numbers between 0 and 1 in a column score or confidence make
// the table one of predictions. Several tables in a folder are read together
// only when their names tell splits (train.csv, test_labels.csv).
//
// Coordinates are pixels as they stand: a box reaches from xmin to xmax.
//
// # Corrections
//
// Changed are the cells that say something else than before, in the quotes they
// had and with a decimal comma where there was one; a coordinate that stays
// keeps its spelling. A new row follows the last one of its picture and looks
// like it: other columns are empty, the flags of Open Images -1 for "unknown". A
// deleted object and a dropped picture lose their rows; pictures stay where they
// are.
package boxcsv
