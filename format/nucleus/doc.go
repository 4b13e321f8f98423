// Package nucleus reads, corrects and writes the JSON of Scale Nucleus: the
// payloads that its Python client sends and exports.
//
//	{
//	  "items": [
//	    {"image_url": "images/a.jpg", "reference_id": "a", "metadata": {"weather": "rain", "split": "train"}}
//	  ],
//	  "annotations": [
//	    {"label": "car", "type": "box", "geometry": {"x": 1, "y": 2, "width": 3, "height": 4},
//	     "reference_id": "a", "annotation_id": "a-1", "metadata": {"occluded": false}},
//	    {"label": "bus", "type": "polygon", "reference_id": "a",
//	     "geometry": {"vertices": [{"x": 0, "y": 0}, {"x": 9, "y": 0}, {"x": 9, "y": 9}]}},
//	    {"label": "street", "type": "category", "taxonomy_name": "scene", "reference_id": "a", "geometry": {}}
//	  ]
//	}
//
// # Layouts
//
// Items and annotations may stand in one file as above, where annotations may
// also be an object of lists by type ({"box": […], "polygon": […]}); in files of
// their own that are lists or JSON Lines; or as exported rows {"item": {…},
// "annotations": {"box": […], …}}. A source is one such file or a folder of
// them. The lists may be called predictions as well.
//
// # What is read
//
// An item is an image: its identity is the reference_id (or item_id), its picture
// is found by image_url, original_image_url, image_location or url, or else by
// the reference_id. Scalars in its metadata are metadata of the image, and the
// text split among them is the split. Where no items are listed, every
// reference_id that an annotation names is an image; otherwise an annotation of
// an item that is not listed is reported.
//
// The types box and polygon are objects, in pixels. A category is a label of the
// whole image, and a multicategory as many as it has labels; its taxonomy_name is
// an attribute, as are the scalars of the metadata of any annotation. Lines,
// keypoints, cuboids and segmentations, whose masks are pictures, stay in the
// file and are listed.
//
// Records in a list called predictions, and those with a confidence in lists
// without a name, are predictions: where there are annotations as well, they stay
// in the file and are listed. Otherwise, and where every annotation has a
// confidence, the dataset is one of predictions. Probabilities of classes
// (class_pdf) stay in the file.
package nucleus
