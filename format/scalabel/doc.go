// Package scalabel reads, corrects and writes the JSON of Scalabel, which is
// also that of BDD100K.
//
//	{
//	  "frames": [
//	    {
//	      "name": "b1c66a42-6f7d68ca.jpg",
//	      "videoName": "b1c66a42-6f7d68ca",
//	      "size": {"width": 1280, "height": 720},
//	      "attributes": {"weather": "overcast", "timeofday": "daytime"},
//	      "labels": [
//	        {
//	          "id": "0",
//	          "category": "traffic sign",
//	          "attributes": {"occluded": false, "crowd": false},
//	          "box2d": {"x1": 1000.7, "y1": 281.9, "x2": 1040.6, "y2": 326.9}
//	        },
//	        {
//	          "id": "1",
//	          "category": "car",
//	          "poly2d": [{"vertices": [[5, 6], [25, 6], [25, 16]], "types": "LLL", "closed": true}]
//	        }
//	      ]
//	    }
//	  ],
//	  "config": {"categories": [{"name": "traffic sign"}, {"name": "car"}]}
//	}
//
// # Layouts
//
// A file holds frames in an object as above, or as a list without anything
// around it (BDD100K since 2020), or it is one of the first release of BDD100K:
// a file for each picture, {"name": "b1c66a42-6f7d68ca", "attributes": {…},
// "frames": [{"objects": […]}]}, whose labels are called objects. A source is
// one file or a folder of them, at any depth. The split is the word train, val
// or test in the name of the file (det_val.json) or the folder that it is in.
//
// # What is read
//
// A box2d has x1, y1, x2 and y2 in pixels; they are taken as they are, without
// the pixel that some of Scalabel's tools add to widths. A poly2d whose parts
// are closed is a polygon of these parts. In its types, "L" is a corner; the two
// points before the end of a cubic Bézier curve are "C", and its end is "C" or
// "L". Curves become lines that are nowhere further than 1/4 pixel away; in the
// file they stay curves unless the outline is moved. An rle is a mask of COCO's
// run lengths, with size [height, width]. Where a label has several of these,
// the outline counts before the mask, and the mask before the box, which then is
// the stated box; a correction changes all that are there. The objects of the
// first release have poly2d as [[x, y, "L"], …], closed unless the category
// starts with "lane".
//
// Lines (poly2d that is not closed), cuboids (box3d) and graphs of keypoints
// stay in the file and are listed. A label with a category and no shape at all
// keeps its place, as one whose geometry means nothing.
//
// The attribute crowd, when it is true or false, is Annotation.Crowd; all others
// are attributes. A number in score makes the dataset one of predictions. The
// attributes of a frame and its videoName are metadata of the image. The classes
// are the leaves of config.categories; a category that is not one of them is
// reported. In files without that list every category is a class.
//
// A picture is found by videoName and name, by url, or by name alone. Two frames
// with the same picture are reported and add to each other.
package scalabel
