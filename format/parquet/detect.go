package parquet

import (
	"bytes"
	"path"
	"path/filepath"

	"github.com/errata-cv/errata/format/source"
)

// Name chooses the format.
const Name = "parquet"

// Format is this format for the list in package format.
var Format source.Format = parquetFormat{}

type parquetFormat struct{}

func (parquetFormat) Info() source.Info {
	return source.Info{
		Name: Name, Title: "Parquet (Hugging Face)", Layout: "data/train-00000-of-00001.parquet with the columns image and label or objects",
		Holds: source.Holds{
			Labels: true, MultiLabel: true, Boxes: true, Crowds: true, IDs: true,
			Splits: true, Unlabelled: true, Unused: true,
		},
		Notes: []string{
			"Pictures are read in place, a page of the file at a time.",
			"A correction writes the changed column chunks behind the data and mends the metadata; pictures are not written again.",
			"Dropping an image copies its row group; the old copy stays in the file unused.",
		},
	}
}

// Detect is sure of Parquet files in which a column of pictures is named.
func (parquetFormat) Detect(p *source.Peek) (source.Match, error) {
	if !p.Dir {
		if !bytes.HasPrefix(p.Head(""), []byte(magic)) {
			return source.Match{Reason: "it is no Parquet file"}, nil
		}
		return detect(filepath.Dir(p.Path), filepath.Base(p.Path)), nil
	}
	best := source.Match{Reason: "no Parquet file is in it"}
	for _, dir := range append([]string{""}, p.Dirs("")...) {
		for i, name := range p.Files(dir, ".parquet") {
			name = path.Join(dir, name)
			if i >= 8 || !bytes.HasPrefix(p.Head(name), []byte(magic)) {
				continue
			}
			if m := detect(p.Path, name); m.Confidence > best.Confidence {
				best = m
			}
			if best.Confidence == source.Sure {
				return best, nil
			}
		}
	}
	return best, nil
}

func detect(folder, name string) source.Match {
	f, err := openFile(folder, name)
	if err != nil {
		return source.Match{Confidence: source.Possible, Reason: source.Show(name) + " is a Parquet file that cannot be read: " + err.Error()}
	}
	defer f.Close()
	c, err := f.columns("")
	if err != nil || c.picture == nil {
		return source.Match{Confidence: source.Possible, Reason: source.Show(name) + " is a Parquet file without a column of pictures"}
	}
	return source.Match{Confidence: source.Sure, Reason: source.Show(name) + " is a Parquet file with the column " + source.Show(c.picture.name())}
}
