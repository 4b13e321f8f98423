// Package segmentanything reads and corrects the annotations of SA-1B, the
// dataset of Segment Anything: a JSON file for each picture, beside it.
//
//	{
//	  "image": {"image_id": 1, "width": 10, "height": 5, "file_name": "sa_1.jpg"},
//	  "annotations": [
//	    {
//	      "id": 7,
//	      "segmentation": {"size": [5, 10], "counts": "`04n0"},
//	      "bbox": [0, 0, 1, 4],
//	      "area": 4,
//	      "predicted_iou": 0.93,
//	      "stability_score": 0.97,
//	      "crop_box": [0, 0, 10, 5],
//	      "point_coords": [[0.5, 2]]
//	    }
//	  ]
//	}
//
// A segmentation is a mask of COCO's run lengths of a picture of size [height,
// width]; bbox [x, y, width, height] is its stated box. Masks have no classes, so
// all of them are of the class "segment", and their class cannot be changed.
// Numbers and texts such as predicted_iou are attributes. A correction of a mask
// changes bbox and area as well; the points and the crop that the mask was made
// from stay. A dropped picture loses its file of annotations; the picture stays.
package segmentanything
