// Package mot reads and corrects the ground truth of the MOT challenges: a text file
// for each sequence of pictures, with one object of one frame a line.
//
//	frame,id,left,top,width,height,conf,class,visibility
//	1,7,912,484,97,109,1,1,0.83
//
// The source is a sequence (a folder with gt/gt.txt), its gt.txt, or a folder of
// sequences, also one with train and test between; folders that are called so are
// splits. The pictures are in the folder that seqinfo.ini calls imDir, or img1; frame
// 7 is the picture whose name is the number 7, such as 000007.jpg. All pictures of the
// folder belong to the dataset.
//
// The box is the geometry, in pixels as they are written. Further fields are the
// attributes track_id (left out where it is -1), conf (1 for objects that count, 0
// for those that are ignored) and visibility. Classes are numbers from 1 that
// gt/labels.txt names line by line; without it, they are those of MOT16. A number
// without name becomes a class of that spelling and a finding.
//
// A dropped picture goes with the lines of its frame; the others keep their numbers.
// Detections (det/det.txt), MOTS run lengths and results of trackers are not read;
// instances of MOTS in PNG are read by package masks. There is no way to write tracks
// from pictures without an order, so this format is not written.
package mot
