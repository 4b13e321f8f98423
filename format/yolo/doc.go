// Package yolo reads and corrects the family of YOLO formats: a text file for
// each picture, with one object a line and coordinates as fractions of the width
// and height of the picture.
//
//	0 0.5 0.5 0.25 0.5                          a box: class, centre, size
//	0 0.5 0.5 0.25 0.5 0.87                     a predicted box with its confidence
//	0 0.1 0.1 0.9 0.1 0.5 0.8                   an outline: class, corners
//	0 0.1 0.2 0.3 0.2 0.3 0.4 0.1 0.4           four corners: see below
//	0 0.5 0.5 0.25 0.5 0.5 0.4 2 …              a box with keypoints (kpt_shape in data.yaml)
//
// # Where things are
//
// A dataset is a folder, or its data.yaml or obj.data. What says where the
// pictures are is tried in this order:
//
//   - a data.yaml (of whatever name) with names and train, val or test: a folder,
//     a list of folders, or a text file that lists pictures. The labels of
//     images/train/a.jpg are in labels/train/a.txt, or beside the picture. Where
//     the folder itself is given, everything has to lie in it; a data.yaml that is
//     given itself is followed wherever it leads.
//   - a Darknet obj.data with train, valid and names. Names in it and in its lists
//     count by their last parts, so that data/obj_train_data/a.jpg is found
//     beside it.
//   - train.txt, val.txt or test.txt that list pictures.
//   - pictures anywhere in the folder with a label file beside them or in a folder
//     labels (or Annotations) in the place of images. Folders that are called train, val and
//     so on are splits.
//
// Classes come from data.yaml, obj.names, classes.txt, _darknet.labels or
// notes.json; without any of them a class is called by its number. A number that
// they do not list becomes a class of that spelling and a finding.
//
// A picture without a label file, or with an empty one, has no objects. A label
// file without picture is a finding. Where the pictures lie elsewhere and are
// found by name, the label files say which pictures there are. Where parts of
// data.yaml lead to the same folder, as in coco128.yaml, the first of them counts,
// and where train, val and test all lead to one whose name says no split, there are
// none.
//
// # Four corners
//
// Eight numbers are the corners of a rotated box or an outline of four corners.
// They are rotated boxes when data.yaml says "task: obb", when its name, its path
// or the folder's name holds the word obb or dota, when the format yolo-obb was
// asked for, or else when all rows of the dataset that are no boxes have four
// corners and all of those are rectangles. Of rotated boxes, those that are no
// rectangles within the precision of their decimals are outlines.
//
// # Pixels
//
// Fractions are multiplied by the size of the picture as it is stored and rounded
// to 1e-9 pixels. Corrections write the number with as many decimals as its
// neighbours have and as many more as give the same pixels again; a number that
// does not change keeps its spelling.
package yolo
