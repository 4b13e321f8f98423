package kitti

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/linetext"
	"github.com/errata-cv/errata/format/source"
)

// Write makes training/label_2, training/image_2 and, where there are splits, a
// list for each in ImageSets. Other shapes become the boxes around them, fields
// that nothing is known of get KITTI's values for that. See [source.Writer].
func (kittiFormat) Write(ctx context.Context, ds *dataset.Dataset, out source.Sink) error {
	ix := dataset.NewIndex(ds)
	flat := *ds
	flat.Images = slices.Clone(ds.Images)
	for i := range flat.Images {
		flat.Images[i].Split = "" // all lie in one folder
	}
	names := source.FlatNames(&flat)
	lists := map[string][]string{}
	for i, im := range ds.Images {
		if err := ctx.Err(); err != nil {
			return err
		}
		stem := strings.ReplaceAll(strings.TrimSuffix(names[i], path.Ext(names[i])), " ", "_")
		if im.Split != "" {
			lists[im.Split] = append(lists[im.Split], stem+"\n")
		}
		if err := out.Picture(i, "training/image_2/"+stem+path.Ext(names[i])); err != nil {
			return err
		}
		var text strings.Builder
		for _, a := range ix.Annotations(i) {
			an := ds.Annotations[a]
			if _, invalid := an.Geometry.(dataset.Invalid); invalid || an.Geometry == nil {
				continue
			}
			class := linetext.Word(ds.Classes[an.Class], joint)
			if an.Crowd {
				class = DontCare
			}
			text.WriteString(newRow(class, an.Geometry.Bounds(), an.Attributes, linetext.Style{Decimals: 2}, fullFields))
			if ds.Predictions {
				text.WriteString(" " + strconv.FormatFloat(an.Score, 'f', -1, 64))
			}
			text.WriteByte('\n')
		}
		if err := create(out, "training/label_2/"+stem+".txt", text.String()); err != nil {
			return err
		}
	}
	for _, split := range ds.Splits() {
		if err := create(out, listFolder+"/"+source.FolderOf(split)+".txt", strings.Join(lists[split], "")); err != nil {
			return err
		}
	}
	return nil
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

// joint stands for a blank in the name of a class.
const joint = "_"

// Losses lists what rows cannot say. See [source.Refuser].
func (kittiFormat) Losses(ds *dataset.Dataset) []string {
	out := linetext.WordLosses(ds.Classes, joint, "KITTI")
	crowds := 0
	lost := map[string]int{}
	var order []string
	for _, a := range ds.Annotations {
		if a.Crowd && ds.Classes[a.Class] != DontCare {
			crowds++
		}
		for _, t := range a.Attributes {
			if _, ok := columnOf(t.Name); ok && isNumber(t.Value) {
				continue
			}
			if lost[t.Name]++; lost[t.Name] == 1 {
				order = append(order, t.Name)
			}
		}
	}
	if crowds > 0 {
		out = append(out, fmt.Sprintf("%d crowds become DontCare regions without their class", crowds))
	}
	for _, name := range order {
		out = append(out, fmt.Sprintf("the attribute %q of %d objects has no field", name, lost[name]))
	}
	seen := map[string]bool{}
	for _, s := range ds.Splits() {
		if c := source.FolderOf(s); c != s || seen[c] {
			out = append(out, fmt.Sprintf("the split %q cannot be the name of a list", s))
		}
		seen[source.FolderOf(s)] = true
	}
	return out
}
