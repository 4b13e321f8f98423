package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"github.com/errata-cv/errata/check/distribution"
	"github.com/errata-cv/errata/check/object"
	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
)

type validateOptions struct {
	inputs
	form, output, failOn string
	sizes                bool
}

func newValidate() *cobra.Command {
	o := &validateOptions{}
	cmd := &cobra.Command{
		Use:   "validate DIR|FILE",
		Short: "Check the annotations alone, without the pictures",
		Long: `Validate reads the annotations and reports what is wrong with them by
themselves: records that cannot be read, ids given twice, annotations without
image, undefined classes, boxes without area or outside of the picture, outlines
that cross themselves, objects marked twice; and how classes, attributes and the
sizes of objects are distributed, with the names and limits of Datumaro's
validators. No picture is decoded; --sizes reads the header of each to compare
its size with what the source states.

Exit status: 0 done, 1 something at or above --fail-on, 2 an error.`,
		Example: `  errata validate instances.json
  errata validate voc/ --sizes --fail-on error
  errata validate labels.xml --form json -o report.json`,
		Args: oneDataset,
		RunE: func(cmd *cobra.Command, args []string) error { return o.run(cmd.Context(), cmd, args[0]) },
	}
	o.registerReading(cmd)
	o.registerFormat(cmd)
	f := cmd.Flags()
	f.StringVar(&o.form, "form", "text", "what to print, as a `FORM`: text or json")
	f.StringVarP(&o.output, "output", "o", "", "`FILE` to write to (default: standard output)")
	f.StringVar(&o.failOn, "fail-on", "never", "exit with 1 from this `SEVERITY` on: error, warning, info or never")
	f.BoolVar(&o.sizes, "sizes", false, "compare stated sizes with those of the pictures")
	return cmd
}

// A validation is what validate prints.
type validation struct {
	Version      int                   `json:"version"`
	Dataset      validated             `json:"dataset"`
	Problems     []validationItem      `json:"problems"`
	Distribution []validationEntry     `json:"distribution"`
	Findings     []validationItem      `json:"findings"`
	Counts       map[string]int        `json:"counts"`
	Suppressed   []string              `json:"suppressed,omitempty"`
	report       *distribution.Report  `json:"-"`
	most         distribution.Severity `json:"-"`
}

type validated struct {
	Name        string         `json:"name"`
	Format      string         `json:"format"`
	Task        dataset.Task   `json:"task"`
	Images      int            `json:"images"`
	Annotations int            `json:"annotations"`
	Classes     map[string]int `json:"classes"`
	Splits      []string       `json:"splits"`
}

type validationItem struct {
	Severity   distribution.Severity `json:"severity"`
	Kind       dataset.Kind          `json:"kind,omitempty"`
	Place      string                `json:"place,omitempty"`
	Image      string                `json:"image,omitempty"`
	Annotation string                `json:"annotation,omitempty"`
	Message    string                `json:"message"`
}

type validationEntry struct {
	Severity distribution.Severity `json:"severity"`
	Name     distribution.Name     `json:"name"`
	Class    string                `json:"class,omitempty"`
	Image    string                `json:"image,omitempty"`
	Message  string                `json:"message"`
}

// weight orders severities.
func weight(s distribution.Severity) int {
	return slices.Index([]distribution.Severity{"", distribution.Info, distribution.Warning, distribution.Error}, s)
}

func (o *validateOptions) run(ctx context.Context, cmd *cobra.Command, path string) error {
	if o.form != "text" && o.form != "json" {
		return fmt.Errorf("--form %q is neither text nor json", o.form)
	}
	limit := weight(distribution.Severity(o.failOn))
	if o.failOn != "never" && limit < 1 {
		return fmt.Errorf("--fail-on %q is none of error, warning, info and never", o.failOn)
	}
	ds, err := o.read(ctx, path)
	if err != nil {
		return err
	}
	v := validate(ds, o.columns(cmd, ds))
	write := func(w io.Writer) error {
		if o.form == "json" {
			enc := json.NewEncoder(w)
			enc.SetIndent("", " ")
			return enc.Encode(v)
		}
		return v.text(w)
	}
	if o.output != "" {
		err = toFile(o.output, write)
	} else {
		err = write(cmd.OutOrStdout())
	}
	if err == nil && o.failOn != "never" && weight(v.most) >= limit {
		return errFindings
	}
	return err
}

// columns reads the sizes of the pictures where they were asked for.
func (o *validateOptions) columns(cmd *cobra.Command, ds *dataset.Dataset) object.Columns {
	if !o.sizes {
		return object.Columns{}
	}
	n := len(ds.Images)
	c := object.Columns{Width: make([]int, n), Height: make([]int, n), Orientation: make([]int, n)}
	t := o.reporter(cmd.ErrOrStderr()).Start("sizes", n, "images")
	for i := range ds.Images {
		var err error
		if ds.Pictures == nil {
			c.Width[i], c.Height[i], c.Orientation[i], err = source.StoredSize(filepath.Join(ds.Root, filepath.FromSlash(ds.Images[i].Path)))
		} else if data, failed := ds.Pictures.Read(&ds.Images[i]); failed == nil {
			c.Width[i], c.Height[i], err = source.SizeOfBytes(data)
		}
		if err != nil {
			c.Width[i], c.Height[i], c.Orientation[i] = 0, 0, 0
		}
		t.Set(i + 1)
	}
	t.Done("")
	return c
}

