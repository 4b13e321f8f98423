package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/matrix"
	"github.com/errata-cv/errata/prove"
	"github.com/errata-cv/errata/review"
	"github.com/errata-cv/errata/scan"
	"github.com/errata-cv/errata/workspace"
)

type proveOptions struct {
	inputs
	seeds, parts int
	allParts     bool
	json         bool
	output       string
}

func newProve() *cobra.Command {
	o := &proveOptions{}
	cmd := &cobra.Command{
		Use:   "prove DIR|FILE",
		Short: "Train before and after: did the fix help?",
		Long: `Prove trains the same model on the original and on the corrected labels and
validates both on the original and on the corrected validation labels, over
several seeds. It prints accuracy, macro-F1, log-loss, a table for each class,
confusions, and the difference with a 95 % interval, and says in one sentence
whether the fix helped, hurt, or cannot be told.

The corrected labels are the source with the decisions of errata review
applied. The model is logistic regression on features learned from the
pictures. Copies of a picture never stand on both sides.`,
		Example: `  errata prove flowers/
  errata prove flowers/ --seeds 20 --json > proof.json`,
		Args: o.args,
		RunE: func(cmd *cobra.Command, args []string) error { return o.run(cmd.Context(), cmd, o.dataset(args)) },
	}
	o.register(cmd)
	o.registerFormat(cmd)
	f := cmd.Flags()
	f.IntVar(&o.seeds, "seeds", 5, "how often training is repeated, a `NUMBER`")
	f.IntVar(&o.parts, "parts", 4, "into how many parts (a `NUMBER`) the images are cut when the dataset has no splits of its own")
	f.BoolVar(&o.allParts, "all-parts", false, "validate on each part in turn")
	f.BoolVar(&o.json, "json", false, "print JSON")
	f.StringVarP(&o.output, "output", "o", "", "`FILE` to write to (default: standard output)")
	return cmd
}

func (o *proveOptions) run(ctx context.Context, cmd *cobra.Command, path string) error {
	if err := canWrite(o.output); err != nil {
		return err
	}
	ds, ws, err := o.open(ctx, cmd, path)
	if err != nil {
		return err
	}
	defer ws.Close()
	changes, err := toProve(ctx, ds, ws)
	if err != nil {
		return err
	}
	given, err := o.given()
	if err != nil {
		return err
	}
	given.Probs = nil // a proof trains; what was predicted before says nothing
	res, err := scan.Run(ctx, ds, ws, o.scanOptions(cmd, scan.Options{}, given))
	if err != nil {
		return err
	}
	data, features, err := experiment(res, changes)
	if err != nil {
		return err
	}
	t := o.reporter(cmd.ErrOrStderr()).Start("train", 2*o.seeds, "models")
	r, err := prove.Run(ctx, data, prove.Options{
		Trainer: &prove.Probe{Features: features}, Seeds: o.seeds, Seed: o.seed,
		Parts: o.parts, AllParts: o.allParts, Progress: progressDone(t),
	})
	if err != nil {
		t.Done("stopped")
		return err
	}
	t.Done("")
	write := r.Text
	if o.json {
		write = func(w io.Writer) error {
			e := json.NewEncoder(w)
			e.SetIndent("", "  ")
			return e.Encode(r)
		}
	}
	return toOutput(cmd, o.output, write)
}

// toProve returns what the journal changes; nothing is an error that says why.
func toProve(ctx context.Context, ds *dataset.Dataset, ws *workspace.Workspace) ([]dataset.Change, error) {
	state, err := review.Load(ctx, ws)
	if err != nil {
		return nil, err
	}
	changes, orphans, err := state.Changes(ds, dataset.NewIndex(ds))
	switch {
	case err != nil:
		return nil, err
	case len(changes) > 0:
		return changes, nil
	case len(orphans) > 0:
		return nil, fmt.Errorf("what was decided (%s) is no longer open in this dataset, so there is nothing to compare: prove wants the labels as they were before errata fix --in-place; its undo script brings them back", count(len(orphans), "decision"))
	}
	return nil, errors.New("the journal changes nothing, so there is nothing to prove: decide in errata review first, or accept sure suggestions with errata fix --auto")
}

// experiment lays out the labels before and after the changes, one row for each
// annotation whose image could be read, with its features.
func experiment(res *scan.Result, changes []dataset.Change) (prove.Data, *matrix.Matrix, error) {
	ds := res.Dataset
	after := make([]int, len(ds.Annotations))
	for i, a := range ds.Annotations {
		after[i] = a.Class
	}
	for _, c := range changes {
		if c.Action == dataset.SetClass {
			after[c.Annotation] = c.To
			continue
		}
		for _, a := range res.Index.Annotations(c.Image) {
			after[a] = prove.Dropped
		}
	}
	d := prove.Data{Classes: ds.Classes}
	var rows []int
	for i, a := range ds.Annotations {
		if res.Images[a.Image] == nil {
			continue
		}
		rows = append(rows, a.Image)
		d.Before = append(d.Before, a.Class)
		d.After = append(d.After, after[i])
		d.Split = append(d.Split, ds.Images[a.Image].Split)
		d.Groups = append(d.Groups, res.Groups[a.Image])
	}
	if len(rows) == 0 {
		return d, nil, fmt.Errorf("no picture of %s could be read, so there is nothing to train on", ds.Name)
	}
	features := matrix.New(len(rows), res.Embedding.Cols)
	for i, image := range rows {
		copy(features.Row(i), res.Embedding.Row(image))
	}
	return d, features, nil
}
