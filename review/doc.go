// Package review says what the journal of decisions means: which answer stands
// for each finding, what is undone, what the dataset would look like with the
// decisions applied, and how the review is going. It does no I/O: entries come
// from a workspace and new ones go back to it.
//
//	s, err := review.Load(ctx, w)
//	...
//	d, err := review.Decide(ds, ix, &finding, dataset.Accept, dataset.None)
//	entry, err := w.Append(ctx, dataset.Entry{Who: "ann", Op: "decide", Decisions: []dataset.Decision{d}})
//	err = s.Apply(entry)
//	answer, ok := s.Verdict(d.Target, d.Kind)
//	changes, orphans, err := s.Changes(ds, ix)
//
// Rules of the fold. An answer is given to a finding, which a target and a kind
// name together; a newer answer replaces an older one of the same finding, Clear
// takes it back, and Skip leaves everything as it was. An undone operation
// counts as if it had never been. See [State.Effect] for what the answers to
// different findings do to one label.
package review
