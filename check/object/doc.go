// Package object finds annotations of objects that are wrong by themselves,
// without any look at the pixels: boxes without area or outside of the picture,
// outlines that cross themselves, the same object marked twice, sizes that are
// not those of the picture, pictures in which nothing is marked.
//
//	c := object.Columns{Width: w, Height: h, Orientation: o} // as stored, by image
//	result := object.Check(ds, dataset.NewIndex(ds), c, object.Options{})
//	for _, f := range result.Findings { fmt.Println(f.Kind, f.Annotation, f.Message) }
//	for _, s := range result.Suppressed { fmt.Println(s.Message) }
//
// Annotations without a geometry, labels of the whole image, are no objects.
//
// # The frame
//
// An annotation lies in a frame: the picture as its source sees it. That is the
// size the source states, or else the upright size of the picture. Where the
// two differ the picture gets one finding, size-mismatch, and the frame is the
// upright size if all objects of the picture fit into it. A picture that EXIF
// turns by 90° has two sizes; when the source states the one as stored, or when
// the objects fit into that and not into the upright one, it gets a
// rotated-by-exif finding and the frame is as stored. Where neither size is
// known, nothing is said of what lies outside.
//
// # Rules
//
// [Rules] lists them with their probability. An annotation gets one artifact
// finding at most, of the first rule in that order that applies. The name of the
// rule is in the evidence.
//
//   - undecodable, not-a-number, no-area, no-outline (no part has three corners,
//     or the mask no pixel), outside (nothing of it is in the frame), mask-size
//     (a mask of another size than the frame) are facts.
//   - partly-outside: the bounds reach out of the frame by more than
//     max([Overshoot] pixels, [OvershootShare] of that side). Rotated boxes
//     may: four corners around an object at the border do not fit in.
//   - self-crossing: edges of one part cross, and the area inside differs from
//     the area by the shoelace formula by more than [CrossingShare]. Hand-drawn
//     outlines cross themselves in tiny loops that do no harm.
//   - stated-box: a side of the box beside an outline is off by more than
//     max([BoxSlack] pixels, [BoxSlackShare] of the length). The box around the
//     outline is suggested when their IoU is at least [SameIoU].
//   - crumb: √(w·h) is below [CrumbShare] of that of the frame, below an eighth of
//     the median of its class, and three interquartile ranges below the lower
//     quartile on a logarithmic scale. A class of less than [MinObjects] objects
//     is measured by all objects.
//   - sliver: the shorter side is below [SliverShare] of √(w·h) of the frame, and
//     the ratio of the sides is below 0.1, below a quarter of the median of its
//     class, and three interquartile ranges below the lower quartile.
//
// Two annotations of one picture by one annotator are the same object when their
// IoU is at least [NearIoU]; only the later, or the one with the lower score, is
// a finding. Of different classes only equal ones are.
//
// # What many objects have
//
// As in check/quality, what more than half of the objects (or pictures) have is
// how the dataset is made: it is listed as suppressed with its count. Below
// that, the probability is multiplied by 1 - share/MaxPrevalence. Facts and
// duplicates of one class are always reported. The rule needs [MinObjects].
package object
