// Package compare says what differs between two sets of annotations of the same
// pictures, in whatever formats they were.
//
//	d := compare.Match(before, after, compare.Options{})
//	d.Text(os.Stdout)
//
// [Match] pairs annotations that speak of the same object, for people: it lists
// what was added, removed, moved and relabelled. [Exact] demands that two
// datasets be equal, for tests and for making sure that what was written says
// what it should.
package compare
