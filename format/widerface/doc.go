// Package widerface reads and corrects the labels of WIDER FACE: a text file for
// each split with, for each picture, its name, the number of faces, and a line for
// each of them.
//
//	0--Parade/0_Parade_marchingband_1_849.jpg
//	1
//	449 330 122 149 0 0 0 0 0 0
//
// The fields are left, top, width and height in pixels, then the attributes blur,
// expression, illumination, invalid, occluded and pose. An eleventh is the class,
// as Datumaro and CVAT write it; without it, the class is face. The classes are
// face and those that occur; a labels.txt is not needed.
// A picture with no face has the number 0 and, as most files write it, one line of
// zeros, which is no face.
//
// The source is the folder that holds wider_face_split, or one file in it, called
// wider_face_train_bbx_gt.txt; what stands in the place of train is the split. The
// pictures lie in WIDER_train/images. The folders of events (0--Parade) are part of the
// names and no labels.
//
// Corrections keep the number of faces right. The lines of a dropped picture go; the
// picture itself stays, as the lists say which there are.
package widerface
