// Package cvat reads, corrects and writes the XML of CVAT, the annotation tool:
// its export "CVAT for images 1.1".
//
//	annotations.xml
//	images/a.jpg
//
//	<annotations>
//	  <version>1.1</version>
//	  <meta><task><labels>
//	    <label><name>car</name><attributes>…</attributes></label>
//	  </labels></task></meta>
//	  <image id="0" name="a.jpg" subset="train" width="500" height="434">
//	    <box label="car" occluded="0" source="manual" xtl="58.00" ytl="158.00" xbr="72.00" ybr="191.00" z_order="0">
//	      <attribute name="colour">red</attribute>
//	    </box>
//	    <polygon label="car" points="1,2;3,4;6,5" …/>
//	    <mask label="car" rle="2, 3, 4" left="10" top="20" width="3" height="3" …/>
//	    <tag label="night"/>
//	  </image>
//	</annotations>
//
// A file of any size is read and corrected image by image. A folder with several
// such files (train.xml, test.xml) is one dataset.
//
// # Conventions
//
// Coordinates are taken as they are. A box with a rotation is a rotated box: its
// corners are those of the box before it is turned clockwise about its centre by
// that many degrees. A mask is run lengths row by row within its own box, pixels
// outside first. A tag is a label of the whole image. Polylines, points,
// ellipses, cuboids and skeletons stay in the file and are not read.
//
// Attributes are first what stands in the element beside label and place
// (occluded, source, z_order, group_id), then its <attribute> elements. What
// every shape says (occluded 0, source manual, z_order 0, group_id 0) is none.
//
// The split is the subset of an image, where "default" means none; else the name
// of the file if that says one (train.xml). The labels in the file are the
// list of classes.
//
// Tracks of the export "CVAT for video" are not read; an annotation file with
// nothing else says so.
//
// # Corrections
//
// A new shape has the attributes of the last one of its kind in the file, in
// their order, with the values that say nothing, and its numbers as many
// decimals. Where an object moves to another kind of shape, its element is
// written anew. A class that the file does not list yet is added to its labels.
// The number of images in the file (size) follows where it was right.
package cvat
