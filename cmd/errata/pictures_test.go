package main

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/color/palette"
	"image/gif"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"os"
	"path/filepath"
)

// odds writes one picture of each unusual sort to a folder.
func odds(dir string) error {
	r := rand.New(rand.NewPCG(uint64(len(dir)), uint64(dir[len(dir)-1])))
	box := image.Rect(0, 0, 40, 30)
	noise := func(set func(x, y int, c color.RGBA64)) {
		for y := range 30 {
			for x := range 40 {
				set(x, y, color.RGBA64{uint16(r.IntN(65536)), uint16(x * 1600), uint16(y * 2000), 65535})
			}
		}
	}
	deep, grey, alpha, rgb := image.NewRGBA64(box), image.NewGray16(box), image.NewNRGBA(box), image.NewRGBA(box)
	noise(deep.SetRGBA64)
	noise(func(x, y int, c color.RGBA64) { grey.Set(x, y, c) })
	noise(func(x, y int, c color.RGBA64) {
		alpha.Set(x, y, color.NRGBA{uint8(c.R >> 8), uint8(c.G >> 8), 9, uint8(x * 6)})
	})
	noise(func(x, y int, c color.RGBA64) { rgb.Set(x, y, c) })
	film := &gif.GIF{}
	for range 3 {
		frame := image.NewPaletted(box, palette.Plan9)
		noise(func(x, y int, c color.RGBA64) { frame.Set(x, y, c) })
		film.Image, film.Delay = append(film.Image, frame), append(film.Delay, 10)
	}
	files := map[string]func(b *bytes.Buffer) error{
		"deep.png":     func(b *bytes.Buffer) error { return png.Encode(b, deep) },
		"deepgrey.png": func(b *bytes.Buffer) error { return png.Encode(b, grey) },
		"alpha.png":    func(b *bytes.Buffer) error { return png.Encode(b, alpha) },
		"film.gif":     func(b *bytes.Buffer) error { return gif.EncodeAll(b, film) },
		"plain.jpg":    func(b *bytes.Buffer) error { return jpeg.Encode(b, rgb, nil) },
		"lying.png":    func(b *bytes.Buffer) error { return jpeg.Encode(b, rgb, &jpeg.Options{Quality: 40}) },
		"rotated.jpg": func(b *bytes.Buffer) error {
			var plain bytes.Buffer
			if err := jpeg.Encode(&plain, rgb, &jpeg.Options{Quality: 60}); err != nil {
				return err
			}
			b.Write(plain.Bytes()[:2])
			b.WriteString("\xff\xe1\x00\x22Exif\x00\x00II*\x00\x08\x00\x00\x00\x01\x00\x12\x01\x03\x00\x01\x00\x00\x00\x06\x00\x00\x00\x00\x00\x00\x00")
			b.Write(plain.Bytes()[2:])
			return nil
		},
		"portable.ppm": func(b *bytes.Buffer) error {
			fmt.Fprintf(b, "P6 %d %d 255\n", 40, 30)
			noise(func(_, _ int, c color.RGBA64) { b.Write([]byte{byte(c.R), byte(c.G >> 8), byte(c.B >> 8)}) })
			return nil
		},
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for name, encode := range files {
		var b bytes.Buffer
		if err := encode(&b); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, name), b.Bytes(), 0o644); err != nil {
			return err
		}
	}
	// No encoder here writes CMYK.
	cmyk, err := os.ReadFile(filepath.FromSlash("../../pixel/testdata/formats/cmyk.jpg"))
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "cmyk.jpg"), cmyk, 0o644)
}
