// Package webdataset reads and writes WebDataset shards: tar files whose members
// belong together when they have the same name up to the first dot.
//
//	ds, err := webdataset.Format.Read(ctx, "shards", source.Options{})
//
// # Layout
//
//	shards/
//	  train-000000.tar
//	    000017.jpg       the picture
//	    000017.cls       the number of its class, from 0
//	    000018.jpg
//	    000018.json      {"label": "cat"}, or objects
//	  train-000001.tar
//	  classes.txt        one class name a line; may be absent
//
// Members of a sample follow each other. Shards may be POSIX, PAX and GNU tar
// files, also compressed with gzip (.tar.gz, .tgz).
//
// # Where labels are
//
//   - .cls, or .label, .class, .target: a number of the list in classes.txt, or a
//     name.
//
//   - .json: the member "label", "class", "cls", "class_name", "category" or
//     "labels" of the object, a name, a number or a list of them; and objects in
//     the list "annotations" or "objects":
//
//     {"annotations": [{"bbox": [10, 20, 30.5, 40], "category": "cat",
//     "iscrowd": 0, "score": 0.9, "id": "a1", "attributes": {"pose": "left"}}]}
//
//     The box is x, y, width and height in pixels. The class is the member
//     "category", "label", "class", "class_name", "category_name" or "name", a
//     name or a number, or the number "category_id" or "class_id".
//
//   - .txt, when the sample has no label of those: a single line of at most 64
//     bytes. Where most of them are different they are captions and no labels.
//
// Where .cls and .json both give a label of the whole picture, .cls counts.
//
// # Conventions
//
//   - A picture is called by its shard and its name in there,
//     "train-000000.tar/000017.jpg". Of several pictures in a sample the first
//     with a plain extension is the one; "000017.seg.png" is not.
//   - train, val, test and the like in names of shards or folders are the splits.
//   - Nothing is unpacked to disk: pictures are read at their places. Compressed
//     shards are unpacked in memory.
//
// # Corrections
//
// A patch changes the bytes of the member that says the label and, when its
// length changes, its size and checksum in the head and the padding behind.
// Dropping an image takes all members of its sample out. An object for a sample
// without .json adds such a member behind the others. Compressed shards can be
// read but not corrected.
package webdataset
