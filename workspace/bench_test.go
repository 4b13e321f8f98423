package workspace

import (
	"fmt"
	"path/filepath"
	"testing"
)

// BenchmarkMeasured stores and lists 10,000 small pictures.
func BenchmarkMeasured(b *testing.B) {
	const n = 10_000
	var batches [][]MeasuredFile
	for i := range n {
		if i%500 == 0 {
			batches = append(batches, nil)
		}
		m := measured(fmt.Sprintf("train/airplane/%06d.png", i), fmt.Sprint(i))
		m.Measured.Thumb, m.Measured.Input = make([]byte, 2000), make([]byte, 32*32*3)
		last := len(batches) - 1
		batches[last] = append(batches[last], m)
	}
	var w *Workspace
	top, rounds := b.TempDir(), 0
	b.Run("put", func(b *testing.B) {
		for b.Loop() {
			w = open(b, filepath.Join(top, fmt.Sprint(rounds)), Options{})
			rounds++
			for _, batch := range batches {
				put(b, w, batch...)
			}
		}
	})
	w = open(b, w.Dir(), Options{ReadOnly: true})
	b.Run("files", func(b *testing.B) {
		for b.Loop() {
			if files, err := w.Files(ctx, testParams); err != nil || len(files) != n {
				b.Fatal(len(files), err)
			}
		}
	})
	b.Run("content", func(b *testing.B) {
		for b.Loop() {
			if content, err := w.Content(ctx, testParams); err != nil || len(content) != n {
				b.Fatal(len(content), err)
			}
		}
	})
	b.Run("thumb", func(b *testing.B) {
		slot := int64(0)
		for b.Loop() {
			if _, err := w.Thumb(slot*7919%n + 1); err != nil {
				b.Fatal(err)
			}
			slot++
		}
	})
	b.Run("input", func(b *testing.B) {
		slots := make([]int64, n)
		for i := range slots {
			slots[i] = int64(i*7919%n + 1)
		}
		in, err := w.Inputs(slots, 32)
		if err != nil {
			b.Fatal(err)
		}
		var dst []uint8
		i := 0
		for b.Loop() {
			dst = in.RGB(i%n, dst)
			i++
		}
		if in.Err() != nil {
			b.Fatal(in.Err())
		}
	})
}
