// Package scan runs the pipeline: measure every image once, describe it, predict
// every label from the others, and turn the columns into findings.
//
// The steps are named, cached and resumable. What a step makes is kept in the
// workspace under a key of everything it depends on, so a second scan does only
// what changed, and an interrupted one goes on where it stopped.
//
//	result, err := scan.Run(ctx, ds, ws, scan.Options{Progress: progress.To(os.Stderr)})
//
//	measure    decode each image: size, hashes, quality, thumbnail, model input
//	embed      learn patches from the images and describe each by them
//	neighbors  the graph of nearest look-alikes
//	probe      out-of-sample class probabilities by cross-validation
//	rank       one probability of an error for each label
package scan
