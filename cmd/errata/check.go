package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/errata-cv/errata/check/class"
	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format"
	"github.com/errata-cv/errata/report"
	"github.com/errata-cv/errata/review"
	"github.com/errata-cv/errata/scan"
	"github.com/errata-cv/errata/workspace"
)

type checkOptions struct {
	inputs
	format, output, scores, failOn, filter, ignore string
}

func newCheck() *cobra.Command {
	o := &checkOptions{}
	cmd := &cobra.Command{
		Use:   "check DIR|FILE",
		Short: "Find what is wrong in a dataset",
		Long: `Check reads a dataset, measures every image, predicts every label from the
others and lists what looks wrong, most probable first. Nothing in the dataset
is changed; what was measured is kept in .errata beside it, so that the next
check only does what is new.

DIR is a folder with one folder of pictures a class, with or without split
folders (train, val, test) above, or with annotations in one of many formats;
FILE is a table with a path and a label in each row, or an annotation file. The
format is found out by content; errata formats lists what can be read.

What you decided in errata review is not asked again: findings you answered are
left out.

Exit status: 0 done, 1 a finding at or above --fail-on, 2 an error.`,
		Example: `  errata check flowers/
  errata check labels.csv --images pictures/ --label-column species
  errata check instances.json --images pictures/
  errata check --labels y.npy --pred-probs p.npy --classes names.txt
  errata check flowers/ --format html -o report.html
  errata check flowers/ --format json --scores scores.csv > findings.json
  errata check flowers/ --fail-on wrong-class=0.9,split-leak`,
		Args: o.args,
		RunE: func(cmd *cobra.Command, args []string) error { return o.run(cmd.Context(), cmd, o.dataset(args)) },
	}
	o.register(cmd)
	f := cmd.Flags()
	f.StringVar(&o.format, "format", "text", "what to print, as a `FORM`: text, json, csv or html")
	f.StringVarP(&o.output, "output", "o", "", "`FILE` to write to (default: standard output)")
	f.StringVar(&o.scores, "scores", "", "also write the score of every label to this CSV `FILE`")
	f.StringVar(&o.failOn, "fail-on", "never", "`WHAT` makes it exit with 1: any finding, a probability (0.9), kinds (split-leak), or kinds with one (wrong-class=0.9), with commas")
	f.StringVar(&o.ignore, "ignore", "", "`KINDS` of finding to leave out, with commas, for example dark,odd-size")
	f.StringVar(&o.filter, "filter", string(class.PruneByNoiseRate), "confident-learning `RULE` for wrong classes: "+filterNames())
	return cmd
}

func filterNames() string {
	var names []string
	for _, f := range class.Filters() {
		names = append(names, string(f))
	}
	return strings.Join(names, ", ")
}

func (o *checkOptions) run(ctx context.Context, cmd *cobra.Command, path string) error {
	if _, ok := format.Find(o.format); ok && o.datasetFormat == "" && o.format != "csv" {
		// A format of datasets, as the other commands take it.
		o.datasetFormat, o.format = o.format, "text"
	}
	write, err := renderer(o.format)
	if err != nil {
		return err
	}
	fail, err := parseFailOn(o.failOn)
	if err != nil {
		return err
	}
	filter, err := parseFilter(o.filter)
	if err != nil {
		return err
	}
	ignored, err := parseKinds(o.ignore)
	if err != nil {
		return err
	}
	if err := canWrite(o.output, o.scores); err != nil {
		return err
	}
	res, ws, err := o.scan(ctx, cmd, path, scan.Options{Filter: filter, Ignore: ignored})
	if err != nil {
		return err
	}
	defer ws.Close()
	decided, err := hideDecided(ctx, res, ws)
	if err != nil {
		return err
	}
	r := toReport(res, path)
	if decided > 0 {
		r.Notes = append(r.Notes, count(decided, "finding")+" not shown: answered in errata review or by errata fix --auto.")
	}
	if o.scores != "" {
		if err := toFile(o.scores, func(w io.Writer) error { return report.Scores(w, r) }); err != nil {
			return err
		}
	}
	out := func(w io.Writer) error { return write(w, r, thumbsOf(res, ws)) }
	if err := toOutput(cmd, o.output, out); err != nil {
		return err
	}
	if fail.matches(res.Findings) {
		return errFindings
	}
	return nil
}

// render writes a report; thumb gives the pictures of one that shows any.
type render func(w io.Writer, r *report.Result, thumb thumbs) error

