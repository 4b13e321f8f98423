// Command coco measures how fast a large COCO file is read and corrected, and
// in how much memory, against what Python offers for it.
//
//	go run ./coco                      # from bench/: 5 million boxes
//	go run ./coco -n 500000 -python ../venv/bin/python3
//
// Every row is a process of its own: its time counts from start to end, its
// memory is the most that it held (peak RSS). The file is made up and always the
// same; it is read from the page cache. Processor seconds are those of all
// threads: they count more of errata, which collects memory on a second one, and
// depend less on what else the machine does. "read" is format/coco, as errata
// check reads it; "read, patch, write" reads the file, works out a few thousand
// corrections of every kind and writes the corrected file.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

func main() {
	n := flag.Int("n", 5_000_000, "boxes in the file")
	python := flag.String("python", "python3", "Python to compare with, one that has pycocotools if possible")
	child := flag.String("child", "", "run one measurement in this process: read or patch")
	file := flag.String("file", "", "the file of -child, or an annotation file to measure in place of the made-up one")
	flag.Parse()
	var err error
	switch *child {
	case "":
		err = run(*n, *file, *python)
	case "read":
		err = read(*file)
	case "patch":
		err = patch(*file)
	default:
		err = fmt.Errorf("there is no measurement %q", *child)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "coco:", err)
		os.Exit(1)
	}
}

// row is one measurement.
type row struct {
	name    string
	seconds float64
	cpu     float64
	peak    int64 // bytes
	said    string
}

func run(n int, file, python string) error {
	if file == "" {
		dir, err := os.MkdirTemp("", "errata-coco-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		file = filepath.Join(dir, "instances_train.json")
		if err := synthesize(file, n); err != nil {
			return err
		}
	}
	info, err := os.Stat(file)
	if err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	megabytes := float64(info.Size()) / 1e6
	fmt.Printf("%s: %.0f MB\n\n", filepath.Base(file), megabytes)
	fmt.Printf("%-28s %8s %8s %8s %14s %9s  %s\n", "", "seconds", "cpu s", "MB/s", "annotations/s", "peak MB", "said")
	show := func(r row) {
		annotations := float64(n)
		if f := strings.Fields(r.said); len(f) > 0 {
			if v, err := strconv.ParseFloat(f[0], 64); err == nil {
				annotations = v
			}
		}
		fmt.Printf("%-28s %8.2f %8.2f %8.0f %14.0f %9d  %s\n", r.name, r.seconds, r.cpu, megabytes/r.seconds, annotations/r.seconds, r.peak/1e6, r.said)
	}
	ours, err := measure("errata: read", exec.Command(self, "-child", "read", "-file", file))
	if err != nil {
		return err
	}
	show(ours)
	corrected, err := measure("errata: read, patch, write", exec.Command(self, "-child", "patch", "-file", file))
	if err != nil {
		return err
	}
	show(corrected)
	var ratios []string
	for _, p := range pythons {
		if why := p.absent(python); why != "" {
			fmt.Println(why)
			continue
		}
		theirs, err := measure(p.name, exec.Command(python, "-c", p.script, file))
		if err != nil {
			fmt.Printf("%s did not end well: %v\n", p.name, err)
			continue
		}
		show(theirs)
		ratios = append(ratios, fmt.Sprintf("errata reads %.1f times as fast as %s (%.1f by processor seconds), in %.0f%% of the memory", theirs.seconds/ours.seconds, p.name, theirs.cpu/ours.cpu, 100*float64(ours.peak)/float64(theirs.peak)))
	}
	fmt.Println()
	for _, r := range ratios {
		fmt.Println(r)
	}
	return nil
}

// measure runs a process to its end.
func measure(name string, cmd *exec.Cmd) (row, error) {
	cmd.Stderr = os.Stderr
	began := time.Now()
	said, err := cmd.Output()
	if err != nil {
		return row{}, fmt.Errorf("%s: %w", name, err)
	}
	usage := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	cpu := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	return row{name, time.Since(began).Seconds(), cpu.Seconds(), usage.Maxrss * 1024, strings.TrimSpace(string(said))}, nil
}

type pythonTask struct{ name, module, script string }

// pythons are what errata is measured against.
var pythons = []pythonTask{
	{"Python json.load", "json", `import json, sys
with open(sys.argv[1]) as f: d = json.load(f)
print(len(d["annotations"]), "annotations")`},
	{"pycocotools COCO()", "pycocotools.coco", `import sys, io, contextlib
from pycocotools.coco import COCO
with contextlib.redirect_stdout(io.StringIO()): c = COCO(sys.argv[1])
print(len(c.anns), "annotations")`},
}

func (p pythonTask) absent(python string) string {
	if _, err := exec.LookPath(python); err != nil {
		return fmt.Sprintf("%s is not compared: there is no %s here; name one with -python", p.name, python)
	}
	if err := exec.Command(python, "-c", "import "+p.module).Run(); err != nil {
		return fmt.Sprintf("%s is not compared: %s cannot import %s; install it and name that Python with -python", p.name, python, p.module)
	}
	return ""
}
