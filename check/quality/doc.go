// Package quality finds pictures that are bad as pictures, whatever their
// label: unreadable, truncated, dark, bright, blurry, nearly flat, of odd size
// or aspect, grey among coloured ones, rotated by EXIF. It decides with the
// metrics of package pixel and CleanVision's thresholds.
//
//	rows := make([]quality.Row, len(ds.Images))
//	for i := range rows {
//		rows[i] = quality.Row{Status: quality.Measured, Quality: m[i].Quality, ...}
//	}
//	result := quality.Check(rows, quality.Options{})
//	for _, f := range result.Findings { fmt.Println(f.Kind, f.Image, f.Message) }
//	for _, s := range result.Suppressed { fmt.Println(s.Message) }
//
// # Three rules beyond thresholds
//
// What more than half of the pictures have ([MaxPrevalence]) is how the dataset
// is made, not what is wrong with it: scans of white paper are bright, digits
// on black hold little information. Such a kind is listed as suppressed, with
// its count, and gives no findings. Unreadable and truncated files are always
// reported. The rule needs [MinPictures] pictures.
//
// Pictures whose longer side is at most [TinySide] pixels (MNIST, CIFAR) are
// never called blurry: CleanVision looks for edges at 64 pixels, and a picture
// of 28 or 32 has no more detail to show than it shows. What remains of the
// metric there is contrast, which says nothing of focus.
//
// A picture is of odd size when it lies far outside of the middle half of all
// sizes (three interquartile ranges), as in CleanVision.
//
// # Probability
//
// How far a score s lies below its threshold t is the depth (t-s)/t in (0,1].
// The probability that a person agrees is taken as low + (high-low)·depth, with
// low and high fixed for each kind (see [Rule]): a black picture is certainly
// bad, one just below the threshold is a matter of taste, and a grey or rotated
// picture is usually left as it is. The more pictures share an issue, the less
// of a mistake it is: the probability is multiplied by 1 - share/MaxPrevalence,
// which reaches zero where the kind is suppressed. Unreadable and truncated
// files are exempt from that.
package quality
