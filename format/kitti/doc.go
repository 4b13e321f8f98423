// Package kitti reads, corrects and writes the object detection labels of KITTI:
// a text file for each picture, with one object a line.
//
//	Car 0.00 0 1.85 387.63 181.54 423.81 203.12 1.67 1.87 3.69 -16.53 2.39 58.49 1.57
//
// The fields are the class; truncated, occluded, alpha; left, top, right and bottom
// of the box in pixels; height, width, length, x, y, z and rotation_y of the object
// in the world; and, of predictions, a score. The box is the geometry. The others
// are attributes by these names, spelled as in the file, except where they have the
// value that KITTI gives to what is unknown: -1 for truncated, occluded and sizes,
// -10 for angles, -1000 for places. A row may end behind the box. When all rows have
// a score, they are predictions.
//
// DontCare rows are regions with objects that nobody marked: annotations of the
// class DontCare with Crowd set.
//
// The labels of training/image_2/000001.png are in training/label_2/000001.txt; the
// source is the folder that holds training, or training itself. Pictures without a
// label file have no objects. Lists of names in ImageSets (train.txt, val.txt) give
// the splits; without them, where there are several folders with labels, their names
// do. Pictures of folders without label_2, such as testing, are not read. Neither
// are tracking labels (label_02), tracklets of raw recordings, point clouds and
// calibrations. Its segmentation masks are colours and instances in PNG, which
// package masks reads.
//
// A dropped picture goes with its label file and its lines in ImageSets.
package kitti
