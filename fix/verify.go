package fix

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/errata-cv/errata/compare"
	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format"
	"github.com/errata-cv/errata/format/source"
	"github.com/errata-cv/errata/stage"
)

// What is written is read back when the dataset has at most verifyMost
// annotations; beyond, the second copy would take more memory than it is worth,
// and the format's own check of each edit has to do.
const verifyMost = 2_000_000

// Formats round coordinates off; so much, in pixels, is no difference.
const (
	verifyTolerance = 0.05
	wholeTolerance  = 0.51
)

// verify reads the corrected dataset at path and makes sure that it says what
// the source says with the changes made, and nothing else.
func (p *Plan) verify(ctx context.Context, path string, o Options) error {
	if o.Read == nil || len(p.ds.Annotations) > verifyMost {
		return nil
	}
	dropped := slices.ContainsFunc(p.changes, func(c dataset.Change) bool { return c.Action == dataset.DropImage })
	if p.ds.Pictures != nil && dropped {
		return nil // pictures that are counted in their file have other names now
	}
	f, ok := format.Find(p.ds.Format)
	if !ok {
		return nil
	}
	want, err := p.want()
	if err != nil {
		return err
	}
	moved := map[string]string{}
	for _, m := range p.patch.Moves {
		if !m.Drop {
			moved[m.From] = m.To
		}
	}
	for i := range want.Images {
		if to, ok := moved[want.Images[i].Path]; ok {
			want.Images[i].Path = to
		}
	}
	read := *o.Read
	e := compare.Equality{Tolerance: verifyTolerance, NoIDs: true, NoSizes: true, NoMetadata: true, AnyOrder: true, NoUnused: true}
	if f.Info().Holds.Whole {
		e.Tolerance = wholeTolerance
	}
	if p.file != "" {
		// It lies under another name, maybe elsewhere.
		e.NoSplits, e.ByBase = true, p.ds.Pictures != nil
		read.Split = ""
		if p.ds.Pictures == nil {
			read.Images = p.ds.Root
		}
	}
	if p.file == "" && !stage.Within(p.patch.Root, p.ds.Root) {
		// What lies beside the source is not beside its copy: pictures, lists.
		read.Images, e.NoSplits = p.ds.Root, true
	}
	if slices.ContainsFunc(p.changes, func(c dataset.Change) bool { return c.Action == dataset.AddObject }) {
		e.NoAttributes, e.NoAnnotators = true, true // a format fills in what it has to
	}
	got, err := f.Read(ctx, path, read)
	if err != nil {
		return fmt.Errorf("with the corrections made, %s cannot be read any more: %w", source.Show(filepath.Base(p.ds.Source)), err)
	}
	if read.Split == "" && o.Read.Split != "" {
		if err := source.KeepSplit(got, o.Read.Split); err != nil {
			e.NoUnlabelled = true
			got = onlyImages(got, want)
		}
	}
	if diffs := compare.Exact(want, got, e); len(diffs) > 0 {
		return fmt.Errorf("with the corrections made, %s does not say what it should: %s", source.Show(filepath.Base(p.ds.Source)), strings.Join(diffs[:min(3, len(diffs))], "; "))
	}
	return nil
}

// want is what the corrected dataset has to say.
func (p *Plan) want() (*dataset.Dataset, error) {
	if p.patch.Applied != nil {
		return p.patch.Applied()
	}
	return dataset.Apply(p.ds, p.changes)
}

// onlyImages returns what ds says of the images that of has.
func onlyImages(ds, of *dataset.Dataset) *dataset.Dataset {
	wanted := map[string]bool{}
	for _, im := range of.Images {
		wanted[im.Path] = true
	}
	out := *ds
	out.Images = slices.Clone(ds.Images)
	for i := range out.Images {
		out.Images[i].Split = "no"
		if wanted[out.Images[i].Path] {
			out.Images[i].Split = "yes"
		}
	}
	out.Annotations = slices.Clone(ds.Annotations)
	if err := source.KeepSplit(&out, "yes"); err != nil {
		return ds
	}
	return &out
}
