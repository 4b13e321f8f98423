// Package datumaro reads and corrects datasets in Datumaro's own format, which
// CVAT exports, too: one JSON file for each subset in annotations, the pictures
// in images/<subset>.
//
//	{"dm_format_version": "1.0", "infos": {},
//	 "categories": {"label": {"labels": [{"name": "car", "parent": "", "attributes": []}]}},
//	 "items": [
//	  {"id": "a", "annotations": [
//	    {"id": 0, "type": "bbox", "attributes": {"occluded": false}, "group": 0,
//	     "label_id": 0, "z_order": 0, "bbox": [10.0, 20.0, 30.0, 40.0]}],
//	   "image": {"path": "a.jpg", "size": [480, 640]}}]}
//
// Conventions:
//
//   - The split is the name of the file; "default" is none.
//   - Classes are those of categories.label.labels; a label_id beyond them is an
//     undefined class with the number as its name.
//   - label is a label of the whole picture, bbox a box by its upper left corner
//     and size, polygon an outline, mask run lengths of COCO. Polygons in a row
//     with the same id, the same group other than 0 and the same label are parts
//     of one object, which is how Datumaro keeps those of COCO.
//   - A bbox with a number other than 0 as its attribute rotation is turned
//     clockwise around its centre, as CVAT means it.
//   - Attributes that are texts, numbers, true or false are read, lists and
//     objects are kept as they are. group, z_order and object_id are attributes
//     where they are not 0. The attribute is_crowd marks a crowd.
//   - Points, polylines, captions, ellipses, cuboids and what has no label are
//     listed and kept as they are, and so are items without a picture.
//   - The size of a picture is height before width. An image without a path is
//     named by the id of its item.
package datumaro
