package yolo

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/errata-cv/errata/format/linetext"
	"github.com/errata-cv/errata/format/yolo/datayaml"
)

// namesFiles are where lists of classes lie beside or below the labels.
var namesFiles = []string{"classes.txt", "obj.names", "classes.names", "_darknet.labels", "names.txt", "notes.json", "predefined_classes.txt"}

// findNames returns the classes that a file in the folder lists, and its name.
func findNames(folder string) (names []datayaml.Name, file string) {
	for _, sub := range []string{"", "labels", "Labels", "train", "train/labels", "data", "obj_train_data", "Annotations", "annotations"} {
		for _, base := range namesFiles {
			name := join(sub, base)
			if names := readNames(filepath.Join(folder, filepath.FromSlash(name))); len(names) > 0 {
				return names, name
			}
		}
	}
	entries, _ := os.ReadDir(folder) // what cannot be listed holds nothing
	for _, e := range entries {
		if strings.EqualFold(filepath.Ext(e.Name()), ".names") {
			if names := readNames(filepath.Join(folder, e.Name())); len(names) > 0 {
				return names, e.Name()
			}
		}
	}
	return nil, ""
}

// readNames reads a list of classes: a line for each, or the categories of Label
// Studio. What cannot be read lists nothing.
func readNames(file string) []datayaml.Name {
	if strings.EqualFold(filepath.Ext(file), ".json") {
		return readCategories(file)
	}
	f, err := linetext.Read(file)
	if err != nil {
		return nil
	}
	var out []datayaml.Name
	last := len(f.Lines)
	for last > 0 && f.Lines[last-1].Blank() {
		last--
	}
	for i, l := range f.Lines[:last] {
		out = append(out, datayaml.Name{ID: i, Name: l.Trimmed().Text})
	}
	return out
}

func readCategories(file string) []datayaml.Name {
	f, err := os.Open(file)
	if err != nil {
		return nil
	}
	defer f.Close()
	var doc struct {
		Categories []struct {
			ID   int    `json:"id"`
			Name string `json:"name"`
		} `json:"categories"`
	}
	if err := json.NewDecoder(io.LimitReader(f, linetext.MaxBytes)).Decode(&doc); err != nil && !errors.Is(err, io.EOF) {
		return nil
	}
	var out []datayaml.Name
	for _, c := range doc.Categories {
		out = append(out, datayaml.Name{ID: c.ID, Name: c.Name})
	}
	return out
}
