package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/scan"
	"github.com/errata-cv/errata/synth"
)

type demoOptions struct {
	serveOptions
	dir    string
	images int
	seed   uint64
	review bool
}

func newDemo() *cobra.Command {
	o := &demoOptions{}
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Make a dataset with planted errors, check it, open the review app",
		Long: `Demo makes a folder of rendered road signs with planted, recorded errors
(wrong classes, copies with different labels, leaks between train and val,
blurred, dark, truncated and empty files), checks it, prints how many of the
planted errors are at the top of the list and writes an HTML report. In a
terminal it then opens the review app; elsewhere it ends there.

The same folder is used again when it is there.`,
		Example: `  errata demo
  errata demo --dir signs --images 500 --seed 7
  errata demo --review --no-open`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return fmt.Errorf("errata demo takes no dataset, only flags: it makes its own in the folder that --dir names")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return o.run(cmd.Context(), cmd) },
	}
	o.register(cmd)
	f := cmd.Flags()
	f.StringVar(&o.dir, "dir", "demo", "`DIR` to make")
	f.IntVar(&o.images, "images", 2000, "`NUMBER` of images, 64 or more")
	f.Uint64Var(&o.seed, "seed", 0, "`NUMBER` that everything random starts from")
	f.BoolVar(&o.review, "review", false, "open the review app also without a terminal")
	return cmd
}

func (o *demoOptions) run(ctx context.Context, cmd *cobra.Command) error {
	in := inputs{seed: o.seed}
	truth, err := o.dataset(ctx, cmd, &in)
	if err != nil {
		return err
	}
	res, ws, err := in.scan(ctx, cmd, o.dir, scan.Options{})
	if err != nil {
		return err
	}
	defer ws.Close()
	r := toReport(res, o.dir)
	out := cmd.OutOrStdout()
	if err := writeText(out, r, nil); err != nil {
		return err
	}
	printRecall(out, truth, res)
	page := filepath.Join(o.dir, "errata-report.html")
	if err := toFile(page, func(w io.Writer) error { return writeHTML(w, r, thumbsOf(res, ws)) }); err != nil {
		return err
	}
	fmt.Fprintf(out, "\nHTML report: %s\n", page)
	if o.review || isTerminal(out) {
		return o.serve(ctx, cmd, res, ws)
	}
	fmt.Fprintf(out, "Review app:  errata review %s\n", o.dir)
	return nil
}

// dataset makes the signs, or takes those that an earlier demo of the same
// options made.
func (o *demoOptions) dataset(ctx context.Context, cmd *cobra.Command, in *inputs) (*synth.Truth, error) {
	if truth, err := synth.ReadTruth(o.dir); err == nil {
		if truth.Seed == o.seed && truth.Images == o.images {
			return truth, nil
		}
		return nil, fmt.Errorf("%s holds a demo of %d images with seed %d: remove it or name another folder with --dir", o.dir, truth.Images, truth.Seed)
	}
	t := in.reporter(cmd.ErrOrStderr()).Start("draw", o.images, "images")
	truth, err := synth.Signs(ctx, o.dir, synth.Options{Images: o.images, Seed: o.seed}, progressDone(t))
	if errors.Is(err, os.ErrPermission) {
		return nil, fmt.Errorf("cannot make the folder %s: permission denied; name another with --dir", o.dir)
	}
	if err == nil {
		t.Done("")
	}
	return truth, err
}

func progressDone(t interface{ Set(int) }) func(done, total int) {
	return func(done, _ int) { t.Set(done) }
}

// printRecall says how many planted errors the check put at the top.
func printRecall(w io.Writer, truth *synth.Truth, res *scan.Result) {
	s := truth.Score(ranking(res))
	fmt.Fprintf(w, "\nPlanted errors, found again:\n")
	fmt.Fprintf(w, "  wrong labels           %d of %d among the first %d of the list (average precision %.2f)\n", s.Found, s.Planted, s.Planted, s.AveragePrecision)
	found := map[string]map[dataset.Kind]bool{}
	for i := range res.Findings {
		f := &res.Findings[i]
		for _, j := range append([]int{f.Image}, f.Others...) {
			if j == dataset.None {
				continue
			}
			path := res.Dataset.Images[j].Path
			if found[path] == nil {
				found[path] = map[dataset.Kind]bool{}
			}
			found[path][f.Kind] = true
		}
	}
	for _, info := range dataset.Kinds() {
		n, hit := 0, 0
		for _, e := range truth.Errors {
			if e.Kind == info.Kind && info.Kind != dataset.WrongClass {
				n++
				if found[e.Image][e.Kind] {
					hit++
				}
			}
		}
		if n > 0 {
			fmt.Fprintf(w, "  %-22s %d of %d\n", info.Kind, hit, n)
		}
	}
}

// ranking lists the image paths by the probability that their label is wrong.
func ranking(res *scan.Result) []string {
	order := make([]int, 0, len(res.Labels))
	for i, l := range res.Labels {
		if l.Judged {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(res.Labels[b].Probability, res.Labels[a].Probability), cmp.Compare(res.Labels[a].Score, res.Labels[b].Score))
	})
	paths := make([]string, len(order))
	for i, a := range order {
		paths[i] = res.Dataset.Images[res.Dataset.Annotations[a].Image].Path
	}
	return paths
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
