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
// # Tables
//
// Only the label cells that were corrected change, and the rows of dropped
// pictures go; a correction is spelled with quotes when the cell had them or
// needs them. The pictures are not touched. In place, the table is replaced in
// one step and the old one stays as NAME.errata-backup-STAMP.
//
// # Folders
//
// A new folder gets hard links to the pictures where the file system allows
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
// In place, pictures are moved; none is ever overwritten or deleted. Before the
// first move, .errata-undo-STAMP.json and .errata-undo-STAMP.sh are on the disk:
// [Undo] or the script puts everything back, at whatever point it was stopped.
// While the moves of a run are unfinished, a further run is refused. Dropped
// pictures go to ROOT.dropped.
//
// # The patch file
//
// [Plan.Patch] writes JSON, version 1:
//
//	{
//	  "version": 1,
//	  "format": "csv",                  // or "folder"
//	  "source": "labels.csv",           // base name
//	  "bytes": 1024, "sha256": "...",   // of a table
//	  "changes": [                      // what was decided
//	    {"action": "set-class", "target": {"image": "a.jpg"}, "annotation": "17", "from": "cat", "to": "dog"},
//	    {"action": "drop-image", "target": {"image": "b.jpg"}}
//	  ],
//	  "edits": [                        // of a table: bytes to replace, by their offset
//	    {"line": 17, "offset": 311, "old": "cat", "new": "dog"},
//	    {"line": 18, "offset": 315, "old": "b.jpg,cat\n", "new": ""}
//	  ],
//	  "moves": [                        // of a folder
//	    {"from": "cat/a.jpg", "to": "dog/a.jpg"},
//	    {"from": "cat/b.jpg", "drop": true}
//	  ]
//	}
//
// The target's ordinal, when not 0, counts the annotations of the image. Names
// that are not UTF-8 are objects, {"base64": "..."}; in a target the image is
// then "image_bytes". Fields may be added within a version. [ReadPatch] turns
// such a file into changes again, for the same dataset elsewhere.
package fix
