// Package datayaml reads the data.yaml that Ultralytics, Roboflow and others
// put beside datasets in YOLO formats: where the pictures of each split are, and
// what the classes are called.
//
//	path: ../datasets/birds  # folder that the others start from
//	train: images/train      # a folder, a list of folders, or a list of pictures
//	val: images/val
//	names:                   # or [sparrow, wren]
//	  0: sparrow
//	  1: wren
package datayaml

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/errata-cv/errata/format/source"
)

const (
	maxBytes = 16 << 20
	// maxNames bounds what "nc: 1000000000" asks for.
	maxNames = 1 << 20
)

// A File is what a data.yaml says.
type File struct {
	// Path is the folder that the parts start from, as it is written; empty for
	// that of the file.
	Path string
	// Parts are the splits in the order of the file.
	Parts []Part
	// Names are the classes by rising id.
	Names []Name
	// Task is "detect", "segment", "obb" or "pose" where the file says so.
	Task string
	// Keypoints are the numbers that each row has for keypoints behind its box.
	Keypoints int
}

// A Part is one split.
type Part struct {
	// Key is its name: "train", "val", "test" or another one.
	Key string
	// Paths are folders of pictures, or text files that list pictures.
	Paths []string
}

// A Name is the name of a class.
type Name struct {
	ID   int
	Name string
}

// Read reads a file.
func Read(path string) (*File, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxBytes+1))
	if err != nil {
		return nil, err
	}
	if len(data) > maxBytes {
		return nil, fmt.Errorf("%s is larger than %d MiB, which no data.yaml is", source.Show(filepath.Base(path)), maxBytes>>20)
	}
	out, err := Parse(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", source.Show(filepath.Base(path)), err)
	}
	return out, nil
}

// notParts are keys that say other things than where pictures are.
var notParts = []string{"path", "names", "nc", "task", "kpt_shape", "flip_idx", "download", "yaml_file", "channels", "format", "names_file", "author", "license", "version", "url", "date", "description"}

// Parse reads the content of a file. Text that is YAML but no data.yaml gives a
// File without names and parts.
func Parse(data []byte) (*File, error) {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		return nil, fmt.Errorf("it is no YAML (%s)", strings.TrimPrefix(err.Error(), "yaml: "))
	}
	out := &File{}
	if len(doc.Content) == 0 {
		return out, nil
	}
	root := resolve(doc.Content[0])
	if root.Kind != yaml.MappingNode {
		return out, nil
	}
	count := 0
	for i := 0; i+1 < len(root.Content); i += 2 {
		key, value := root.Content[i].Value, resolve(root.Content[i+1])
		switch key {
		case "path":
			out.Path = scalar(value)
		case "task":
			out.Task = strings.ToLower(scalar(value))
		case "names":
			names, err := namesOf(value)
			if err != nil {
				return nil, err
			}
			out.Names = names
		case "nc":
			count, _ = strconv.Atoi(scalar(value)) // what is no number counts nothing
		case "kpt_shape":
			out.Keypoints = keypoints(value)
		default:
			if paths := pathsOf(value); len(paths) > 0 && !slices.Contains(notParts, key) {
				out.Parts = append(out.Parts, Part{key, paths})
			}
		}
	}
	if out.Names == nil && count > 0 && count <= maxNames {
		for i := range count {
			out.Names = append(out.Names, Name{i, strconv.Itoa(i)})
		}
	}
	return out, nil
}

// resolve follows an alias once; aliases of aliases do not exist.
func resolve(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode && n.Alias != nil {
		return n.Alias
	}
	return n
}

func scalar(n *yaml.Node) string {
	if n.Kind != yaml.ScalarNode || n.Tag == "!!null" {
		return ""
	}
	return n.Value
}

func namesOf(n *yaml.Node) ([]Name, error) {
	var out []Name
	switch n.Kind {
	case yaml.SequenceNode:
		for i, c := range n.Content {
			out = append(out, Name{i, resolve(c).Value})
		}
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			id, err := strconv.Atoi(n.Content[i].Value)
			if err != nil {
				return nil, fmt.Errorf("line %d: a class has the id %q, expected a whole number", n.Content[i].Line, n.Content[i].Value)
			}
			out = append(out, Name{id, resolve(n.Content[i+1]).Value})
		}
		slices.SortStableFunc(out, func(a, b Name) int {
			switch {
			case a.ID < b.ID:
				return -1
			case a.ID > b.ID:
				return 1
			}
			return 0
		})
	}
	return out, nil
}

func pathsOf(n *yaml.Node) []string {
	switch n.Kind {
	case yaml.ScalarNode:
		if s := scalar(n); s != "" && (n.Tag == "!!str" || n.Tag == "") {
			return []string{s}
		}
	case yaml.SequenceNode:
		var out []string
		for _, c := range n.Content {
			s := scalar(resolve(c))
			if s == "" {
				return nil
			}
			out = append(out, s)
		}
		return out
	}
	return nil
}

func keypoints(n *yaml.Node) int {
	if n.Kind != yaml.SequenceNode || len(n.Content) != 2 {
		return 0
	}
	k, err := strconv.Atoi(scalar(n.Content[0]))
	d, err2 := strconv.Atoi(scalar(n.Content[1]))
	if err != nil || err2 != nil || k < 1 || k > 10_000 || d < 2 || d > 3 {
		return 0
	}
	return k * d
}
