// Jpeg measures the decoder of pixel/jpeg against libjpeg-turbo on one thread,
// at full size and at 1/2, 1/4 and 1/8 of it.
//
// Both decode the same files to RGB in one process and take turns; what is
// counted is the processor time of the process, so that a busy machine disturbs
// neither more than the other. At full size the pixels of both must be equal.
// Without -images the pictures are generated.
//
//	cd bench && go run ./jpeg
//	cd bench && go run ./jpeg -images ~/photos
//
// libjpeg-turbo is loaded at run time; on Debian: apt-get install libturbojpeg0.
package main

import (
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"golang.org/x/sys/unix"

	"github.com/errata-cv/errata/pixel/jpeg"
)

func main() {
	rounds := flag.Int("rounds", 9, "rounds of each set and scale")
	images := flag.String("images", "", "folder of JPEG files to decode instead of generated photos")
	most := flag.Int("most", 200, "most files taken from the folder")
	library := flag.String("turbojpeg", "", "path of the libturbojpeg library (default: where Debian puts it)")
	flag.Parse()
	if err := run(*rounds, *images, *most, *library); err != nil {
		fmt.Fprintln(os.Stderr, "jpeg:", err)
		os.Exit(1)
	}
}

// A set is a number of files that are measured together.
type set struct {
	name  string
	files [][]byte
}

func run(rounds int, folder string, most int, library string) error {
	runtime.GOMAXPROCS(1)
	turbo, err := load(library)
	if err != nil {
		return err
	}
	defer turbo.close()
	var sets []set
	if folder == "" {
		sets = generated()
	} else {
		s, err := read(folder, most)
		if err != nil {
			return err
		}
		sets = append(sets, s)
	}
	fmt.Printf("one thread, JPEG to RGB, pictures a second of processor time, median of %d rounds in turns\n\n", rounds)
	fmt.Printf("%-44s %5s %10s %14s %6s\n", "files", "scale", "errata", "libjpeg-turbo", "ratio")
	for _, s := range sets {
		for _, scale := range []int{1, 2, 4, 8} {
			ours, theirs, ratio, err := s.measure(turbo, scale, rounds)
			if err != nil {
				return err
			}
			fmt.Printf("%-44s %5s %10.1f %14.1f %5.0f%%\n", s.name, fmt.Sprintf("1/%d", scale), ours, theirs, 100*ratio)
		}
	}
	return nil
}

// measure returns the median rates and the median of the rounds' ratios.
func (s set) measure(turbo *turboJPEG, scale, rounds int) (ours, theirs, ratio float64, err error) {
	d := jpeg.NewDecoder()
	var mine, other []byte
	decodeMine := func(data []byte) error {
		p, err := d.Decode(data, scale)
		if err != nil {
			return err
		}
		mine = slices.Grow(mine[:0], 3*p.Width*p.Height)[:3*p.Width*p.Height]
		for y := range p.Height {
			p.ReadRGB(y, mine[3*p.Width*y:])
		}
		return nil
	}
	decodeOther := func(data []byte) (err error) {
		other, err = turbo.decode(data, scale, other)
		return err
	}
	for i, data := range s.files {
		if err := decodeMine(data); err != nil {
			return 0, 0, 0, fmt.Errorf("file %d of %s: %w", i+1, s.name, err)
		}
		if err := decodeOther(data); err != nil {
			return 0, 0, 0, fmt.Errorf("file %d of %s: %w", i+1, s.name, err)
		}
		if len(mine) != len(other) || scale == 1 && !slices.Equal(mine, other) {
			return 0, 0, 0, fmt.Errorf("the pixels of file %d of %s differ", i+1, s.name)
		}
	}
	repeat := 1
	rate := func(decode func([]byte) error) (float64, error) {
		start := processorTime()
		for range repeat {
			for _, data := range s.files {
				if err := decode(data); err != nil {
					return 0, err
				}
			}
		}
		return float64(repeat*len(s.files)) / (processorTime() - start).Seconds(), nil
	}
	first, err := rate(decodeMine)
	if err != nil {
		return 0, 0, 0, err
	}
	repeat = max(1, int(0.3*first/float64(len(s.files))))
	var x, y, r []float64
	for range rounds {
		a, err := rate(decodeMine)
		if err != nil {
			return 0, 0, 0, err
		}
		b, err := rate(decodeOther)
		if err != nil {
			return 0, 0, 0, err
		}
		x, y, r = append(x, a), append(y, b), append(r, a/b)
	}
	return median(x), median(y), median(r), nil
}

func median(v []float64) float64 {
	slices.Sort(v)
	return v[len(v)/2]
}

// processorTime is what this process has used so far.
func processorTime() time.Duration {
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// read takes the JPEG files of a folder that both can decode, in order of name.
func read(folder string, most int) (set, error) {
	s := set{name: filepath.Base(folder)}
	err := filepath.WalkDir(folder, func(path string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() || len(s.files) >= most {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if h, err := jpeg.ReadHeader(data); err != nil || h.Components == 4 {
			return nil // another format, or inks, which the library leaves as they are
		}
		s.files = append(s.files, data)
		return nil
	})
	if err == nil && len(s.files) == 0 {
		err = fmt.Errorf("%s holds no JPEG files", folder)
	}
	s.name = fmt.Sprintf("%s (%d files)", s.name, len(s.files))
	return s, err
}
