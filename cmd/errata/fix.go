package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/fix"
	"github.com/errata-cv/errata/review"
	"github.com/errata-cv/errata/scan"
	"github.com/errata-cv/errata/workspace"
)

type fixOptions struct {
	inputs
	output, patch, quarantine string
	inPlace, diff             bool
	copies, force             bool
	auto                      float64
}

func newFix() *cobra.Command {
	o := &fixOptions{}
	cmd := &cobra.Command{
		Use:   "fix DIR|FILE",
		Short: "Write the corrected dataset",
		Long: `Fix applies the decisions of errata review to the source and writes the
result. What was not corrected stays byte for byte.

A source that is one file (a table, a COCO file) is written to a new file that
differs in the corrected bytes alone. A folder becomes a new tree of hard links
(copies where links are not possible) with the corrected label files in it, or,
where folders are classes, with relabelled pictures in the folder of their new
class; dropped pictures go to OUT.dropped. With --in-place files are replaced and
the old ones kept, pictures are moved, and a script that puts all of it back is
written first. What was written is read back and compared. Nothing is
overwritten without --force.

--auto 0.95 also accepts the suggestions about labels and objects (wrong-class,
artifact, duplicate-object) that are at least that probable and that nobody has
answered; they go to the journal.`,
		Example: `  errata fix flowers/ --diff
  errata fix flowers/ -o flowers-fixed/
  errata fix labels.csv -o fixed.csv --patch changes.json
  errata fix flowers/ --in-place
  errata fix flowers/ --auto 0.95 -o flowers-fixed/`,
		Args: o.args,
		RunE: func(cmd *cobra.Command, args []string) error { return o.run(cmd.Context(), cmd, o.dataset(args)) },
	}
	o.register(cmd)
	o.registerFormat(cmd)
	f := cmd.Flags()
	f.StringVarP(&o.output, "output", "o", "", "new table or folder `OUT` to write")
	f.BoolVar(&o.inPlace, "in-place", false, "correct the source itself, with the means to go back")
	f.BoolVar(&o.diff, "diff", false, "print what would change and write nothing")
	f.StringVar(&o.patch, "patch", "", "also write the changes to this JSON `FILE`")
	f.Float64Var(&o.auto, "auto", never, "accept suggestions about labels and objects at or above this `PROBABILITY` (default: none)")
	f.Lookup("auto").DefValue = "0" // what stands for none is not shown
	f.BoolVar(&o.copies, "copy", false, "copy pictures where a hard link would do")
	f.BoolVar(&o.force, "force", false, "replace what is at the output; it stays beside it as a backup")
	f.StringVar(&o.quarantine, "quarantine", "", "`DIR` for dropped pictures (default: the output with .dropped)")
	return cmd
}

func (o *fixOptions) run(ctx context.Context, cmd *cobra.Command, path string) error {
	if !o.diff && o.patch == "" && o.output == "" && !o.inPlace {
		return errors.New("say what to write: -o OUT, --in-place, --patch FILE, or --diff to look first")
	}
	if o.output != "" && o.inPlace {
		return errors.New("-o and --in-place exclude each other")
	}
	automatic := cmd.Flags().Changed("auto")
	if automatic && !(o.auto >= 0 && o.auto <= 1) {
		return fmt.Errorf("--auto %g is no probability from 0 to 1", o.auto)
	}
	ds, changes, orphans, err := o.changes(ctx, cmd, path, automatic)
	if err != nil {
		return err
	}
	reportOrphans(cmd.ErrOrStderr(), orphans)
	plan, err := fix.Make(ctx, ds, dataset.NewIndex(ds), changes)
	if err != nil {
		return err
	}
	if !plan.Count().Any() {
		fmt.Fprintln(cmd.ErrOrStderr(), "Nothing to correct: no decision changes a label or drops a picture of this dataset as it is.")
		if o.inPlace {
			return nil
		}
	}
	if o.diff {
		if err := plan.Diff(cmd.OutOrStdout()); err != nil {
			return err
		}
	}
	if o.patch != "" {
		if err := toFile(o.patch, plan.Patch); err != nil {
			return err
		}
	}
	if o.diff || (o.output == "" && !o.inPlace) {
		return nil
	}
	return o.write(ctx, cmd, plan)
}

// shownOrphans is how many decisions that cannot be applied are spelled out.
const shownOrphans = 3

