// Package vott reads and corrects what VoTT, the visual object tagging tool,
// exports. It holds two formats.
//
// # JSON
//
//	{
//	  "name": "project",
//	  "tags": [{"name": "dog", "color": "#5db300"}],
//	  "assets": {
//	    "0d3de147f": {
//	      "asset": {"id": "0d3de147f", "name": "a.jpg", "path": "file:/data/a.jpg", "size": {"width": 640, "height": 480}},
//	      "regions": [
//	        {
//	          "id": "BsO3zj9bn", "type": "RECTANGLE", "tags": ["dog"],
//	          "boundingBox": {"left": 5, "top": 10, "width": 10, "height": 2},
//	          "points": [{"x": 5, "y": 10}, {"x": 15, "y": 10}, {"x": 15, "y": 12}, {"x": 5, "y": 12}]
//	        }
//	      ]
//	    }
//	  }
//	}
//
// [JSON] reads such a file or all of a folder; the split is the word train, val
// or test in its name (train-export.json). A RECTANGLE or SQUARE is the box in
// boundingBox, a POLYGON the outline in points, with boundingBox as its stated
// box; a correction changes both. A region with several tags is an annotation of
// each of them, and these share one place: it can be moved when one is left. The
// classes are the tags of the project; a new class becomes one. Points and lines
// (POINT, POLYLINE) and regions without tags stay in the file and are listed.
//
// # CSV
//
//	"image","xmin","ymin","xmax","ymax","label"
//	"a.jpg",10,5,20,7,"dog"
//
// [CSV] is a table of boxes of package boxcsv, which it is read and corrected by.
package vott
