package masks

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"strconv"
	"strings"
)

// maxEntries bounds a list of classes.
const maxEntries = 1 << 16

// listNames are the files that list classes, in the order in which they are
// looked for in a folder.
var listNames = []string{
	"dataset_meta.json", "labelmap.txt", "label_colors.txt", "labelmap.csv", "class_dict.csv", "_classes.csv",
	"config_v2.0.json", "config_v1.2.json", "config.json", "config.yaml", "config.yml", "codes.txt", "class_names.txt", "classes.txt",
}

// parseList reads a list of classes; its name says how it is written. The error
// is a clause.
func parseList(name string, data []byte) (*legend, error) {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	base := path.Base(name)
	l := &legend{name: base}
	var err error
	switch {
	case base == "dataset_meta.json":
		err = l.parseMeta(data)
	case strings.HasSuffix(base, ".json"):
		err = l.parseMapillary(data)
	case strings.HasSuffix(base, ".yaml"), strings.HasSuffix(base, ".yml"):
		err = l.parseYAML(data)
	case strings.HasSuffix(base, ".csv"):
		err = l.parseCSV(data)
	default:
		err = l.parseText(base, data)
	}
	if err == nil && len(l.entries) == 0 {
		err = errors.New("it names no classes")
	}
	if len(l.entries) > maxEntries {
		err = fmt.Errorf("it names more than %d classes", maxEntries)
	}
	return l, err
}

// add appends an entry with the next index.
func (l *legend) add(name string, colour []int) error {
	e := entry{name: strings.TrimSpace(name), index: uint32(len(l.entries)), void: isVoid(name), things: true}
	if e.name == "" {
		return fmt.Errorf("its class %d has no name", len(l.entries)+1)
	}
	if colour != nil {
		for _, c := range colour {
			if c < 0 || c > 255 {
				return fmt.Errorf("the colour of its class %q is outside of 0 to 255", name)
			}
			e.colour = e.colour<<8 | uint32(c)
		}
		e.coloured = true
	}
	l.entries = append(l.entries, e)
	return nil
}

// parseText reads one class in each line: "name:r,g,b:parts:actions", "r g b
// name" or a name alone.
func (l *legend) parseText(base string, data []byte) error {
	lines := bufio.NewScanner(bytes.NewReader(data))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		text := strings.TrimSpace(lines.Text())
		if text == "" || strings.HasPrefix(text, "#") {
			continue
		}
		name, colour := text, []int(nil)
		if fields := strings.Fields(text); len(fields) >= 4 && base != "classes.txt" && base != "codes.txt" {
			if c, ok := numbers(fields[:3]); ok {
				colour, name = c, strings.Join(fields[3:], " ")
			}
		}
		if base == "labelmap.txt" && colour == nil {
			parts := strings.Split(text, ":")
			for i := 1; i < len(parts); i++ {
				if c, ok := numbers(strings.Split(parts[i], ",")); ok && len(c) == 3 {
					name, colour = strings.Join(parts[:i], ":"), c
					break
				}
			}
			if colour == nil {
				name = strings.TrimRight(name, ":")
			}
		}
		if err := l.add(name, colour); err != nil {
			return err
		}
	}
	// labelme lists "__ignore__" first, which has the index -1.
	if len(l.entries) > 1 && l.entries[0].name == "__ignore__" {
		l.entries = l.entries[1:]
		for i := range l.entries {
			l.entries[i].index--
		}
	}
	return lines.Err()
}

func numbers(fields []string) ([]int, bool) {
	var out []int
	for _, f := range fields {
		n, err := strconv.Atoi(strings.TrimSpace(f))
		if err != nil {
			return nil, false
		}
		out = append(out, n)
	}
	return out, len(out) > 0
}

// parseCSV reads a table with a column of names, and columns of the colour or
// of the value of the pixels.
func (l *legend) parseCSV(data []byte) error {
	r := csv.NewReader(bytes.NewReader(data))
	r.FieldsPerRecord, r.TrimLeadingSpace, r.LazyQuotes = -1, true, true
	rows, err := r.ReadAll()
	if err != nil {
		return fmt.Errorf("it is no table: %w", err)
	}
	if len(rows) == 0 {
		return nil
	}
	column := map[string]int{}
	for i, h := range rows[0] {
		column[strings.ToLower(strings.TrimSpace(h))] = i
	}
	at := func(names ...string) int {
		for _, n := range names {
			if i, ok := column[n]; ok {
				return i
			}
		}
		return none
	}
	name, value := at("name", "class", "label", "class_name"), at("pixel value", "value", "index", "id")
	colour := []int{at("r", "red"), at("g", "green"), at("b", "blue")}
	coloured := colour[0] >= 0 && colour[1] >= 0 && colour[2] >= 0
	if name == none || !coloured && value == none {
		return errors.New(`its header names no columns "name" and "r", "g", "b" or "Pixel Value"`)
	}
	cell := func(row []string, i int) string {
		if i < 0 || i >= len(row) {
			return ""
		}
		return strings.TrimSpace(row[i])
	}
	for _, row := range rows[1:] {
		var c []int
		if coloured {
			var ok bool
			if c, ok = numbers([]string{cell(row, colour[0]), cell(row, colour[1]), cell(row, colour[2])}); !ok {
				return fmt.Errorf("the colour of its class %q is no three numbers", cell(row, name))
			}
		}
		if err := l.add(cell(row, name), c); err != nil {
			return err
		}
		if value != none {
			v, err := strconv.ParseUint(cell(row, value), 10, 16)
			if err != nil {
				return fmt.Errorf("the value of its class %q is no number of pixels", cell(row, name))
			}
			l.entries[len(l.entries)-1].index = uint32(v)
		}
	}
	return nil
}

