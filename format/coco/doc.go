// Package coco reads, corrects and writes the JSON files of the COCO dataset:
// instances ([Format]), results of a detector ([Results]) and panoptic
// segmentation ([Panoptic]).
//
// An instances file is one object:
//
//	{"images": [{"id": 9, "file_name": "a.jpg", "width": 640, "height": 480}],
//	 "annotations": [{"id": 1, "image_id": 9, "category_id": 18, "iscrowd": 0,
//	   "bbox": [1.5, 2, 30, 40], "area": 1200, "segmentation": [[1.5, 2, …]]}],
//	 "categories": [{"id": 18, "name": "dog", "supercategory": "animal"}]}
//
// Conventions:
//
//   - bbox is x, y, width and height in pixels, taken as it is. A segmentation
//     is a polygon (a list of parts, or the numbers of one part) or a mask (RLE,
//     compressed or not), and bbox is what the source states beside it. Where
//     every segmentation of a file has just the four corners of its bbox, as
//     some converters write boxes, the objects are boxes. An annotation with
//     neither bbox nor segmentation is a label of the whole image.
//   - Attributes are the members of "attributes", as CVAT and Datumaro write
//     them, and every other member of an annotation that is a text, a number,
//     true or false and not one of COCO's own ("ignore", "occluded", …).
//   - Classes are known by name. Image ids and category ids may be numbers or
//     texts; 7 and "7" are the same.
//   - Keypoints and captions stay in the file and are not checked. A person's
//     box in a keypoints file is read as any other.
//   - Files where every annotation has a score are predictions.
//
// A source is one file or a folder with JSON files in it, in annotations/, or
// in the folders of its splits (Roboflow's train/_annotations.coco.json). Where
// a folder holds several kinds of file, instances_*.json are read, or else
// other names, then person_keypoints_*, stuff_*, labels_*, captions_* and
// image_info_*; one problem names the files that are passed over. The split of
// an image is what follows the kind in the file name (instances_train2017.json)
// or the folder of the file.
//
// Files are streamed: reading needs the memory of the dataset, correcting that
// of the corrections.
package coco
