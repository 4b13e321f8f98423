package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/errata-cv/errata/convert"
	"github.com/errata-cv/errata/format"
	"github.com/errata-cv/errata/format/source"
)

type convertOptions struct {
	inputs
	to, pictures string
	lossy, list  bool
}

// errLosses ends a conversion that would lose something.
var errLosses = errors.New("nothing was written")

func newConvert() *cobra.Command {
	o := &convertOptions{}
	cmd := &cobra.Command{
		Use:   "convert DIR|FILE OUT",
		Short: "Write a dataset in another format",
		Long: `Convert reads a dataset in whatever format it is in and writes it to the new
folder OUT in another one. What that format has no place for is listed before
anything is written, and refused without --lossy.

Pictures become hard links in OUT (copies where links are not possible), or stay
where they are with --pictures none. What was written is read back and compared
before OUT gets its name.

errata formats lists the formats.`,
		Example: `  errata convert instances.json signs-yolo/ --to yolo
  errata convert voc/ signs-coco/ --to coco --pictures none
  errata convert labelstudio.json out/ --to voc --list
  errata convert voc/ out/ --to yolo --lossy`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 2 || len(args) == 1 && o.list {
				return nil
			}
			return fmt.Errorf("name the dataset and the new folder: %s DIR|FILE OUT --to FORMAT", cmd.CommandPath())
		},
		RunE: func(cmd *cobra.Command, args []string) error { return o.run(cmd.Context(), cmd, args) },
	}
	o.registerReading(cmd)
	o.registerFormat(cmd)
	f := cmd.Flags()
	f.StringVar(&o.to, "to", "", "`FORMAT` to write")
	f.StringVar(&o.pictures, "pictures", string(convert.Link), "`WHAT` becomes of the pictures: link, copy or none")
	f.BoolVar(&o.lossy, "lossy", false, "write although something is lost")
	f.BoolVar(&o.list, "list", false, "list what would be lost and write nothing")
	return cmd
}

func (o *convertOptions) run(ctx context.Context, cmd *cobra.Command, args []string) error {
	writes := func(f format.Format) bool { _, ok := f.(source.Writer); return ok }
	f, ok := format.Find(o.to)
	if !ok || !writes(f) {
		said := fmt.Sprintf("there is no format %q to write", o.to)
		switch {
		case o.to == "":
			said = "say which format to write with --to"
		case ok:
			said = fmt.Sprintf("the format %q can be read and not written anew", o.to)
		}
		return fmt.Errorf("%s; it can be %s", said, strings.Join(formatNames(writes), ", "))
	}
	pictures := convert.Pictures(o.pictures)
	switch pictures {
	case convert.Link, convert.Copy, convert.None:
	default:
		return fmt.Errorf("--pictures %q is none of link, copy and none", o.pictures)
	}
	ds, err := o.read(ctx, args[0])
	if err != nil {
		return err
	}
	to := f.(source.Writer)
	losses := convert.Losses(ds, to)
	stderr := cmd.ErrOrStderr()
	if len(losses) > 0 {
		fmt.Fprintf(stderr, "%s cannot hold all of this %s dataset:\n", f.Info().Title, ds.Format)
		for _, l := range losses {
			fmt.Fprintf(stderr, "  %s\n", l)
		}
	}
	if n := len(ds.Problems); n > 0 {
		fmt.Fprintf(stderr, "%s in the source; errata check lists them.\n", count(n, "problem"))
	}
	switch {
	case o.list && len(losses) == 0:
		fmt.Fprintf(cmd.OutOrStdout(), "%s can hold all of it.\n", f.Info().Title)
		return nil
	case o.list:
		return nil
	case len(losses) > 0 && !o.lossy:
		return fmt.Errorf("%w: to write what is left, say --lossy", errLosses)
	}
	t := o.reporter(stderr).Start("write", len(ds.Images), "images")
	r, err := convert.Run(ctx, ds, to, args[1], convert.Options{Pictures: pictures, Progress: progressDone(t)})
	if err != nil {
		t.Done("stopped")
		return err
	}
	t.Done("")
	for i, name := range r.Missing {
		if i == shownOrphans {
			fmt.Fprintf(stderr, "and %d more pictures are missing\n", len(r.Missing)-i)
			break
		}
		fmt.Fprintf(stderr, "no picture at %s: what is said of it was carried over without it\n", name)
	}
	fmt.Fprintf(cmd.OutOrStdout(), "%s: %s, %s, in the format %s.\n", r.Path, count(r.Images, "image"), count(r.Annotations, "annotation"), f.Info().Name)
	return nil
}