// parseMeta reads Datumaro's dataset_meta.json.
func (l *legend) parseMeta(data []byte) error {
	var meta struct {
		Labels     []string          `json:"labels"`
		LabelMap   map[string]string `json:"label_map"`
		Colours    [][]int           `json:"segmentation_colors"`
		Background string            `json:"background_label"`
	}
	if err := json.Unmarshal(data, &meta); err != nil {
		return fmt.Errorf("it is not the JSON that was expected: %w", err)
	}
	for i := range len(meta.LabelMap) {
		name, ok := meta.LabelMap[strconv.Itoa(i)]
		if !ok {
			return fmt.Errorf(`its "label_map" has no class %d of %d`, i, len(meta.LabelMap))
		}
		meta.Labels = append(meta.Labels, name)
	}
	for i, name := range meta.Labels {
		var c []int
		if i < len(meta.Colours) && len(meta.Colours[i]) == 3 {
			c = meta.Colours[i]
		}
		if err := l.add(name, c); err != nil {
			return err
		}
		if meta.Background == strconv.Itoa(i) {
			l.entries[i].void = true
		}
	}
	return nil
}

// parseMapillary reads the config.json of Mapillary Vistas.
func (l *legend) parseMapillary(data []byte) error {
	var config struct {
		Labels []struct {
			Name   string `json:"name"`
			Colour []int  `json:"color"`
			Things bool   `json:"instances"`
		} `json:"labels"`
	}
	if err := json.Unmarshal(data, &config); err != nil {
		return fmt.Errorf("it is not the JSON that was expected: %w", err)
	}
	for i, label := range config.Labels {
		c := label.Colour
		if len(c) != 3 {
			c = nil
		}
		if err := l.add(label.Name, c); err != nil {
			return err
		}
		l.entries[i].things = label.Things
	}
	return nil
}

// parseYAML reads the block of classes, "classes:" or "names:", of a
// configuration: lines "7: train" or "- train".
func (l *legend) parseYAML(data []byte) error {
	inside := false
	for line := range strings.Lines(string(data)) {
		line = strings.TrimRight(line, "\r\n")
		text := strings.TrimSpace(line)
		switch {
		case text == "" || strings.HasPrefix(text, "#"):
		case line[0] != ' ' && line[0] != '\t' && line[0] != '-':
			key, _, _ := strings.Cut(text, ":")
			inside = key == "classes" || key == "names"
		case inside && strings.HasPrefix(text, "- "):
			if err := l.add(unquote(text[2:]), nil); err != nil {
				return err
			}
		case inside:
			key, name, ok := strings.Cut(text, ":")
			v, err := strconv.ParseUint(unquote(key), 10, 16)
			if !ok || err != nil {
				return fmt.Errorf("its line %q is not like \"7: train\"", text)
			}
			if err := l.add(unquote(name), nil); err != nil {
				return err
			}
			l.entries[len(l.entries)-1].index = uint32(v)
		}
	}
	return nil
}

// unquote takes blanks and the quotes around a YAML scalar away, and a comment
// behind it.
func unquote(s string) string {
	s = strings.TrimSpace(s)
	if len(s) >= 2 && (s[0] == '"' || s[0] == '\'') {
		if end := strings.IndexByte(s[1:], s[0]); end >= 0 {
			return s[1 : 1+end]
		}
	}
	s, _, _ = strings.Cut(s, " #")
	return strings.TrimSpace(s)
}

// yamlPairs reads the folders of pictures and of masks of each split from a
// configuration like
//
//	train:
//	  images: ../images/train2017
//	  masks: masks/train2017
func yamlPairs(data []byte) (splits []string, pairs map[string][2]string) {
	pairs = map[string][2]string{}
	split := ""
	for line := range strings.Lines(string(data)) {
		line = strings.TrimRight(line, "\r\n")
		text := strings.TrimSpace(line)
		if text == "" || text[0] == '#' {
			continue
		}
		key, value, _ := strings.Cut(text, ":")
		value = unquote(value)
		switch {
		case line[0] != ' ' && line[0] != '\t':
			split = key
		case key == "images" && value != "":
			if _, known := pairs[split]; !known {
				splits = append(splits, split)
			}
			pairs[split] = [2]string{value, pairs[split][1]}
		case key == "masks" && value != "":
			pairs[split] = [2]string{pairs[split][0], value}
		}
	}
	return splits, pairs
}
