package scan

import (
	"context"
	"runtime"
	"time"

	"github.com/errata-cv/errata/check/class"
	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/progress"
	"github.com/errata-cv/errata/workspace"
)

// Options say how to scan. The zero value is the default scan.
type Options struct {
	// Seed of everything random.
	Seed uint64
	// Filter chooses which labels confident learning flags; empty for
	// class.PruneByNoiseRate.
	Filter class.Filter
	// Ignore are kinds that are not looked for.
	Ignore []dataset.Kind
	// Given are columns that are there already.
	Given Given
	// Workers is the number of images decoded at once; 0 for one a core.
	Workers int
	// Progress receives the steps; nil for silence.
	Progress progress.Reporter

	batch int // images of one transaction; 0 for batchSize
}

// scanner carries a scan from step to step.
type scanner struct {
	ws   *workspace.Workspace
	opts Options
	res  *Result

	// slots is the workspace slot of each image, workspace.Unknown where there
	// is no content; errs says why.
	slots []int64
	errs  []imageError
	// missing counts the images whose file is not there.
	missing int
	// compared tells that annotators were compared with each other.
	compared bool
	// copies are the findings about duplicates.
	copies []dataset.Finding
	// rows are the annotations that were judged, and learning what confident
	// learning made of them; nil when no label could be judged.
	rows     []int
	learning *class.Learning
}

type imageError struct {
	kind    dataset.Kind
	message string
}

// Run scans a dataset. It stops with ctx.Err() when ctx ends; what was measured
// until then is kept. Bad images become findings; only a workspace that cannot
// be written ends a scan with another error.
func Run(ctx context.Context, ds *dataset.Dataset, ws *workspace.Workspace, o Options) (*Result, error) {
	if o.Workers <= 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	if o.Progress == nil {
		o.Progress = progress.Silent
	}
	if o.Filter == "" {
		o.Filter = class.PruneByNoiseRate
	}
	if o.batch <= 0 {
		o.batch = batchSize
	}
	s := &scanner{ws: ws, opts: o, res: &Result{Dataset: ds, Index: dataset.NewIndex(ds), Task: ds.Task(), Started: time.Now()}}
	given, note, err := o.Given.check(ds)
	if err != nil {
		return nil, err
	}
	if s.opts.Given = given; note != "" {
		s.note(note)
	}
	for _, step := range []func(context.Context) error{
		s.measure, s.duplicates, s.embed, s.neighbors, s.probe, s.rank, s.find, s.store,
	} {
		if err := step(ctx); err != nil {
			return nil, err
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	s.res.Elapsed = time.Since(s.res.Started)
	return s.res, nil
}

// step reports and times one step: f returns the note that ends it and whether
// an earlier result was reused.
func (s *scanner) step(name string, total int, unit string, f func(t progress.Task) (reused bool, err error)) error {
	began := time.Now()
	t := s.opts.Progress.Start(name, total, unit)
	reused, err := f(t)
	if err != nil {
		t.Done("stopped")
		return err
	}
	note := ""
	if reused {
		note = "unchanged, reused"
	}
	t.Done(note)
	s.res.Steps = append(s.res.Steps, Step{Name: name, Elapsed: time.Since(began), Reused: reused})
	return nil
}

// note adds a sentence for the reader of the result.
func (s *scanner) note(sentence string) { s.res.Notes = append(s.res.Notes, sentence) }

// progressOf adapts a task to the callback of the lower rooms.
func progressOf(t progress.Task) func(done, total int) {
	return func(done, _ int) { t.Set(done) }
}
