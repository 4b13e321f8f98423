// Package jpeg decodes JPEG files fast, at full size or at 1/2, 1/4 or 1/8 of
// it, and says how much of a damaged file it could decode.
//
//	d := jpeg.NewDecoder() // keeps its memory from picture to picture
//	p, err := d.Decode(data, 2)
//	row := make([]byte, 3*p.Width)
//	for y := range p.Height {
//		p.ReadRGB(y, row)
//	}
//	if p.Missing > 0 || !p.Ended { // cut off or damaged; the rest is grey }
//
// It reads baseline, extended and progressive Huffman-coded files of 8 bits a
// sample with one (grey), three (YCbCr, RGB) or four components (CMYK, YCCK),
// interleaved or not, with restart markers and any sampling factors. At full
// size the pixels are those of libjpeg-turbo with its defaults (the accurate
// integer transform, smooth upsampling of chroma) bit for bit, and so those of
// Pillow. Arithmetic coding, lossless coding and 12-bit samples are refused.
//
// The format is ITU-T T.81 (1992); the transform is that of Loeffler,
// Ligtenberg and Moschytz (1989).
package jpeg
