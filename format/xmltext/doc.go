// Package xmltext reads XML with the place of every byte, and edits it without
// touching the rest.
//
// Annotation files in XML are corrected in place: one text, one attribute or one
// element changes, and comments, indentation, line ends, quotes, the declaration
// and whatever nobody understands stay as they are. So an [Element] knows where
// it starts and ends in the file, and an [Editor] collects replacements of byte
// ranges:
//
//	root, err := xmltext.Parse(data)
//	var ed xmltext.Editor
//	for _, o := range root.All("object") {
//		ed.SetText(o.Child("name"), "dog")
//	}
//	edits := ed.Edits() // for source.EditFile
//
// [Stream] reads a file of any size child by child of its root element, with
// memory for one child.
//
// # What is read
//
// Elements, attributes, text, CDATA sections and comments of XML 1.0. Files are
// UTF-8, with or without a byte order mark, or declare US-ASCII, ISO-8859-1 or
// windows-1252; characters that those do not have are written as references.
// The five predefined entities and character references are decoded; any other
// reference is kept as it is spelled. A document type that declares entities is
// refused, so nothing is ever expanded. Bytes that are not UTF-8 stay what they
// are.
//
// Limits: elements nest at most 100 deep; one record (a child of the root for
// [Stream], the file for [Parse]) has at most 256 MiB and two million elements
// and attributes.
package xmltext
