// Package jsontext reads and corrects JSON without losing a byte of it.
//
// Annotation files are JSON with members that nobody but their tool knows, with
// numbers spelled in a certain way, indented or not. Errata changes single
// values in them and leaves everything else as it is, so it needs to know where
// every value lies. A [Node] is a value with its place in the file:
//
//	root, err := jsontext.Parse(data)
//	label := root.Get("shapes").At(0).Get("label")
//	e := jsontext.NewEditor()
//	e.Replace(label, jsontext.Quote("dog", true))
//	edits := e.Edits() // one edit: the bytes of the string
//
// [Stream] reads files of any size: it hands out one record of each top-level
// array after another and needs the memory of one record.
//
// What is read: JSON of RFC 8259 in UTF-8, with or without a byte order mark,
// and beyond it the NaN, Infinity and -Infinity that Python writes. Strings
// that are not valid UTF-8 keep their bytes. Of members with the same key the
// last one counts. Limits: 512 levels, 256 MiB for a record.
package jsontext
