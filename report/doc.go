// Package report writes what a check of a dataset found, for people and for
// programs: a table for the terminal, one HTML file that needs nothing else,
// and the stable JSON and CSV forms that scripts build on.
//
// The caller fills one [Result]; every writer reads it and changes nothing:
//
//	r := &report.Result{Dataset: ds, Findings: ranked, Scores: judged}
//	err := report.Text(os.Stdout, r, report.Terminal(os.Stdout))
//	err = report.JSON(f, r)
//	err = report.HTML(f, r, report.HTMLOptions{Thumb: thumb})
//
// # JSON
//
// [JSON] writes one object:
//
//	version   1
//	dataset   {name, images, annotations, classes}, the last three as numbers
//	counts    {kind: number}
//	estimate  {errors, low, high}: how many labels are thought to be wrong, or null
//	findings  [{id, kind, image, annotation, label, suggestion, score,
//	          probability, evidence}], most probable first
//
// A suggestion is null or {class, box, action}. Everything that does not apply
// is null; numbers are never NaN or infinite. Image paths are relative to the
// dataset and separated by "/". JSON text is Unicode and file names are bytes:
// a path that is not valid UTF-8 has the odd bytes spelt \xff in "image", and
// "image_bytes" beside it holds the true path in base64.
//
// # CSV
//
// [CSV] writes one row a finding, [Scores] one row for every label that was
// judged: image, annotation, label, suggestion, score, probability. Odd bytes
// are spelt \xff there too; a number that is not known is an empty cell.
package report
