// Package labelmexml reads and corrects the XML of the LabelMe web tool of MIT
// (not the JSON of today's desktop tool, which is package labelme): one file for
// each picture, in the same folder below Annotations as the picture is below
// Images.
//
//	Annotations/street/a.xml
//	Images/street/a.jpg
//	Masks/street/a_mask_1.png
//
//	<annotation>
//	  <filename>a.jpg</filename><folder>street</folder>
//	  <object>
//	    <name>car</name><deleted>0</deleted><verified>0</verified>
//	    <occluded>no</occluded><attributes>red</attributes>
//	    <parts><hasparts></hasparts><ispartof>2</ispartof></parts>
//	    <id>3</id>
//	    <polygon><username>ann</username><pt><x>1</x><y>2</y></pt>…</polygon>
//	  </object>
//	  <imagesize><nrows>77</nrows><ncols>102</ncols></imagesize>
//	</annotation>
//
// # Conventions
//
// An object that says <deleted>1</deleted> is none. An object of the type
// bounding_box whose corners make an upright rectangle is a box. An object with
// <segm> is the mask in the file that it names: all pixels that are not black.
// The user who drew an object is its annotator, <id> its identity, and the other
// texts in it are attributes, <hasparts> and <ispartof> among them; dates are
// not. Pictures without a file, in folders where others have one, are images
// without annotations.
//
// # Corrections
//
// A deleted object is marked as deleted, as the tool does, so that the numbers
// by which others name it as their part stay right. Masks are pictures and
// cannot be moved or added. A dropped image goes with its picture, its XML file
// and its masks.
package labelmexml
