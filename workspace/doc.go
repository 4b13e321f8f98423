// Package workspace is what Errata remembers of a dataset: a folder named
// .errata beside it, or anywhere else. It holds measurements, thumbnails and
// model inputs of every picture, derived columns, the result of the newest
// scan, and the journal of decisions. Only the journal cannot be made again.
//
//	w, err := workspace.Open(ctx, workspace.Folder(ds.Source), workspace.Options{
//		Root:    ds.Root,
//		Command: "errata check flowers",
//	})
//	if err != nil {
//		return err // a sentence: locked by whom, not writable, of another dataset
//	}
//	defer w.Close()
//	known, err := w.Files(ctx, params)         // what need not be read again
//	err = w.PutMeasured(ctx, params, batch)    // what was read just now
//	entry, err := w.Append(ctx, entry)         // on disk when it returns
//
// One process writes at a time, and any number read meanwhile
// ([Options.ReadOnly]). The process may be killed at any instant: rows never
// speak of bytes that are not there, and what was acknowledged stays.
//
// The folder:
//
//	errata.db      rows: files, content, findings, journal (SQLite, WAL)
//	packs/N.thumbs thumbnails of parameter set N, one after the other
//	packs/N.inputs model inputs of parameter set N, records of equal length
//	artifacts/     derived columns and models by step and key
//	lock           who writes at present
//
// A Workspace may be used by many goroutines at once.
package workspace
