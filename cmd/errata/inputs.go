package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format"
	"github.com/errata-cv/errata/progress"
	"github.com/errata-cv/errata/scan"
	"github.com/errata-cv/errata/workspace"
)

// inputs are the flags that check, review, fix and prove share.
type inputs struct {
	images, labelColumn, datasetFormat string
	classes, split, workspace          string
	seed                               uint64
	quiet                              bool
}

func (in *inputs) register(cmd *cobra.Command) {
	in.registerReading(cmd)
	f := cmd.Flags()
	f.StringVar(&in.workspace, "workspace", "", "`DIR` for what Errata remembers (default: .errata beside the dataset)")
	f.Uint64Var(&in.seed, "seed", 0, "`NUMBER` that everything random starts from; the same seed gives the same result")
}

// registerReading adds the flags about the dataset alone.
func (in *inputs) registerReading(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&in.images, "images", "", "`DIR` where the pictures lie (default: found out)")
	f.StringVar(&in.labelColumn, "label-column", "", "`COLUMN` of a table that holds the label")
	f.StringVar(&in.datasetFormat, "dataset-format", "", "`FORMAT` of the dataset; errata formats lists them (default: found out)")
	f.StringVar(&in.classes, "classes", "", "text `FILE` with the allowed classes, one a line")
	f.StringVar(&in.split, "split", "", "look at this `SPLIT` only, for example train")
	f.BoolVarP(&in.quiet, "quiet", "q", false, "no progress on standard error")
}

// registerFormat adds a short name for --dataset-format; check has another use
// for it.
func (in *inputs) registerFormat(cmd *cobra.Command) {
	cmd.Flags().StringVar(&in.datasetFormat, "format", "", "short for --dataset-format")
}

// reporter returns where progress goes.
func (in *inputs) reporter(stderr io.Writer) progress.Reporter {
	if in.quiet {
		return progress.Silent
	}
	return progress.To(stderr)
}

// read opens the dataset that path names.
func (in *inputs) read(ctx context.Context, path string) (*dataset.Dataset, error) {
	o, err := in.options()
	if err != nil {
		return nil, err
	}
	return format.Open(ctx, path, in.datasetFormat, o)
}

// options are those of reading.
func (in *inputs) options() (format.Options, error) {
	o := format.Options{Images: in.images, LabelColumn: in.labelColumn, Split: in.split}
	if in.classes != "" {
		names, err := readLines(in.classes)
		if err != nil {
			return o, fmt.Errorf("cannot read the classes: %w", err)
		}
		o.Classes = names
	}
	return o, nil
}

// open reads the dataset and opens its workspace for writing.
func (in *inputs) open(ctx context.Context, cmd *cobra.Command, path string) (*dataset.Dataset, *workspace.Workspace, error) {
	ds, err := in.read(ctx, path)
	if err != nil {
		return nil, nil, err
	}
	ws, err := workspace.Open(ctx, in.folder(ds), workspace.Options{Root: ds.Root, Command: cmd.CommandPath() + " " + path})
	if err != nil {
		return nil, nil, err
	}
	return ds, ws, nil
}

// folder is where the workspace of a dataset is.
func (in *inputs) folder(ds *dataset.Dataset) string {
	if in.workspace != "" {
		return in.workspace
	}
	return workspace.Folder(ds.Source)
}

// scan opens the dataset and scans it. The caller closes the workspace.
func (in *inputs) scan(ctx context.Context, cmd *cobra.Command, path string, o scan.Options) (*scan.Result, *workspace.Workspace, error) {
	ds, ws, err := in.open(ctx, cmd, path)
	if err != nil {
		return nil, nil, err
	}
	res, err := scan.Run(ctx, ds, ws, in.scanOptions(cmd, o))
	if err != nil {
		ws.Close()
		return nil, nil, err
	}
	return res, ws, nil
}

// scanOptions adds what the flags say to o.
func (in *inputs) scanOptions(cmd *cobra.Command, o scan.Options) scan.Options {
	o.Seed = in.seed
	o.Progress = in.reporter(cmd.ErrOrStderr())
	return o
}

// readLines returns the lines of a text file that are not empty.
func readLines(path string) ([]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var out []string
	sc := bufio.NewScanner(f)
	for sc.Scan() {
		if line := strings.TrimSuffix(sc.Text(), "\r"); line != "" {
			out = append(out, line)
		}
	}
	return out, sc.Err()
}
