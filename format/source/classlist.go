package source

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// maxClassLines bounds a list of classes.
const maxClassLines = 1 << 16

// ClassList reads the names of classes by their numbers from 0, one a line, of
// classes.txt or a file that is called like that beside a source of numbers. It
// is nil when there is none.
func ClassList(folder string) ([]string, error) {
	for _, name := range []string{"classes.txt", "labels.txt", "class_names.txt", "classes.names", "names.txt"} {
		lines, err := Lines(filepath.Join(folder, name))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		return lines, err
	}
	return nil, nil
}

// Lines reads the lines of a short text that are not blank.
func Lines(path string) ([]string, error) {
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
		if out = append(out, line); len(out) > maxClassLines {
			return nil, fmt.Errorf("%s has more than %d lines, which is no list of classes", Show(filepath.Base(path)), maxClassLines)
		}
	}
	if err := in.Err(); err != nil {
		return nil, fmt.Errorf("%s: %w", Show(filepath.Base(path)), err)
	}
	return out, nil
}
