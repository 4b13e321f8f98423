// Package voc reads, corrects and writes Pascal VOC annotations: one XML file
// for each picture, with a box for each object.
//
//	VOC2012/
//	  Annotations/2007_000027.xml
//	  ImageSets/Main/train.txt      one name in each line
//	  ImageSets/Main/cat_train.txt  name and 1, 0 (difficult only) or -1
//	  JPEGImages/2007_000027.jpg
//
//	<annotation>
//	  <filename>2007_000027.jpg</filename>
//	  <size><width>486</width><height>500</height><depth>3</depth></size>
//	  <object>
//	    <name>person</name>
//	    <pose>Unspecified</pose><truncated>0</truncated><difficult>0</difficult>
//	    <bndbox><xmin>174</xmin><ymin>101</ymin><xmax>349</xmax><ymax>351</ymax></bndbox>
//	  </object>
//	</annotation>
//
// The same files come in other layouts, and all of them are read: a folder of
// XML files alone, with the pictures in a folder beside it; XML files beside
// their pictures, also in train, valid and test folders (Roboflow, Kaggle);
// annotations/ and images/; several years in one VOCdevkit; ImageNet's
// Annotations/…/n01440764/ with Data/. A folder of the name Annotations with
// JPEGImages or ImageSets beside it means the folder that it is in.
//
// # Conventions
//
// Coordinates are taken as they are: the box reaches from xmin to xmax, nothing
// is added or subtracted, because that is what today's tools write. They may be
// whole numbers or decimals, and stand in any order.
//
// The name of the XML file says which picture it belongs to; <filename> counts
// only where no picture has that name. A second XML file for the same picture is
// passed over and listed.
//
// Attributes are pose, truncated, difficult, occluded and any other text in an
// object, then those of <attributes> (CVAT) and of <actions>. Parts (<part>),
// rotated boxes, outlines and other shapes stay in the file and are not read;
// objects that say <deleted>1</deleted> are none.
//
// Splits are the lists of ImageSets/Main, else those of Segmentation, Layout and
// Action, else a folder named like a split. Of lists, trainval is not a split
// when train, val or test is there, and the list "default" of CVAT and Datumaro
// means none. Without lists, a picture without XML file in a folder where others
// have one is an image without annotations; with lists, they say what belongs to
// the set.
//
// labelmap.txt (CVAT, Datumaro) is the list of classes where it is there. Its
// class "background" counts only when an object has it. The label images of
// SegmentationClass and SegmentationObject are the business of format masks.
//
// # Corrections
//
// A new object looks like the last one of the file. A deleted one goes with its
// lines. A dropped image loses its XML file and its lines in the lists; the
// picture goes too where it would come back as an image without annotations,
// because no list says what belongs to the set. Lists of a class
// (cat_train.txt) that were right and become wrong are mended.
package voc
