package jsonfiles

import "strings"

// An Outline lists what the first bytes of a JSON file hold: the paths of its
// members, such as "frames[].labels[].box2d", each with the first scalar value
// that is found there, as it is spelled, or "" for lists and objects.
type Outline map[string]string

// Has reports whether there is a member at every one of the paths.
func (o Outline) Has(paths ...string) bool {
	for _, p := range paths {
		if _, ok := o[p]; !ok {
			return false
		}
	}
	return true
}

// HasAny reports whether there is a member at one of the paths.
func (o Outline) HasAny(paths ...string) bool {
	for _, p := range paths {
		if _, ok := o[p]; ok {
			return true
		}
	}
	return false
}

const (
	outlineDepth   = 12
	outlineMembers = 5000
)

// OutlineOf looks at the start of a file, which may be cut anywhere. Values of
// JSON Lines stand as if they were in one list. What is no JSON ends it.
func OutlineOf(head []byte) Outline {
	out := Outline{}
	type level struct {
		path string
		list bool
	}
	var levels []level
	path := "" // of the value that comes next
	wantKey := false
	note := func(value string) {
		if old, ok := out[path]; !ok || old == "" {
			out[path] = value
		}
	}
	top := func() { // what comes next stands in the container around it
		wantKey = false
		if n := len(levels); n == 0 {
			path = ""
		} else if path = levels[n-1].path; levels[n-1].list {
			path += "[]"
		} else {
			wantKey = true
		}
	}
	for i := 0; i < len(head) && len(out) < outlineMembers; {
		switch c := head[i]; c {
		case ' ', '\t', '\r', '\n', ',':
			if c == ',' {
				top()
			}
			i++
		case ':':
			wantKey = false
			i++
		case '{', '[':
			note("")
			if len(levels) >= outlineDepth {
				return out
			}
			levels = append(levels, level{path, c == '['})
			top()
			i++
		case '}', ']':
			if n := len(levels); n == 0 || levels[n-1].list != (c == ']') {
				return out
			}
			levels = levels[:len(levels)-1]
			if len(levels) == 0 {
				path = ""
			}
			i++
		case '"':
			end := i + 1
			for end < len(head) && head[end] != '"' {
				if head[end] == '\\' {
					end++
				}
				end++
			}
			if end >= len(head) {
				return out
			}
			text := string(head[i+1 : end])
			i = end + 1
			if !wantKey {
				note(`"` + text + `"`)
				continue
			}
			if path != "" {
				path += "."
			}
			path += text
		default:
			n := strings.IndexAny(string(head[i:min(len(head), i+64)]), ",]} \t\r\n:")
			if n <= 0 {
				return out
			}
			note(string(head[i : i+n]))
			i += n
		}
	}
	return out
}
