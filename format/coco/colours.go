package coco

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/png"
	"io"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/errata-cv/errata/dataset"
)

// colours are the numbers of the segments of an image, row by row.
type colours struct {
	width, height int
	ids           []uint32
}

// decodeColours reads a PNG whose colours are numbers: red + 256 × green +
// 65536 × blue. Grey counts as a colour with three equal parts.
func decodeColours(r io.ReadSeeker) (*colours, error) {
	config, err := png.DecodeConfig(r)
	if err != nil {
		return nil, fmt.Errorf("it is no PNG that can be decoded: %w", err)
	}
	if config.Width <= 0 || config.Height <= 0 || config.Width > dataset.MaxMaskPixels/config.Height {
		return nil, fmt.Errorf("it has %d × %d pixels, and %d are read at most", config.Width, config.Height, dataset.MaxMaskPixels)
	}
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	picture, err := png.Decode(r)
	if err != nil {
		return nil, fmt.Errorf("it is no PNG that can be decoded: %w", err)
	}
	c := &colours{width: config.Width, height: config.Height, ids: make([]uint32, config.Width*config.Height)}
	b := picture.Bounds()
	for y := range c.height {
		row := c.ids[y*c.width : (y+1)*c.width]
		switch p := picture.(type) {
		case *image.RGBA:
			rgb(row, p.Pix[p.PixOffset(b.Min.X, b.Min.Y+y):])
		case *image.NRGBA:
			rgb(row, p.Pix[p.PixOffset(b.Min.X, b.Min.Y+y):])
		default:
			for x := range row {
				r, g, bl, _ := p.At(b.Min.X+x, b.Min.Y+y).RGBA()
				row[x] = r>>8 | g>>8<<8 | bl>>8<<16
			}
		}
	}
	return c, nil
}

func rgb(row []uint32, pix []byte) {
	for x := range row {
		row[x] = uint32(pix[4*x]) | uint32(pix[4*x+1])<<8 | uint32(pix[4*x+2])<<16
	}
}

// masks returns the masks of n segments whose numbers lead to their places in
// at. Pixels of other numbers but 0 are stray.
func (c *colours) masks(at map[uint32]int, n int) (out []dataset.Mask, stray int) {
	out = make([]dataset.Mask, n)
	ends := make([]int, n) // where the last run of each one ends
	for i := range out {
		out[i].Width, out[i].Height = c.width, c.height
	}
	run := func(id uint32, from, to int) {
		if id == 0 {
			return
		}
		i, ok := at[id]
		if !ok {
			stray += to - from
			return
		}
		m := &out[i]
		m.Counts = append(m.Counts, uint32(from-ends[i]), uint32(to-from))
		ends[i] = to
	}
	start, current := 0, uint32(0)
	for x := range c.width {
		for y := range c.height {
			if id := c.ids[y*c.width+x]; id != current {
				run(current, start, x*c.height+y)
				start, current = x*c.height+y, id
			}
		}
	}
	all := c.width * c.height
	run(current, start, all)
	for i := range out {
		if ends[i] < all {
			out[i].Counts = append(out[i].Counts, uint32(all-ends[i]))
		}
	}
	return out, stray
}

// paint gives the pixels of a mask to a number and takes all others from it.
func (c *colours) paint(id uint32, m dataset.Mask) {
	c.erase(id)
	at := 0
	for i, n := range m.Counts {
		if i%2 == 1 {
			for p := at; p < at+int(n); p++ {
				c.ids[p%c.height*c.width+p/c.height] = id
			}
		}
		at += int(n)
	}
}

func (c *colours) erase(id uint32) {
	for i, v := range c.ids {
		if v == id {
			c.ids[i] = 0
		}
	}
}

// encode writes the PNG.
func (c *colours) encode() ([]byte, error) {
	picture := image.NewRGBA(image.Rect(0, 0, c.width, c.height))
	for i, v := range c.ids {
		p := picture.Pix[4*i : 4*i+4]
		p[0], p[1], p[2], p[3] = byte(v), byte(v>>8), byte(v>>16), 255
	}
	var b bytes.Buffer
	err := png.Encode(&b, picture)
	return b.Bytes(), err
}

// inParallel calls do for 0 to n-1 on all processors.
func inParallel(ctx context.Context, n int, do func(i int)) error {
	var next atomic.Int64
	var all sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		all.Go(func() {
			for i := int(next.Add(1)) - 1; i < n && ctx.Err() == nil; i = int(next.Add(1)) - 1 {
				do(i)
			}
		})
	}
	all.Wait()
	return ctx.Err()
}
