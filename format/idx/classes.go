package idx

import (
	"errors"
	"fmt"
	"io/fs"
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
	if lines, err := source.ClassList(folder); lines != nil || err != nil {
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
	lines, err := source.Lines(filepath.Join(folder, prefix+"-mapping.txt"))
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
