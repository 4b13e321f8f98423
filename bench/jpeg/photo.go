package main

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"math"
	"math/rand/v2"
)

// generated makes sets of pictures with the bit rates of photographs.
func generated() []set {
	var sets []set
	for _, c := range []struct{ w, h, n, quality int }{{500, 375, 12, 92}, {1000, 750, 6, 90}, {4000, 3000, 2, 90}} {
		s := set{}
		size := 0
		for i := range c.n {
			var b bytes.Buffer
			if err := jpeg.Encode(&b, photo(c.w, c.h, uint64(i)), &jpeg.Options{Quality: c.quality}); err != nil {
				panic(err) // a buffer takes everything
			}
			s.files = append(s.files, b.Bytes())
			size += b.Len()
		}
		s.name = fmt.Sprintf("%d photos %d×%d, 4:2:0, %d KB each", c.n, c.w, c.h, size/c.n/1000)
		sets = append(sets, s)
	}
	return sets
}

// photo draws light, shapes with edges, texture that falls off with frequency
// as in nature, and a little noise of a sensor.
func photo(w, h int, seed uint64) *image.RGBA {
	random := rand.New(rand.NewPCG(seed, 1))
	field := make([][3]float32, w*h)
	for i := range field {
		field[i] = [3]float32{118, 112, 102}
	}
	for octave := 0; octave < 9; octave++ {
		cell := max(2, w>>(octave+1))
		if cell == 2 && octave > 0 && w>>octave <= 2 {
			break
		}
		addTexture(field, w, h, cell, 46/float32(math.Pow(1.75, float64(octave))), random)
	}
	for range 12 {
		addShape(field, w, h, random)
	}
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for i, c := range field {
		noise := float32(1.5 * random.NormFloat64())
		for k, v := range c {
			m.Pix[4*i+k] = uint8(min(255, max(0, v+noise)))
		}
		m.Pix[4*i+3] = 255
	}
	return m
}

// addTexture adds random values on a lattice, interpolated smoothly.
func addTexture(field [][3]float32, w, h, cell int, strength float32, random *rand.Rand) {
	across, down := w/cell+2, h/cell+2
	lattice := make([][3]float32, across*down)
	for i := range lattice {
		grey := float32(random.NormFloat64())
		for k := range 3 {
			lattice[i][k] = strength * (grey + 0.35*float32(random.NormFloat64()))
		}
	}
	smooth := func(t float32) float32 { return t * t * (3 - 2*t) }
	for y := range h {
		v := smooth(float32(y%cell) / float32(cell))
		row := lattice[y/cell*across:]
		for x := range w {
			u := smooth(float32(x%cell) / float32(cell))
			i := x / cell
			for k := range 3 {
				top := row[i][k] + u*(row[i+1][k]-row[i][k])
				bottom := row[across+i][k] + u*(row[across+i+1][k]-row[across+i][k])
				field[y*w+x][k] += top + v*(bottom-top)
			}
		}
	}
}

// addShape changes the light inside a tilted ellipse.
func addShape(field [][3]float32, w, h int, random *rand.Rand) {
	cx, cy := random.Float64()*float64(w), random.Float64()*float64(h)
	rx, ry := (0.03+0.2*random.Float64())*float64(h), (0.03+0.2*random.Float64())*float64(h)
	sin, cos := math.Sincos(random.Float64() * math.Pi)
	var c [3]float32
	for k := range c {
		c[k] = float32(35 * random.NormFloat64())
	}
	reach := max(rx, ry)
	for y := max(0, int(cy-reach)); y < min(h, int(cy+reach)); y++ {
		for x := max(0, int(cx-reach)); x < min(w, int(cx+reach)); x++ {
			dx, dy := float64(x)-cx, float64(y)-cy
			a, b := (dx*cos+dy*sin)/rx, (dy*cos-dx*sin)/ry
			if a*a+b*b < 1 {
				for k := range 3 {
					field[y*w+x][k] += c[k]
				}
			}
		}
	}
}
