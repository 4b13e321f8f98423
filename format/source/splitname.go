package source

import (
	"path"
	"strings"
)

// SplitOf returns the split that the name of a file says, as it is spelled
// there: a word such as train or val in its base name ("train-00000-of-00002",
// "t10k" counts as test) or the name of a folder that it is in. It is empty when
// no word says so.
func SplitOf(name string) string {
	for depth := 0; name != "." && name != "/" && name != ""; depth++ {
		base := path.Base(name)
		words := strings.FieldsFunc(base, func(r rune) bool { return strings.ContainsRune("-_. []()", r) })
		if depth > 0 && len(words) != 1 {
			words = nil // a folder "train_data of 2019" is no split
		}
		for _, w := range words {
			switch strings.ToLower(strings.TrimRight(w, "0123456789")) {
			case "train", "training", "trainval", "val", "valid", "validation", "minival", "test", "testing", "eval", "dev", "holdout":
				return w
			}
			if w == "t10k" {
				return "test"
			}
		}
		name = path.Dir(name)
	}
	return ""
}
