package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/errata-cv/errata/compare"
	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format"
)

type diffOptions struct {
	formatA, formatB, images, classes string
	output, form                      string
	list, exitCode                    bool
	iou, moved                        float64
}

func newDiff() *cobra.Command {
	o := &diffOptions{}
	cmd := &cobra.Command{
		Use:   "diff A B",
		Short: "Show what differs between two annotation sets of the same images",
		Long: `Diff pairs the annotations of two datasets and lists what was added, removed,
moved and relabelled from A to B. The two may be in different formats. Images
are paired by their paths, or by their names where no path is in both.

Objects are paired by their overlap, best first, from --iou on; a pair with less
overlap than --moved counts as moved. Labels of whole images are paired by
class.

Exit status: 0 done, 1 a difference with --exit-code, 2 an error.`,
		Example: `  errata diff voc-original/ voc-corrected/
  errata diff instances.json fixed.json --list
  errata diff labels-yolo/ annotations.xml --images pictures/ --form json
  errata diff before/ after/ --exit-code`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 2 {
				return fmt.Errorf("name two datasets: %s A B", cmd.CommandPath())
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return o.run(cmd.Context(), cmd, args[0], args[1]) },
	}
	f := cmd.Flags()
	f.StringVar(&o.formatA, "format-a", "", "`FORMAT` of A (default: found out)")
	f.StringVar(&o.formatB, "format-b", "", "`FORMAT` of B (default: found out)")
	f.StringVar(&o.images, "images", "", "`DIR` where the pictures of both lie (default: found out)")
	f.StringVar(&o.classes, "classes", "", "text `FILE` with the allowed classes, one a line")
	f.StringVar(&o.form, "form", "text", "what to print, as a `FORM`: text or json")
	f.StringVarP(&o.output, "output", "o", "", "`FILE` to write to (default: standard output)")
	f.BoolVar(&o.list, "list", false, "list every annotation that differs")
	f.BoolVar(&o.exitCode, "exit-code", false, "exit with 1 when anything differs")
	f.Float64Var(&o.iou, "iou", compare.DefaultIoU, "least `OVERLAP` of a pair of objects")
	f.Float64Var(&o.moved, "moved", compare.DefaultMoved, "`OVERLAP` below which a pair counts as moved; 1 for any change")
	return cmd
}

func (o *diffOptions) run(ctx context.Context, cmd *cobra.Command, pathA, pathB string) error {
	if !(o.iou > 0 && o.iou <= 1) || !(o.moved > 0 && o.moved <= 1) {
		return fmt.Errorf("--iou %g and --moved %g have to be above 0 and at most 1", o.iou, o.moved)
	}
	if o.form != "text" && o.form != "json" {
		return fmt.Errorf("--form %q is neither text nor json", o.form)
	}
	open := func(path, name string) (*dataset.Dataset, error) {
		in := inputs{images: o.images, classes: o.classes, datasetFormat: name}
		return in.read(ctx, path)
	}
	a, err := open(pathA, o.formatA)
	if err != nil {
		return err
	}
	b, err := open(pathB, o.formatB)
	if err != nil {
		return err
	}
	d := compare.Match(a, b, compare.Options{IoU: o.iou, Moved: o.moved})
	if d.Images == 0 {
		return fmt.Errorf("%s and %s have no image in common (%d and %d images), so there is nothing to compare; give the folder of pictures with --images", pathA, pathB, len(a.Images), len(b.Images))
	}
	write := func(w io.Writer) error {
		if o.form == "json" {
			return d.JSON(w)
		}
		return d.Text(w, o.list)
	}
	if o.output != "" {
		err = toFile(o.output, write)
	} else {
		err = write(cmd.OutOrStdout())
	}
	if err == nil && o.exitCode && d.Any() {
		return errFindings
	}
	return err
}

// formatNames lists the formats that can do something.
func formatNames(can func(format.Format) bool) []string {
	var out []string
	for _, f := range format.Formats() {
		if can(f) {
			out = append(out, f.Info().Name)
		}
	}
	return out
}
