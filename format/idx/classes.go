package idx

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/errata-cv/errata/format/source"
)

// maxClasses bounds the list of classes.
const maxClasses = 1 << 16

// classNames reads the names of classes beside the files; nil when there are
// none. EMNIST's mapping counts when all pairs are of one kind of it.
func classNames(folder string, found []pair) ([]string, error) {
	for _, name := range []string{"classes.txt", "labels.txt", "class_names.txt", "classes.names"} {
		lines, err := readLines(filepath.Join(folder, name))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		return lines, err
	}
	prefix := ""
	for i, p := range found {
		name := p.images
		if name == "" {
			name = p.labels
		}
		stem := name
		for _, split := range []string{"-train-", "-test-"} {
			stem, _, _ = strings.Cut(stem, split)
		}
		if i > 0 && stem != prefix {
			return nil, nil
		}
		prefix = stem
	}
	lines, err := readLines(filepath.Join(folder, prefix+"-mapping.txt"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var out []string
	for i, line := range lines {
		words := strings.Fields(line)
		if len(words) < 2 {
			continue
		}
		number, err1 := strconv.Atoi(words[0])
		letter, err2 := strconv.Atoi(words[1])
		if err1 != nil || err2 != nil || number < 0 || number > maxClasses || letter < ' ' || letter > 0x10ffff {
			return nil, fmt.Errorf("%s-mapping.txt line %d: expected the number of a class and that of its character", source.Show(prefix), i+1)
		}
		for len(out) <= number {
			out = append(out, strconv.Itoa(len(out)))
		}
		out[number] = string(rune(letter))
	}
	return out, nil
}

// readLines reads the lines of a short text that are not blank.
func readLines(path string) ([]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var out []string
	in := bufio.NewScanner(f)
	for in.Scan() {
		line := strings.TrimSpace(strings.TrimPrefix(in.Text(), "\ufeff"))
		if line == "" {
			continue
		}
		if out = append(out, line); len(out) > maxClasses {
			return nil, fmt.Errorf("%s has more than %d lines, which is no list of classes", source.Show(filepath.Base(path)), maxClasses)
		}
	}
	if err := in.Err(); err != nil {
		return nil, fmt.Errorf("%s: %w", source.Show(filepath.Base(path)), err)
	}
	return out, nil
}
