package linetext

import (
	"fmt"
	"strings"
)

// Word is a name as one field: its blanks become joint. An empty name becomes
// "unnamed".
func Word(name, joint string) string {
	if words := strings.Fields(name); len(words) > 0 {
		return strings.Join(words, joint)
	}
	return "unnamed"
}

// WordLosses lists the classes whose names Word changes or makes equal, for
// rows of a format that people call by its title.
func WordLosses(classes []string, joint, title string) []string {
	var out []string
	names := map[string]string{}
	for _, c := range classes {
		w := Word(c, joint)
		switch other, twice := names[w]; {
		case twice:
			out = append(out, fmt.Sprintf("the classes %q and %q would have the same name, because %s rows have no place for blanks", other, c, title))
		case w != c:
			out = append(out, fmt.Sprintf("the class name %q is written as %q, because %s rows have no place for blanks", c, w, title))
		}
		names[w] = c
	}
	return out
}
