// Package createml reads, corrects and writes the JSON of Apple's Create ML for
// object detection, as Roboflow and LabelImg export it.
//
//	[
//	  {
//	    "image": "a.jpg",
//	    "annotations": [
//	      {"label": "dog", "coordinates": {"x": 60, "y": 40, "width": 20, "height": 10}}
//	    ]
//	  }
//	]
//
// x and y are the middle of the box, in pixels: this one goes from 50 to 70 and
// from 35 to 45. The picture lies beside the file. "imagefilename" and
// "annotation" are read in the place of "image" and "annotations".
//
// A source is one such file, or a folder with a file in each split, which
// Roboflow calls _annotations.createml.json: train/_annotations.createml.json
// beside train/a.jpg. The split is the name of the folder. There is no list of
// classes: every label is one.
package createml
