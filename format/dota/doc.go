// Package dota reads, corrects and writes the labels of DOTA: a text file for each
// picture, with the corners of one object a line, in pixels.
//
//	imagesource:GoogleEarth
//	gsd:0.146343590398
//	2753 2408 2861 2385 2888 2468 2805 2502 plane 0
//
// A row has the four corners, the class, and how difficult the object is, which may
// be missing and is the attribute "difficult". Lines before the first row that hold a
// colon are a header. Corners that are a rectangle, within what the decimals of the
// row can tell but at most a hundredth of a pixel, are a rotated box; four others are
// an outline. An object that is moved keeps the direction of its corners.
//
// The labels of train/images/P0001.png are in train/labelTxt/P0001.txt; the source is
// the folder that holds train, or train itself. Folders called labelTxt-v1.0 and so on
// serve where there is no labelTxt. Folders train, val and test are splits. A picture
// without label file, or with an empty one, has no objects. The rotated boxes that
// Roboflow exports as "YOLOv5 Oriented Bounding Boxes" are in this format, with a
// data.yaml that lists the classes; a class that is not on its list is a finding.
//
// A dropped picture goes with its label file.
package dota
