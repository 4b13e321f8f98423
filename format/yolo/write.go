package yolo

import (
	"context"
	"fmt"
	"path"
	"strconv"
	"strings"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/linetext"
	"github.com/errata-cv/errata/format/source"
)

// Write makes data.yaml, images/ and labels/, with a folder for each split, as
// Ultralytics expects them. All rows are of one kind: boxes where there is nothing
// else, four corners where there are rotated boxes and no other outlines, and outlines
// otherwise. Outlines of several parts are drawn in one line, and masks become
// their outlines. See [source.Writer].
func (f yoloFormat) Write(ctx context.Context, ds *dataset.Dataset, out source.Sink) error {
	ix := dataset.NewIndex(ds)
	names := source.FlatNames(ds)
	kind := f.kind(ds)
	for i, im := range ds.Images {
		if err := ctx.Err(); err != nil {
			return err
		}
		place := join(source.FolderOf(im.Split), names[i])
		if err := out.Picture(i, "images/"+place); err != nil {
			return err
		}
		text, err := rowsOf(ds, ix.Annotations(i), kind, func() (int, int, error) { return out.Size(i) })
		if err != nil {
			return fmt.Errorf("%s: %w", source.Show(im.Path), err)
		}
		if err := create(out, "labels/"+strings.TrimSuffix(place, path.Ext(place))+".txt", text); err != nil {
			return err
		}
	}
	return create(out, "data.yaml", f.dataYAML(ds))
}

// kind returns the shape of all rows.
func (f yoloFormat) kind(ds *dataset.Dataset) shape {
	if f.obb {
		return rotatedShape
	}
	turned, fours := false, false
	for _, a := range ds.Annotations {
		switch g := a.Geometry.(type) {
		case dataset.RotatedBox:
			turned = true
		case dataset.Polygon:
			if !hasFourCorners(g) {
				return outlineShape
			}
			fours = true
		case dataset.Mask:
			return outlineShape
		}
	}
	switch {
	case turned:
		return rotatedShape
	case fours:
		return outlineShape
	}
	return boxShape
}

func hasFourCorners(p dataset.Polygon) bool { return len(p.Parts) == 1 && len(p.Parts[0]) == 8 }

// rowsOf spells the objects of a picture.
func rowsOf(ds *dataset.Dataset, annotations []int, kind shape, size func() (int, int, error)) (string, error) {
	p := &pen{shape: kind, separator: " ", reading: reading{}}
	var out strings.Builder
	for _, a := range annotations {
		an := ds.Annotations[a]
		g := an.Geometry
		if _, invalid := g.(dataset.Invalid); invalid || g == nil {
			continue
		}
		if p.width == 0 {
			var err error
			if p.width, p.height, err = size(); err != nil {
				return "", err
			}
			if p.width < 1 || p.height < 1 {
				return "", fmt.Errorf("a picture of %d × %d pixels has no fractions", p.width, p.height)
			}
		}
		text, err := p.row(an.Class, g)
		if err != nil {
			if text, err = p.row(an.Class, g.Bounds()); err != nil {
				return "", err
			}
		}
		out.WriteString(text)
		if ds.Predictions {
			out.WriteString(" " + linetext.Style{}.Number(an.Score, func(v float64) bool { return v == an.Score }))
		}
		out.WriteByte('\n')
	}
	return out.String(), nil
}

// dataYAML spells where the pictures are and what the classes are called.
func (f yoloFormat) dataYAML(ds *dataset.Dataset) string {
	var b strings.Builder
	switch f.kind(ds) {
	case rotatedShape:
		b.WriteString("task: obb\n")
	case outlineShape:
		b.WriteString("task: segment\n")
	default:
		b.WriteString("task: detect\n")
	}
	splits := ds.Splits()
	if len(splits) == 0 {
		b.WriteString("train: images\nval: images\n")
	} else {
		written := map[string]bool{}
		for _, s := range splits {
			fmt.Fprintf(&b, "%s: %s\n", quote(s), quote("images/"+source.FolderOf(s)))
			written[s] = true
		}
		// Trainers want both parts; the one that is missing repeats another.
		instead := splits[0]
		if written["test"] && !written["val"] {
			instead = "test"
		}
		for _, s := range []string{"train", "val"} {
			if !written[s] {
				fmt.Fprintf(&b, "%s: %s\n", s, quote("images/"+source.FolderOf(instead)))
			}
		}
	}
	b.WriteString("\nnames:\n")
	for i, c := range ds.Classes {
		fmt.Fprintf(&b, "  %d: %s\n", i, quote(c))
	}
	return b.String()
}

// quote spells a string for YAML: as it is when nothing in it means something
// there, in double quotes otherwise.
func quote(s string) string {
	plain := s != ""
	for i, r := range s {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
		inside := i > 0 && (r >= '0' && r <= '9' || strings.ContainsRune("_-./", r) || r == ' ' && i < len(s)-1)
		plain = plain && (letter || inside)
	}
	switch strings.ToLower(s) {
	case "y", "n", "yes", "no", "true", "false", "on", "off", "null", "nan", "inf":
		plain = false
	}
	if plain {
		return s
	}
	return strconv.QuoteToASCII(strings.ToValidUTF8(s, "�"))
}

func create(out source.Sink, name, text string) error {
	w, err := out.Create(name)
	if err != nil {
		return err
	}
	if _, err := w.Write([]byte(text)); err != nil {
		w.Close()
		return err
	}
	return w.Close()
}

// Losses lists what rows cannot say. See [source.Refuser].
func (f yoloFormat) Losses(ds *dataset.Dataset) []string {
	var out []string
	kind := f.kind(ds)
	boxes, turned, parts := 0, 0, 0
	for _, a := range ds.Annotations {
		switch g := a.Geometry.(type) {
		case dataset.Box:
			if kind != boxShape {
				boxes++
			}
		case dataset.RotatedBox:
			if kind == outlineShape {
				turned++
			}
		case dataset.Polygon:
			if kind == rotatedShape && !hasFourCorners(g) {
				parts++
			}
		case dataset.Mask:
			if kind == rotatedShape {
				parts++
			}
		}
	}
	if boxes > 0 {
		out = append(out, fmt.Sprintf("%d boxes are written as their four corners, because all rows of a YOLO dataset are of one kind", boxes))
	}
	if turned > 0 {
		out = append(out, fmt.Sprintf("%d rotated boxes are written as outlines, because all rows of a YOLO dataset are of one kind", turned))
	}
	if parts > 0 {
		out = append(out, fmt.Sprintf("%d outlines and masks that have not four corners become the boxes around them", parts))
	}
	seen := map[string]bool{}
	for _, c := range ds.Classes {
		if c != strings.ToValidUTF8(c, "�") {
			out = append(out, fmt.Sprintf("the class name %q is not valid UTF-8", c))
		}
	}
	for _, s := range ds.Splits() {
		c := source.FolderOf(s)
		if c == "" || seen[c] || s == "path" || s == "names" || s == "nc" || s == "task" || s == "download" {
			out = append(out, fmt.Sprintf("the split %q cannot be the name of a part in data.yaml", s))
		}
		seen[c] = true
	}
	return out
}
