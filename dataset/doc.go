// Package dataset holds the words of Errata as types: images, annotations,
// findings, suggestions and decisions. It does no I/O and imports nothing else
// of the project, so every other room can speak of the same things.
//
// A [Dataset] is what a format reader returns: the images and their labels, in
// the order of the source. A check returns [Finding] values about them; a
// person answers with [Decision] values; [Change] is the net effect that a
// format writes back.
//
//	ds, err := folder.Read(ctx, "flowers/", format.Options{})
//	for _, a := range ds.Annotations {
//		fmt.Println(ds.Images[a.Image].Path, ds.Classes[a.Class])
//	}
package dataset
