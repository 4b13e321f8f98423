// Package labelstudio reads and corrects exports of Label Studio: JSON (every
// task with its annotations), JSON-MIN (one record for each annotation), and the
// files of single tasks and annotations that it keeps in cloud storage.
//
//	[{"id": 1,
//	  "data": {"image": "/data/upload/3/1a2b3c4d-street.jpg"},
//	  "annotations": [{
//	    "id": 7, "completed_by": 2, "was_cancelled": false,
//	    "result": [{
//	      "id": "qd1jIVAq1h", "type": "rectanglelabels",
//	      "from_name": "label", "to_name": "image",
//	      "original_width": 640, "original_height": 480, "image_rotation": 0,
//	      "value": {"x": 25.0, "y": 50.0, "width": 10.0, "height": 20.0,
//	                "rotation": 0, "rectanglelabels": ["Car"]}}]}],
//	  "predictions": []}]
//
// Conventions:
//
//   - Places are percent of original_width and original_height, or of the size
//     of the picture where the export does not state it; they become pixels,
//     rounded to a billionth. The example lies at x 160, y 240 and is 64 wide.
//   - A rectangle is turned clockwise around its upper left corner, which stays
//     at x and y. One with a rotation of 0 is a box.
//   - Brush masks are what is not transparent in the RGBA picture that their run
//     lengths pack; see [DecodeBrush].
//   - Choices are labels of the whole picture, each of several one label. A
//     region with several labels is one object for each of them.
//   - Results that share the id of a region (choices, texts, ratings, numbers and
//     taxonomies per region) are its attributes, named by from_name; the texts
//     of its meta are the attribute meta.
//   - Every annotation of a task is read, with the person who completed it (its
//     email or else its id) as annotator. One without results says that there is
//     nothing to label. Cancelled annotations, drafts and predictions are no
//     labels: they are listed and kept.
//   - What says how an annotation came about (ground_truth, lead_time, reviews,
//     origin) is kept and not read.
//   - A task with a list of pictures is one image for each of them: item_index
//     says which, or the number at the end of to_name in a repeater (page_0).
//   - Pictures are found by the end of their address below the folder, also
//     without the eight hexadecimal digits that Label Studio puts in front of
//     uploads, and by what local-files says.
//   - Keypoints, ellipses, vectors, relations, regions without a label, regions
//     on a picture that was turned while it was labelled (image_rotation) and
//     tasks without a picture are listed and kept as they are.
//   - A label_config.xml beside the export lists the classes of the controls in
//     it. A file that is named train.json, val.json and so on is a split.
package labelstudio
