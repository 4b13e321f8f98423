// Package folder reads labelled pictures from a folder for each class:
//
//	flowers/daisy/1.jpg            flowers/train/daisy/1.jpg
//	flowers/rose/near/2.png        flowers/val/rose/2.png
//
//	ds, err := folder.Read(ctx, "flowers", source.Options{})
//
// The folders at the top are splits when all that hold pictures have names of
// splits (train, val, test, ... in any case) and folders in them; otherwise they
// are classes. A split need not have every class: classes are the union of all,
// by name, sorted by their bytes, which is the order in which the usual training
// tools number them. Folders inside a class belong to it. An empty folder is a
// class without images; a folder with files but no picture is none.
//
// A file is a picture when its extension or its first bytes say so. One whose
// extension lies stays in the dataset, so that measuring it can tell. Pictures
// that lie beside the class folders stay in the dataset without a label. Images
// are sorted by the bytes of their paths.
//
// Hidden files and what file managers leave behind are passed over in silence.
// Other files, links that lead nowhere or in circles, and folders that may not
// be read are listed as problems, and the rest is read.
package folder
