package labelme

import (
	"os"
	"path/filepath"
	"strings"
)

// The names that LabelMe keeps for itself at the start of a list of labels.
const (
	ignore     = "__ignore__"
	background = "_background_"
)

// classesName is the list of labels that LabelMe is started with.
const classesName = "labels.txt"

// maxClasses bounds the bytes of a list of labels.
const maxClasses = 16 << 20

// defineClasses reads the list of labels in the folder or beside it, when there
// is one that starts as those of LabelMe do.
func (r *reader) defineClasses() bool {
	for _, dir := range []string{r.folder.base, filepath.Dir(r.folder.base)} {
		full := filepath.Join(dir, classesName)
		if info, err := os.Stat(full); err != nil || !info.Mode().IsRegular() || info.Size() > maxClasses {
			continue
		}
		data, err := os.ReadFile(full)
		if err != nil {
			continue
		}
		lines := strings.FieldsFunc(strings.TrimPrefix(string(data), "\ufeff"), func(r rune) bool { return r == '\n' || r == '\r' })
		if len(lines) == 0 || strings.TrimSpace(lines[0]) != ignore {
			continue
		}
		for _, line := range lines {
			if line = strings.TrimSpace(line); line != "" && line != ignore && line != background {
				r.DefineClass(line)
			}
		}
		return true
	}
	return false
}