// reportOrphans says which decisions cannot be applied, and when that is no
// harm.
func reportOrphans(w io.Writer, orphans []review.Orphan) {
	for _, orphan := range orphans[:min(shownOrphans, len(orphans))] {
		fmt.Fprintf(w, "not applied: %s\n", orphan.Reason)
	}
	if more := len(orphans) - shownOrphans; more > 0 {
		fmt.Fprintf(w, "not applied: %s of that sort\n", count(more, "more decision"))
	}
	if len(orphans) > 0 {
		fmt.Fprintln(w, "They stay in the journal. After errata fix --in-place that is as it should be: what was decided is done.")
	}
}

// changes reads the dataset and what the journal changes in it.
func (o *fixOptions) changes(ctx context.Context, cmd *cobra.Command, path string, automatic bool) (*dataset.Dataset, []dataset.Change, []review.Orphan, error) {
	var ds *dataset.Dataset
	var ws *workspace.Workspace
	var res *scan.Result
	var err error
	if automatic {
		res, ws, err = o.scan(ctx, cmd, path, scan.Options{})
	} else {
		ds, ws, err = o.openReadOnly(ctx, path)
	}
	if err != nil {
		return nil, nil, nil, err
	}
	defer ws.Close()
	state, err := review.Load(ctx, ws)
	if err != nil {
		return nil, nil, nil, err
	}
	if automatic {
		ds = res.Dataset
		if err := o.acceptSure(ctx, ws, res, state); err != nil {
			return nil, nil, nil, err
		}
	}
	changes, orphans, err := state.Changes(ds, dataset.NewIndex(ds))
	return ds, changes, orphans, err
}

// acceptSure accepts what --auto allows: in the journal, or with --diff only in
// state.
func (o *fixOptions) acceptSure(ctx context.Context, ws *workspace.Workspace, res *scan.Result, state *review.State) error {
	e, ok := state.Auto(res.Dataset, res.Index, res.Findings, review.Policy{MinProbability: o.auto, Kinds: []dataset.Kind{dataset.WrongClass, dataset.Artifact, dataset.DuplicateObject}})
	if !ok {
		return nil
	}
	if o.diff {
		e.Seq, e.Time = state.Seq()+1, time.Now()
		return state.Apply(e)
	}
	e, err := ws.Append(ctx, e)
	if err != nil {
		return err
	}
	return state.Apply(e)
}

// openReadOnly reads the dataset and opens its workspace beside a running
// review.
func (in *inputs) openReadOnly(ctx context.Context, path string) (*dataset.Dataset, *workspace.Workspace, error) {
	ds, err := in.read(ctx, path)
	if err != nil {
		return nil, nil, err
	}
	ws, err := workspace.Open(ctx, in.folder(ds), workspace.Options{Root: ds.Root, ReadOnly: true})
	return ds, ws, err
}

func (o *fixOptions) write(ctx context.Context, cmd *cobra.Command, plan *fix.Plan) error {
	t := o.reporter(cmd.ErrOrStderr()).Start("write", 0, "files")
	fo := fix.Options{
		Copy: o.copies, Force: o.force, Quarantine: o.quarantine,
		Stamp: time.Now().UTC().Format("20060102-150405"), Progress: progressDone(t),
	}
	read, err := o.options()
	if err != nil {
		return err
	}
	fo.Read = &read
	var r *fix.Report
	if o.inPlace {
		r, err = plan.InPlace(ctx, fo)
	} else {
		r, err = plan.Write(ctx, o.output, fo)
	}
	if err != nil {
		t.Done("stopped")
		return err
	}
	t.Done("")
	out := cmd.OutOrStdout()
	if !r.Count.Any() {
		fmt.Fprintf(out, "%s is the dataset as it was.\n", r.Path)
	} else {
		fmt.Fprintf(out, "%s: %s.\n", r.Path, r.Count)
	}
	for _, line := range []struct{ say, what string }{
		{"Dropped pictures are in %s\n", r.Quarantine}, {"What was there before is in %s\n", r.Backup}, {"To go back: sh %s\n", r.Script},
	} {
		if line.what != "" {
			fmt.Fprintf(out, line.say, line.what)
		}
	}
	for _, s := range r.Skipped {
		fmt.Fprintf(cmd.ErrOrStderr(), "not carried over: %s is no regular file\n", s)
	}
	return nil
}

// count spells a number of things.
func count(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %ss", n, one)
}