// kindSeverity is how bad a problem of a reader or a finding on an object is.
func kindSeverity(k dataset.Kind, probability float64) distribution.Severity {
	switch {
	case k == "":
		return distribution.Info
	case k == dataset.UnlabelledImage || probability < 0.5:
		return distribution.Warning
	}
	return distribution.Error
}

// validate looks at the annotations of ds.
func validate(ds *dataset.Dataset, c object.Columns) *validation {
	ix := dataset.NewIndex(ds)
	v := &validation{
		Version: 1, Counts: map[string]int{}, Problems: []validationItem{}, Findings: []validationItem{}, Distribution: []validationEntry{},
		Dataset: validated{Name: ds.Name, Format: ds.Format, Task: ds.Task(), Images: len(ds.Images), Annotations: len(ds.Annotations), Classes: map[string]int{}, Splits: append([]string{}, ds.Splits()...)},
	}
	for i, n := range ds.ClassCounts() {
		v.Dataset.Classes[ds.Classes[i]] = n
	}
	note := func(s distribution.Severity, name string) distribution.Severity {
		if weight(s) > weight(v.most) {
			v.most = s
		}
		if name != "" {
			v.Counts[name]++
		}
		return s
	}
	for _, p := range ds.Problems {
		v.Problems = append(v.Problems, validationItem{Severity: note(kindSeverity(p.Kind, 1), string(p.Kind)), Kind: p.Kind, Place: p.Place, Image: p.Image, Message: p.Message})
	}
	if v.Dataset.Task == dataset.Objects {
		r := object.Check(ds, ix, c, object.Options{})
		for _, f := range r.Findings {
			item := validationItem{Severity: note(kindSeverity(f.Kind, f.Probability), string(f.Kind)), Kind: f.Kind, Message: f.Message}
			if f.Image != dataset.None {
				item.Image = ds.Images[f.Image].Path
			}
			if f.Annotation != dataset.None {
				if item.Annotation = ds.Annotations[f.Annotation].ID; item.Annotation == "" {
					item.Annotation = fmt.Sprint(ix.Key(f.Annotation).Ordinal + 1)
				}
			}
			v.Findings = append(v.Findings, item)
		}
		for _, s := range r.Suppressed {
			v.Suppressed = append(v.Suppressed, s.Message)
		}
	}
	v.report = distribution.Check(ds, ix, distribution.Options{})
	for _, e := range v.report.Entries {
		entry := validationEntry{Severity: note(e.Severity, ""), Name: e.Name, Message: e.Message}
		if e.Class != dataset.None {
			entry.Class = ds.Classes[e.Class]
		}
		if e.Image != dataset.None {
			entry.Image = ds.Images[e.Image].Path
		}
		v.Distribution = append(v.Distribution, entry)
	}
	for _, t := range v.report.Tallies {
		v.Counts[string(t.Name)] = t.Count
	}
	return v
}

// shownItems is how many things of a sort validate spells out.
const shownItems = 5

func (v *validation) text(w io.Writer) error {
	d := v.Dataset
	fmt.Fprintf(w, "%s  %s, %s, %s, %s (%s)\n", source.Show(d.Name), d.Format, count(d.Images, "image"), count(d.Annotations, "annotation"), classes(len(d.Classes)), d.Task)
	section := func(title string, items []validationItem) {
		if len(items) == 0 {
			return
		}
		fmt.Fprintf(w, "\n%s\n", title)
		shown := map[dataset.Kind]int{}
		for _, i := range items {
			if shown[i.Kind]++; shown[i.Kind] > shownItems {
				continue
			}
			at := i.Place
			if at == "" {
				at = i.Image
				if i.Annotation != "" {
					at += " annotation " + i.Annotation
				}
			}
			name := string(i.Kind)
			if name == "" {
				name = "note"
			}
			fmt.Fprintf(w, "  %-8s %-18s %s: %s\n", i.Severity, name, source.Show(at), i.Message)
		}
		for _, k := range slices.SortedFunc(maps.Keys(shown), func(a, b dataset.Kind) int { return shown[b] - shown[a] }) {
			if more := shown[k] - shownItems; more > 0 {
				fmt.Fprintf(w, "  %-8s %-18s and %d more\n", "", k, more)
			}
		}
	}
	section("The source", v.Problems)
	section("Objects", v.Findings)
	for _, s := range v.Suppressed {
		fmt.Fprintf(w, "  %s\n", s)
	}
	fmt.Fprintln(w)
	return v.report.WriteText(w, shownItems)
}

func classes(n int) string {
	if n == 1 {
		return "1 class"
	}
	return fmt.Sprintf("%d classes", n)
}
