package embed

// InputSide is the recommended side of the square pictures in an [Inputs], in
// pixels.
const InputSide = 32

// Inputs is a set of square RGB pictures of one size. It must be safe for use
// by several goroutines at once.
type Inputs interface {
	// Len returns the number of pictures.
	Len() int
	// Side returns the side of every picture in pixels.
	Side() int
	// RGB returns picture i as Side()*Side()*3 bytes, row by row from the top,
	// red, green and blue of a pixel next to each other. It may use dst, which
	// has room for them, or return memory of its own, which is not changed.
	RGB(i int, dst []uint8) []uint8
}

// Pictures is an Inputs that lies in memory.
type Pictures struct {
	// Pixels is the side of each picture.
	Pixels int
	// Data holds the pictures one after the other, as Inputs.RGB gives them.
	Data []uint8
}

// Len returns the number of whole pictures in Data.
func (p Pictures) Len() int { return len(p.Data) / max(1, p.size()) }

// Side returns Pixels.
func (p Pictures) Side() int { return p.Pixels }

// RGB returns picture i without copying it.
func (p Pictures) RGB(i int, _ []uint8) []uint8 { return p.Data[i*p.size() : (i+1)*p.size()] }

func (p Pictures) size() int { return p.Pixels * p.Pixels * 3 }
