package workspace

import (
	"context"
	"fmt"
	"io"
	"sync/atomic"
)

// place returns where the bytes of a slot are.
func (w *Workspace) place(slot int64) (place, *pack, error) {
	w.packs.mu.RLock()
	at := place{length: -1}
	if slot >= 0 && slot < int64(len(w.packs.places)) {
		at = w.packs.places[slot]
	}
	p := w.packs.bySet[at.set]
	w.packs.mu.RUnlock()
	if at.length >= 0 && p != nil {
		return at, p, nil
	}
	err := w.read.QueryRowContext(context.Background(),
		"SELECT params, record, thumb_offset, thumb_length FROM content WHERE slot = $1", slot).
		Scan(&at.set, &at.record, &at.offset, &at.length)
	if err != nil {
		return at, nil, fmt.Errorf("the workspace %s has no content %d: %w", w.dir, slot, err)
	}
	if p = w.packs.ofSet(at.set); p == nil && w.ReadOnly() {
		if err := w.loadPacks(context.Background()); err != nil {
			return at, nil, w.explain("cannot read from the workspace", err)
		}
		p = w.packs.ofSet(at.set)
	}
	if p == nil {
		return at, nil, fmt.Errorf("the workspace %s has lost the pack of content %d: run errata check again", w.dir, slot)
	}
	w.packs.remember(slot, at)
	return at, p, nil
}

// Thumb returns the thumbnail of a slot, as pixel.Measured.Thumb had it.
func (w *Workspace) Thumb(slot int64) ([]byte, error) {
	at, p, err := w.place(slot)
	if err != nil {
		return nil, err
	}
	b := make([]byte, at.length)
	if _, err := p.thumbs.ReadAt(b, at.offset); err != nil {
		return nil, fmt.Errorf("cannot read a thumbnail from %s: %w", p.thumbs.Name(), err)
	}
	return b, nil
}

// Inputs are the model inputs of some slots, read from the disk as they are
// asked for. It has the methods that embed.Inputs wants, and may be used by
// many goroutines at once.
type Inputs struct {
	side   int
	places []source
	failed atomic.Pointer[error]
}

type source struct {
	file   io.ReaderAt
	offset int64
}

// Inputs returns the inputs of slots in the order given; a slot may appear more
// than once. All must have been measured with inputs of side×side pixels.
func (w *Workspace) Inputs(slots []int64, side int) (*Inputs, error) {
	in := &Inputs{side: side, places: make([]source, len(slots))}
	for i, slot := range slots {
		at, p, err := w.place(slot)
		if err != nil {
			return nil, err
		}
		if p.inputBytes != int64(side)*int64(side)*3 {
			return nil, fmt.Errorf("content %d has a model input of %d bytes, not %d×%d×3", slot, p.inputBytes, side, side)
		}
		in.places[i] = source{p.inputs, at.record * p.inputBytes}
	}
	return in, nil
}

// Len returns the number of inputs.
func (in *Inputs) Len() int { return len(in.places) }

// Side returns the number of pixels of a row and of a column.
func (in *Inputs) Side() int { return in.side }

// RGB returns the Side×Side×3 bytes of input i, row after row, in dst when it is
// long enough. An input that cannot be read is black, and Err says so.
func (in *Inputs) RGB(i int, dst []uint8) []uint8 {
	n := in.side * in.side * 3
	if cap(dst) < n {
		dst = make([]uint8, n)
	}
	dst = dst[:n]
	if _, err := in.places[i].file.ReadAt(dst, in.places[i].offset); err != nil {
		clear(dst)
		err = fmt.Errorf("cannot read model input %d from the workspace: %w", i, err)
		in.failed.CompareAndSwap(nil, &err)
	}
	return dst
}

// Err returns the first error that RGB met.
func (in *Inputs) Err() error {
	if err := in.failed.Load(); err != nil {
		return *err
	}
	return nil
}
