package main

import (
	"context"
	"errors"
	"github.com/errata-cv/errata/matrix"
	"image"
	"image/color"
	"image/png"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/errata-cv/errata/synth"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"errata": main})
}

// The scripts run the command line as a user would. They know some more
// commands: "signs DIR N SEED" makes a demo dataset, "pictures DIR N" makes N
// different little pictures.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"signs": func(ts *testscript.TestScript, _ bool, args []string) {
				n, err := strconv.Atoi(args[1])
				ts.Check(err)
				seed, err := strconv.ParseUint(args[2], 10, 64)
				ts.Check(err)
				_, err = synth.Signs(context.Background(), ts.MkAbs(args[0]), synth.Options{Images: n, Seed: seed}, nil)
				ts.Check(err)
			},
			"pictures": func(ts *testscript.TestScript, _ bool, args []string) {
				n, err := strconv.Atoi(args[1])
				ts.Check(err)
				for i := range n {
					ts.Check(picture(filepath.Join(ts.MkAbs(args[0]), strconv.Itoa(i)+".png"), args[0]+strconv.Itoa(i)))
				}
			},
			// "odds DIR" makes one picture of each unusual sort.
			"odds": func(ts *testscript.TestScript, _ bool, args []string) {
				ts.Check(odds(ts.MkAbs(args[0])))
			},
			// "manyclasses DIR CLASSES N" makes N pictures of that many classes.
			"manyclasses": func(ts *testscript.TestScript, _ bool, args []string) {
				classes, err := strconv.Atoi(args[1])
				ts.Check(err)
				n, err := strconv.Atoi(args[2])
				ts.Check(err)
				for i := range n {
					name := strconv.Itoa(i)
					ts.Check(picture(filepath.Join(ts.MkAbs(args[0]), "c"+strconv.Itoa(i%classes), name+".png"), name))
				}
			},
			// "array FILE VALUES..." writes a .npy file: whole numbers, or rows of
			// numbers with commas.
			"array": func(ts *testscript.TestScript, _ bool, args []string) {
				ts.Check(array(ts.MkAbs(args[0]), args[1:]))
			},
			// "name FROM TO" renames to a Go string literal, for names that a
			// script cannot spell.
			"name": func(ts *testscript.TestScript, _ bool, args []string) {
				to, err := strconv.Unquote(`"` + args[1] + `"`)
				ts.Check(err)
				from := ts.MkAbs(args[0])
				ts.Check(os.Rename(from, filepath.Join(filepath.Dir(from), to)))
			},
		},
	})
}

// picture writes a 24×24 PNG of smooth noise that the seed tells apart.
func picture(path, seed string) error {
	var h uint64 = 14695981039346656037
	for _, c := range []byte(seed) {
		h = (h ^ uint64(c)) * 1099511628211
	}
	r := rand.New(rand.NewPCG(h, 1))
	img := image.NewRGBA(image.Rect(0, 0, 24, 24))
	for y := range 24 {
		for x := range 24 {
			img.Set(x, y, color.RGBA{uint8(r.IntN(256)), uint8(r.IntN(256)), uint8(x * 10), 255})
		}
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := png.Encode(f, img); err != nil {
		return err
	}
	return f.Close()
}

func array(file string, rows []string) error {
	var whole []int64
	var numbers []float32
	cols := 0
	for _, r := range rows {
		cells := strings.Split(r, ",")
		cols = len(cells)
		for _, c := range cells {
			v, err := strconv.ParseFloat(c, 32)
			if err != nil {
				return err
			}
			whole, numbers = append(whole, int64(v)), append(numbers, float32(v))
		}
	}
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	if cols == 1 {
		err = matrix.WriteNPY(f, []int{len(rows)}, whole)
	} else {
		err = matrix.WriteNPY(f, []int{len(rows), cols}, numbers)
	}
	return errors.Join(err, f.Close())
}
