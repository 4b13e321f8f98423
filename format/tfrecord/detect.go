package tfrecord

import (
	"bytes"

	"github.com/errata-cv/errata/format/source"
)

// Format is this format for the list in package format.
var Format source.Format = recordFormat{}

type recordFormat struct{}

func (recordFormat) Info() source.Info {
	return source.Info{
		Name: Name, Title: "TFRecord", Layout: "files of TensorFlow records (train.tfrecord, train.record-00000-of-00010) with label_map.pbtxt beside them",
		Holds: source.Holds{
			Labels: true, MultiLabel: true, Boxes: true, Masks: true,
			Crowds: true, Attributes: true, Splits: true, Unlabelled: true, Unused: true,
		},
		Notes: []string{
			"Pictures inside of records are read in place; records without one lead to files by their names.",
			"Boxes are shares of the picture with the precision of 32-bit floating-point numbers.",
			"An object either has a box or a mask with a box.",
			"Compressed files of records are not read.",
		},
	}
}

// Detect is sure of a file that starts with the checked length of a record.
func (recordFormat) Detect(p *source.Peek) (source.Match, error) {
	if !p.Dir {
		return detectFile(p, ""), nil
	}
	for _, dir := range append([]string{""}, p.Dirs("")...) {
		for _, e := range p.List(dir) {
			if e.IsDir() || !shardName.MatchString(e.Name()) {
				continue
			}
			name := e.Name()
			if dir != "" {
				name = dir + "/" + name
			}
			if m := detectFile(p, name); m.Confidence > source.No {
				return m, nil
			}
		}
	}
	return source.Match{Reason: "no file in it holds TensorFlow records"}, nil
}

func detectFile(p *source.Peek, name string) source.Match {
	head := p.Head(name)
	if !validHead(head) {
		return source.Match{Reason: "it does not start with a TensorFlow record"}
	}
	if name == "" {
		name = "it"
	}
	if bytes.Contains(head, []byte("image")) || bytes.Contains(head, []byte("\xff\xd8\xff")) || bytes.Contains(head, []byte("\x89PNG")) {
		return source.Match{Confidence: source.Sure, Reason: source.Show(name) + " holds TensorFlow records of pictures"}
	}
	return source.Match{Confidence: source.Possible, Reason: source.Show(name) + " holds TensorFlow records"}
}
