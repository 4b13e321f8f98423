package tfrecord

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/errata-cv/errata/format/source"
)

// maxLabelMap bounds the file that is read as a label map.
const maxLabelMap = 16 << 20

// An item is a class of a label map. Records may name it by its name or by its
// display name.
type item struct {
	id            int64
	name, display string
}

// class returns what people call it.
func (i item) class() string {
	switch {
	case i.display != "":
		return i.display
	case i.name != "":
		return i.name
	}
	return strconv.FormatInt(i.id, 10)
}

// A labelMap is a label_map.pbtxt.
type labelMap struct {
	file   string
	items  []item
	byID   map[int64]int
	byText map[string]int
}

// findLabelMap reads the label map of the record files in dir: the first .pbtxt
// file there, one with "label" in its name before others, or in the folders
// around it up to top. It is nil when there is none.
func findLabelMap(dir, top string) (*labelMap, error) {
	for {
		entries, err := os.ReadDir(dir)
		if err != nil {
			return nil, err
		}
		best := ""
		for _, e := range entries {
			name := e.Name()
			if source.Ignored(name) || !strings.EqualFold(filepath.Ext(name), ".pbtxt") {
				continue
			}
			if best == "" || !strings.Contains(strings.ToLower(best), "label") && strings.Contains(strings.ToLower(name), "label") {
				best = name
			}
		}
		if best != "" {
			return readLabelMap(filepath.Join(dir, best))
		}
		if dir == top || dir == filepath.Dir(dir) {
			return nil, nil
		}
		dir = filepath.Dir(dir)
	}
}

func readLabelMap(path string) (*labelMap, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Size() > maxLabelMap {
		return nil, fmt.Errorf("the label map %s has %d bytes, which is no list of classes", source.Show(filepath.Base(path)), info.Size())
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	m, err := parseLabelMap(string(data))
	if err != nil {
		return nil, fmt.Errorf("the label map %s: %w", source.Show(filepath.Base(path)), err)
	}
	m.file = filepath.Base(path)
	return m, nil
}

// parseLabelMap reads items in the text format of protocol buffers. Fields other
// than id, name and display_name are passed over.
func parseLabelMap(text string) (*labelMap, error) {
	m := &labelMap{byID: map[int64]int{}, byText: map[string]int{}}
	t := &tokens{text: text, line: 1}
	depth := 0
	var it item
	var inItem bool
	for {
		word, err := t.next()
		if err != nil {
			return nil, err
		}
		switch word {
		case "":
			if depth != 0 {
				return nil, fmt.Errorf("line %d: an item is not closed; a } is missing", t.line)
			}
			return m, nil
		case "{", "<":
			if depth++; depth > 32 {
				return nil, fmt.Errorf("line %d: braces are nested too deep", t.line)
			}
			continue
		case "}", ">":
			if depth--; depth < 0 {
				return nil, fmt.Errorf("line %d: there is a } too many", t.line)
			}
			if depth == 0 && inItem {
				m.add(it)
				inItem = false
			}
			continue
		case ":", ",", ";", "[", "]":
			continue
		}
		if depth == 0 {
			if inItem = word == "item"; inItem {
				it = item{}
			}
			continue
		}
		if !inItem || depth != 1 || word != "id" && word != "name" && word != "display_name" {
			continue
		}
		value, err := t.next()
		if value == ":" && err == nil {
			value, err = t.next()
		}
		if err != nil {
			return nil, err
		}
		switch word {
		case "id":
			if it.id, err = strconv.ParseInt(value, 0, 64); err != nil {
				return nil, fmt.Errorf("line %d: the id %q is no whole number", t.line, value)
			}
		case "name":
			it.name = strings.TrimPrefix(value, `"`)
		case "display_name":
			it.display = strings.TrimPrefix(value, `"`)
		}
	}
}

func (m *labelMap) add(it item) {
	i := len(m.items)
	m.items = append(m.items, it)
	if _, twice := m.byID[it.id]; !twice {
		m.byID[it.id] = i
	}
	for _, text := range []string{it.class(), it.name, it.display} {
		if _, twice := m.byText[text]; !twice && text != "" {
			m.byText[text] = i
		}
	}
}

// tokens splits the text format. A string comes with a quote in front.
type tokens struct {
	text string
	line int
}

func (t *tokens) next() (string, error) {
	for t.text != "" {
		switch c := t.text[0]; {
		case c == '\n':
			t.line++
			t.text = t.text[1:]
		case c <= ' ' || c == 0x7f:
			t.text = t.text[1:]
		case strings.HasPrefix(t.text, "\ufeff"):
			t.text = t.text[len("\ufeff"):]
		case c == '#':
			i := strings.IndexByte(t.text, '\n')
			if i < 0 {
				i = len(t.text)
			}
			t.text = t.text[i:]
		case strings.IndexByte("{}<>:,;[]", c) >= 0:
			t.text = t.text[1:]
			return string(c), nil
		case c == '"' || c == '\'':
			return t.quoted(c)
		default:
			i := strings.IndexAny(t.text, " \t\r\n{}<>:,;[]#\"'")
			if i <= 0 {
				i = len(t.text)
			}
			word := t.text[:i]
			t.text = t.text[i:]
			return word, nil
		}
	}
	return "", nil
}

func (t *tokens) quoted(quote byte) (string, error) {
	out := []byte{'"'}
	rest := t.text[1:]
	for rest != "" && rest[0] != '\n' {
		if rest[0] == quote {
			t.text = rest[1:]
			return string(out), nil
		}
		if rest[0] != '\\' {
			out = append(out, rest[0])
			rest = rest[1:]
			continue
		}
		if quote == '"' && strings.HasPrefix(rest, `\'`) || quote == '\'' && strings.HasPrefix(rest, `\"`) {
			out = append(out, rest[1])
			rest = rest[2:]
			continue
		}
		r, multi, tail, err := strconv.UnquoteChar(rest, quote)
		if err != nil {
			return "", fmt.Errorf("line %d: a text holds an escape that means nothing", t.line)
		}
		if multi {
			out = append(out, string(r)...)
		} else {
			out = append(out, byte(r))
		}
		rest = tail
	}
	return "", fmt.Errorf("line %d: a text is not closed with %c", t.line, quote)
}