type thumbs func(image int) ([]byte, error)

func renderer(format string) (render, error) {
	switch format {
	case "text":
		return writeText, nil
	case "json":
		return func(w io.Writer, r *report.Result, _ thumbs) error { return report.JSON(w, r) }, nil
	case "csv":
		return func(w io.Writer, r *report.Result, _ thumbs) error { return report.CSV(w, r) }, nil
	case "html":
		return writeHTML, nil
	}
	return nil, fmt.Errorf("--format %q is not known: use text, json, csv or html", format)
}

func writeText(w io.Writer, r *report.Result, _ thumbs) error {
	o := report.TextOptions{}
	if f, ok := w.(*os.File); ok {
		o = report.Terminal(f)
	}
	return report.Text(w, r, o)
}

func writeHTML(w io.Writer, r *report.Result, thumb thumbs) error {
	return report.HTML(w, r, report.HTMLOptions{Thumb: thumb})
}

func parseFilter(name string) (class.Filter, error) {
	for _, f := range class.Filters() {
		if string(f) == name {
			return f, nil
		}
	}
	return "", fmt.Errorf("--filter %q is not known: use %s", name, filterNames())
}

// parseKinds reads a list of kinds of finding with commas.
func parseKinds(text string) ([]dataset.Kind, error) {
	if text == "" {
		return nil, nil
	}
	var out []dataset.Kind
	for _, name := range strings.Split(text, ",") {
		k := dataset.Kind(strings.TrimSpace(name))
		if _, ok := k.Info(); !ok {
			return nil, fmt.Errorf("--ignore %q is no kind of finding; errata check --format json lists them under counts", name)
		}
		out = append(out, k)
	}
	return out, nil
}

// hideDecided removes the findings a person has answered, and counts them.
func hideDecided(ctx context.Context, res *scan.Result, ws *workspace.Workspace) (int, error) {
	state, err := review.Load(ctx, ws)
	if err != nil {
		return 0, err
	}
	kept := res.Findings[:0]
	for _, f := range res.Findings {
		if k, ok := targetOf(res, &f); ok {
			if a, answered := state.Verdict(k, f.Kind); answered && a.Verdict != dataset.Unsure {
				continue
			}
		}
		kept = append(kept, f)
	}
	hidden := len(res.Findings) - len(kept)
	res.Findings = kept
	return hidden, nil
}

// targetOf returns the annotation that answers to a finding are filed under.
func targetOf(res *scan.Result, f *dataset.Finding) (dataset.Key, bool) {
	switch {
	case f.Annotation != dataset.None:
		return res.Index.Key(f.Annotation), true
	case f.Image != dataset.None:
		return dataset.Key{Image: res.Dataset.Images[f.Image].Path}, true
	}
	return dataset.Key{}, false
}

// failOn says which findings make a check fail: a least probability for each
// kind, and one for all others.
type failOn struct {
	kinds map[dataset.Kind]float64
	other float64
}

// never is a probability that no finding reaches.
const never = 2

func parseFailOn(text string) (failOn, error) {
	out := failOn{kinds: map[dataset.Kind]float64{}, other: never}
	for _, term := range strings.Split(text, ",") {
		term = strings.TrimSpace(term)
		name, level, has := strings.Cut(term, "=")
		least := 0.0
		if has {
			p, err := probability(level)
			if err != nil {
				return out, fmt.Errorf("--fail-on %q: %w", term, err)
			}
			least = p
		}
		if _, ok := dataset.Kind(name).Info(); ok {
			out.kinds[dataset.Kind(name)] = least
			continue
		}
		switch p, err := probability(term); {
		case term == "never":
		case term == "any":
			out.other = 0
		case err == nil:
			out.other = p
		default:
			return out, fmt.Errorf("--fail-on %q is neither never, any, a probability from 0 to 1, nor a kind of finding such as wrong-class", term)
		}
	}
	return out, nil
}

func probability(text string) (float64, error) {
	p, err := strconv.ParseFloat(text, 64)
	if err != nil || !(p >= 0 && p <= 1) {
		return 0, fmt.Errorf("%q is no probability from 0 to 1", text)
	}
	return p, nil
}

func (o failOn) matches(findings []dataset.Finding) bool {
	for i := range findings {
		least, ok := o.kinds[findings[i].Kind]
		if !ok {
			least = o.other
		}
		if findings[i].Probability >= least {
			return true
		}
	}
	return false
}
