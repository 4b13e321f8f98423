// Package labelme reads and corrects the label files of LabelMe: one JSON file
// for each picture, mostly beside it.
//
//	{
//	  "version": "5.5.0",
//	  "flags": {"night": true, "rain": false},
//	  "shapes": [
//	    {"label": "dog", "points": [[10.0, 20.0], [110.0, 90.0]],
//	     "group_id": null, "shape_type": "rectangle", "flags": {"occluded": true}}
//	  ],
//	  "imagePath": "0001.jpg", "imageData": null,
//	  "imageHeight": 480, "imageWidth": 640
//	}
//
// Conventions:
//
//   - A flag of the file that is true is a label of the whole picture, its name
//     the class: that is how LabelMe labels for classification. All flags are
//     classes, but for "__ignore__" where it is false. A shape that is labelled
//     "__ignore__" is an object of that class.
//   - A rectangle has two opposite corners in any order, or all four. An
//     oriented_rectangle (rotation, in tools that followed) has four corners in
//     turn; the first side is its width. A shape without a type is a polygon. A
//     mask is a PNG of its inside, whose first pixel lies at the first point
//     rounded.
//   - Circles, lines, points and other shapes are listed and kept as they are.
//   - The flags of a shape, its group_id and description, and plain values that
//     other tools put there are attributes. Shapes of the same group stay
//     objects of their own.
//   - imagePath is relative to the label file, with "/" or "\". A picture that
//     is not there is looked for by its name below the folder. Embedded pictures
//     (imageData) are read where there is no file; they are never changed.
//   - A labels.txt in the folder or beside it that starts with "__ignore__", the
//     one that LabelMe is started with, lists the classes.
//   - The split is a folder named train, val, test and so on.
package labelme
