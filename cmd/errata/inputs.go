package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format"
	"github.com/errata-cv/errata/format/npy"
	"github.com/errata-cv/errata/matrix"
	"github.com/errata-cv/errata/progress"
	"github.com/errata-cv/errata/scan"
	"github.com/errata-cv/errata/workspace"
)

// inputs are the flags that check, review, fix and prove share.
type inputs struct {
	images, labelColumn, datasetFormat string
	classes, split, workspace          string
	labels, predProbs, embeddings      string
	seed                               uint64
	quiet                              bool
}

func (in *inputs) register(cmd *cobra.Command) {
	in.registerReading(cmd)
	f := cmd.Flags()
	f.StringVar(&in.workspace, "workspace", "", "`DIR` for what Errata remembers (default: .errata beside the dataset)")
	f.StringVar(&in.labels, "labels", "", "labels as a .npy `FILE`, in place of a dataset")
	f.StringVar(&in.predProbs, "pred-probs", "", "out-of-sample class probabilities as a .npy `FILE`, a row for each label")
	f.StringVar(&in.embeddings, "embeddings", "", "embeddings as a .npy `FILE`, a row for each image")
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
	if in.labels == "" {
		return format.Open(ctx, path, in.datasetFormat, o)
	}
	if len(o.Classes) == 0 && in.predProbs != "" {
		// A number is a class, and the probabilities say how many there are.
		p, err := column(in.predProbs)
		if err != nil {
			return nil, err
		}
		for c := range p.Cols {
			o.Classes = append(o.Classes, strconv.Itoa(c))
		}
	}
	return format.Open(ctx, in.labels, npy.Name, o)
}

// dataset is the path that names the dataset: the argument, or the labels.
func (in *inputs) dataset(args []string) string {
	if len(args) == 0 {
		return in.labels
	}
	return args[0]
}

// args wants one dataset, or --labels in place of it.
func (in *inputs) args(cmd *cobra.Command, args []string) error {
	switch {
	case in.labels != "" && len(args) > 0:
		return fmt.Errorf("%s and --labels %s both name a dataset; leave one out", args[0], in.labels)
	case in.labels != "":
		return nil
	}
	return oneDataset(cmd, args)
}

// given reads the columns that the flags name.
func (in *inputs) given() (g scan.Given, err error) {
	if in.predProbs != "" {
		if g.Probs, err = column(in.predProbs); err != nil {
			return g, err
		}
	}
	if in.embeddings != "" {
		g.Embedding, err = column(in.embeddings)
	}
	return g, err
}

// column reads an array of two dimensions.
func column(path string) (*matrix.Matrix, error) {
	a, err := matrix.OpenNPY(path)
	if err != nil {
		return nil, fmt.Errorf("cannot read %s: %w", path, err)
	}
	if len(a.Shape) != 2 {
		return nil, fmt.Errorf("%s has the shape %v; expected rows and columns", path, a.Shape)
	}
	m, err := a.Float32()
	if err != nil {
		return nil, fmt.Errorf("cannot read %s: %w", path, err)
	}
	return m, nil // the mapping lives as long as the process
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
	given, err := in.given()
	if err != nil {
		ws.Close()
		return nil, nil, err
	}
	res, err := scan.Run(ctx, ds, ws, in.scanOptions(cmd, o, given))
	if err != nil {
		ws.Close()
		return nil, nil, err
	}
	return res, ws, nil
}

// scanOptions adds what the flags say to o.
func (in *inputs) scanOptions(cmd *cobra.Command, o scan.Options, given scan.Given) scan.Options {
	o.Seed, o.Given = in.seed, given
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
