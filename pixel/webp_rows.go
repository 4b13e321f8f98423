package pixel

import "image"

// webpRows are the pixels of a lossy WebP picture. They are YCbCr in the range
// of video (luma 16 to 235) with chroma at half size, which the image package
// would take for the full range of JPEG; this converts and interpolates them
// as libwebp does.
type webpRows struct {
	m      *image.YCbCr
	a      []byte // alpha, may be nil
	stride int
	width  int
	cb, cr []byte // upsampled chroma of one row
}

func newWebPRows(m *image.YCbCr, alpha []byte, stride int) *webpRows {
	w := m.Rect.Dx()
	return &webpRows{m: m, a: alpha, stride: stride, width: w, cb: make([]byte, w+2), cr: make([]byte, w+2)}
}

func (r *webpRows) read(y int, rgb, alpha []byte) {
	m := r.m
	n := (r.width + 1) / 2
	near := y / 2
	far := min(max(near-1+y&1*2, 0), (m.Rect.Dy()+1)/2-1)
	upsampleWebP(r.cb, m.Cb[near*m.CStride:][:n], m.Cb[far*m.CStride:][:n])
	upsampleWebP(r.cr, m.Cr[near*m.CStride:][:n], m.Cr[far*m.CStride:][:n])
	luma := m.Y[y*m.YStride:][:r.width]
	for x, l := range luma {
		v, u, c := int(l)*19077>>8, int(r.cb[x]), int(r.cr[x])
		o := rgb[3*x : 3*x+3 : 3*x+3]
		o[0] = clamp6(v + c*26149>>8 - 14234)
		o[1] = clamp6(v - u*6419>>8 - c*13320>>8 + 8708)
		o[2] = clamp6(v + u*33050>>8 - 17685)
	}
	if alpha != nil {
		copy(alpha, r.a[y*r.stride:][:r.width])
	}
}

// clamp6 drops six fractional bits.
func clamp6(v int) byte { return byte(min(255, max(0, v>>6))) }

// upsampleWebP doubles a row of chroma: each pixel is 9/16 of the sample it lies in,
// 3/16 of the next ones across and down, and 1/16 of the one at the corner,
// rounded in libwebp's two steps.
func upsampleWebP(dst, near, far []byte) {
	n := len(near)
	a, c := int(near[0]), int(far[0])
	dst[0] = byte((3*a + c + 2) >> 2)
	for i := 1; i < n; i++ {
		b, d := int(near[i]), int(far[i])
		sum := a + b + c + d + 8
		dst[2*i-1] = byte((a + (sum+2*(b+c))>>3) >> 1)
		dst[2*i] = byte((b + (sum+2*(a+d))>>3) >> 1)
		a, c = b, d
	}
	dst[2*n-1] = byte((3*a + c + 2) >> 2)
}
