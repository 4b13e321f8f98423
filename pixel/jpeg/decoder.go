package jpeg

import "encoding/binary"

// Decoder decodes one picture after the other and keeps its memory. It must
// not be used by two goroutines at once.
type Decoder struct {
	data       []byte
	at         int // the next byte of data
	scale      int
	header     Header
	components [4]component
	unitW      int // width of an MCU in blocks of 8 pixels
	unitH      int
	unitsX     int // number of MCUs
	unitsY     int
	interval   int // MCUs between restart markers, 0 for none
	quant      [4][64]int32
	haveQuant  [4]bool
	codes      [2][4]*code // [DC, AC]
	own        [2][4]code
	jfif       bool
	adobe      int // colour transform, -1 without an Adobe marker

	buffer    []byte
	unstuffed []byte
	pieces    []piece
	block     [64]int32
	scans     int
	missing   float64
	ended     bool
	picture   Picture
}

// component is one colour channel.
type component struct {
	id      byte
	h, v    int // sampling factors
	table   int // quantisation table
	dc, ac  *code
	last    int32 // previous DC value
	seen    bool  // a scan had it
	blocksX int   // with the padding to whole MCUs
	blocksY int
	ownX    int // without it, as scans of one component count them
	ownY    int
	size    int // side of a decoded block in pixels: 8, 4, 2 or 1
	right   int // pixels of the picture to one of this component across,
	down    int // and down; 0 where it is no whole number
	width   int // pixels that are part of the picture, at this component's resolution
	height  int
	stride  int
	pix     []byte
	// coefficients of a progressive picture, 64 a block in rows of eight.
	coefficients []int16
}

// NewDecoder returns a decoder. The zero value works as well.
func NewDecoder() *Decoder { return new(Decoder) }

// Decode decodes data at 1/scale of its size; scale is 1, 2, 4 or 8. The
// picture is rounded up to whole pixels and stays valid until the next call.
//
// A file that is cut off or damaged gives what could be decoded; see
// [Picture.Missing]. An error means that not even one unit could be, and wraps
// [ErrShort], [ErrUnsupported] or [ErrFormat]. Memory is about 3 bytes a pixel
// of the result, and 6 more bytes a pixel of the file if it is progressive:
// check the size with [ReadHeader] first.
func (d *Decoder) Decode(data []byte, scale int) (*Picture, error) {
	if scale != 1 && scale != 2 && scale != 4 && scale != 8 {
		scale = 1
	}
	d.begin(data, scale)
	err := d.run()
	d.data = nil
	if d.scans == 0 {
		if err == nil {
			err = ErrShort
		}
		return nil, err
	}
	if d.header.Progressive {
		d.transformAll()
	}
	for i := range d.header.Components {
		if c := &d.components[i]; !c.seen {
			d.missing = 1
			for j := range c.pix {
				c.pix[j] = 128
			}
		}
	}
	p := &d.picture
	p.d, p.Header, p.Missing, p.Ended = d, d.header, d.missing, d.ended
	p.Width, p.Height = (d.header.Width+scale-1)/scale, (d.header.Height+scale-1)/scale
	p.model = d.model()
	return p, nil
}

func (d *Decoder) begin(data []byte, scale int) {
	d.data, d.at, d.scale = data, 0, scale
	d.header = Header{}
	d.interval, d.scans, d.missing, d.ended, d.jfif, d.adobe = 0, 0, 0, false, false, -1
	d.haveQuant = [4]bool{}
	d.codes = [2][4]*code{}
	// Files from cameras that send frames may leave out the usual codes.
	standard := standardCodes()
	d.codes[0][0], d.codes[0][1] = &standard[0], &standard[1]
	d.codes[1][0], d.codes[1][1] = &standard[2], &standard[3]
}

// run reads segments until the end of the picture. Damage after the first scan
// ends it as well.
func (d *Decoder) run() error {
	for {
		marker, body, err := d.segment()
		if err != nil {
			return err
		}
		switch {
		case marker == markerEOI:
			d.ended = true
			return nil
		case isFrame(marker):
			if d.scans > 0 {
				return format("it has two frame headers")
			}
			if err = d.frame(marker, body); err == nil {
				d.layout()
			}
		case marker == markerDHT:
			err = d.huffmanTables(body)
		case marker == markerDQT:
			err = d.quantTables(body)
		case marker == markerDRI && len(body) >= 2:
			d.interval = int(binary.BigEndian.Uint16(body))
		case marker == markerAPP0 && len(body) >= 5 && string(body[:5]) == "JFIF\x00":
			d.jfif = true
		case marker == markerAPP1:
			d.app1(body)
		case marker == markerAPPE && len(body) >= 12 && string(body[:5]) == "Adobe":
			d.adobe = int(body[11])
		case marker == markerSOS:
			err = d.scan(body)
		}
		if err != nil {
			return err
		}
	}
}
