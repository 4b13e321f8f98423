// Package pixel reads picture files. [Measure] decodes a file once and returns
// everything that later rooms need of it: size, hashes, quality metrics, a
// thumbnail and the input of an embedding. Formats are told by content, never
// by name: JPEG, PNG, GIF, BMP, TIFF, WebP and PBM/PGM/PPM.
//
//	data, err := os.ReadFile(path)
//	m, err := pixel.Measure(data, pixel.Options{})
//	if err != nil { // an *Error whose Reason is one sentence without the path
//		return fmt.Errorf("%s: %w", path, err)
//	}
//	fmt.Println(m.Width, m.Height, m.Quality.Blurry)
//
// [Decode] gives the upright picture itself, for a full view. [Strip] stitches
// stored thumbnails into one JPEG without decoding them.
//
// # What is exact and what is reduced
//
// Pixels are those of Pillow: JPEG as libjpeg-turbo decodes it, lossy WebP as
// libwebp does. Metrics are CleanVision's and the perceptual hash is
// imagehash's, so they equal what those tools give for the same file, with
// these exceptions on purpose: a palette is looked up before anything is
// measured, an ink picture (CMYK) is measured as the colours it shows, and the
// perceptual hash is that of the upright picture. (A picture that EXIF turns by
// 90° is reduced first and turned then; a few bits that were close calls may
// differ from those of an upright copy.)
//
// Every format but JPEG is always measured at full size. A JPEG is decoded at
// 1/2, 1/4 or 1/8 of its size when what is left has at least [ReducedPixels]
// pixels and a long side of [ReducedSide]; so a JPEG below 4·ReducedPixels (2.1
// megapixels) is always measured in full. At reduced size the brightness
// percentiles and the entropy are those of the reduced picture (fine noise is
// averaged away); the blur score and the perceptual hash are defined on
// pictures of 64 and 32 pixels and hardly change.
//
// Transparent pixels: metrics look at the colour channels and ignore alpha, as
// CleanVision does; thumbnail, mean colour and embedding input are composed
// over the neutral grey [Backdrop]. Sixteen-bit samples are measured by their
// high byte and hashed whole. Colour profiles are not applied. Animations and
// files of several pages are measured by their first picture.
//
// A file that ends too early is decoded as far as it goes where the format
// allows it (JPEG, PNG, BMP, PNM), and marked as truncated; else Measure fails
// with an *[Error] that says so.
//
// All functions are safe for concurrent use. Damaged files never cause a panic.
package pixel
