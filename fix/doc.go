// Package fix turns decisions into a corrected dataset in the format of its
// source, leaving every byte that was not corrected as it was.
//
//	plan, err := fix.Make(ctx, ds, dataset.NewIndex(ds), changes)
//	plan.Diff(os.Stdout)
//	report, err := plan.Write(ctx, "flowers-corrected", fix.Options{})
//
// [Make] works out what would change and touches nothing. [Plan.Write] makes a
// new table or folder and leaves the source alone; [Plan.InPlace] corrects the
// source and leaves the means to go back.
//
// What has to change is worked out by the format ([source.Patcher]) as edits of
// bytes and moves of files. What was written is read back and compared with what
// it should say before it gets its name (Options.Read).
//
// # One file
//
// A source that is one file (a table, a COCO file) is written to a new file: the
// bytes that were corrected change and no others. The pictures are not touched.
// In place, the file is replaced in one step and the old one stays as
// NAME.errata-backup-STAMP.
//
// # Folders
//
// A source of many files (an XML for each picture, label files, class folders)
// is written to a new folder. It gets hard links to the pictures where the file system allows
// (copies otherwise, and for all other files), relabelled pictures in the
// folder of their new class. A name that is taken there gets a number: a.jpg
// becomes a-2.jpg. Symbolic links to files become files; links that are not
// followed stay links. A linked picture is one file with two names: a program
// that edits it in place changes it in both folders, unless Options.Copy was
// set. What belongs to Errata (.errata*) is not carried over.
// Dropped pictures go to a second folder beside the new one, OUT.dropped: inside
// of it, common training tools would take it for a class, even a hidden one.
//
// The new folder is built as OUT.errata-partial and renamed when it is
// complete, so an interrupted run never leaves half a dataset under the name;
// the next run replaces what is left of it.
//
// In place, pictures are moved, and a corrected file takes the place of the old
// one, which goes to .errata-backup-STAMP; nothing is ever overwritten or
// deleted. Before the first move, .errata-undo-STAMP.json and .errata-undo-STAMP.sh are on the disk:
// [Undo] or the script puts everything back, at whatever point it was stopped.
// While the moves of a run are unfinished, a further run is refused. Dropped
// pictures go to ROOT.dropped.
//
// # The patch file
//
// [Plan.Patch] writes JSON, version 2:
//
//	{
//	  "version": 2,
//	  "format": "csv",                  // or "folder"
//	  "source": "labels.csv",           // base name
//	  "changes": [                      // what was decided
//	    {"action": "set-class", "target": {"image": "a.jpg"}, "annotation": "17", "from": "cat", "to": "dog"},
//	    {"action": "move-object", "target": {"image": "a.jpg", "ordinal": 1}, "geometry": {"box": [10, 20, 30, 40]}},
//	    {"action": "add-object", "target": {"image": "a.jpg"}, "to": "dog", "geometry": {"box": [1, 2, 3, 4]}},
//	    {"action": "delete-object", "target": {"image": "a.jpg", "ordinal": 2}},
//	    {"action": "set-attribute", "target": {"image": "a.jpg"}, "attribute": {"name": "truncated", "value": "1"}},
//	    {"action": "drop-image", "target": {"image": "b.jpg"}}
//	  ],
//	  "files": [                        // bytes to replace, by their offset
//	    {"name": "labels.csv", "bytes": 1024, "sha256": "...", "edits": [
//	      {"line": 17, "offset": 311, "old": "cat", "new": "dog"},
//	      {"line": 18, "offset": 315, "old": "b.jpg,cat\n", "new": ""}
//	    ]}
//	  ],
//	  "moves": [                        // of a folder
//	    {"from": "cat/a.jpg", "to": "dog/a.jpg"},
//	    {"from": "cat/b.jpg", "drop": true}
//	  ]
//	}
//
// The target's ordinal, when not 0, counts the annotations of the image. Names
// that are not UTF-8 are objects, {"base64": "..."}; in a target the image is
// then "image_bytes". A file that is new has "new": true; "line" is missing in files
// that are no text. Geometries are spelled as [dataset.GeometryValue] tells.
// Version 1, of tables and folders only, had the edits at the top. Fields may be added within a version. [ReadPatch] turns
// such a file into changes again, for the same dataset elsewhere.
package fix
