package scan

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"sync"
	"syscall"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/embed"
	"github.com/errata-cv/errata/format/source"
	"github.com/errata-cv/errata/pixel"
	"github.com/errata-cv/errata/progress"
	"github.com/errata-cv/errata/workspace"
)

// The versions are part of the keys of what is kept; one grows when the same
// input gives another result.
const (
	measureVersion = 1
	probeVersion   = 2
)

// measureParams names what a measurement depends on besides the file.
func measureParams() string {
	return fmt.Sprintf("v%d thumb=%d input=%d", measureVersion, pixel.ThumbSide, embed.InputSide)
}

// batchSize is the number of images of one transaction: at most that many are
// decoded again after a kill.
const batchSize = 256

// maxFileBytes bounds the files that are read into memory.
const maxFileBytes = 1 << 30

// measure decodes every image that the workspace does not know yet.
func (s *scanner) measure(ctx context.Context) error {
	params := measureParams()
	known, err := s.ws.Files(ctx, params)
	if err != nil {
		return err
	}
	ds := s.res.Dataset
	s.errs = make([]imageError, len(ds.Images))
	return s.step("measure", len(ds.Images), "images", func(t progress.Task) (bool, error) {
		var todo []int
		jobs := make([]job, len(ds.Images))
		for i := range ds.Images {
			jobs[i] = s.stat(i)
			if jobs[i].problem != "" {
				s.errs[i] = imageError{dataset.Unreadable, jobs[i].problem}
				if jobs[i].missing {
					s.missing++
				}
				continue
			}
			f, ok := known[ds.Images[i].Path]
			if !ok || f.Bytes != jobs[i].bytes || f.ModTime != jobs[i].modTime || (f.Slot == workspace.Unknown && f.Error == "") {
				todo = append(todo, i)
			}
			if i%1024 == 0 && ctx.Err() != nil {
				return false, ctx.Err()
			}
		}
		if len(todo) > 0 {
			have, err := s.haveContent(ctx, params)
			if err != nil {
				return false, err
			}
			if err := s.measureAll(ctx, params, jobs, todo, have, t); err != nil {
				return false, err
			}
			if known, err = s.ws.Files(ctx, params); err != nil {
				return false, err
			}
		}
		return len(todo) == 0, s.collect(ctx, params, known)
	})
}

// haveContent returns what has been measured already, by its SHA-256: a file
// that was moved or copied is not measured again.
func (s *scanner) haveContent(ctx context.Context, params string) (map[[32]byte]bool, error) {
	content, err := s.ws.Content(ctx, params)
	if err != nil {
		return nil, err
	}
	have := make(map[[32]byte]bool, len(content))
	for i := range content {
		have[content[i].SHA256] = true
	}
	return have, nil
}

// job is one file to measure.
type job struct {
	image          int
	bytes, modTime int64
	missing        bool
	problem        string // why it cannot be read, as far as that shows without reading
}

func (s *scanner) stat(i int) job {
	j := job{image: i}
	var err error
	j.bytes, j.modTime, err = source.StatPicture(s.res.Dataset, &s.res.Dataset.Images[i])
	switch {
	case err != nil:
		j.problem, j.missing = reason(err), isMissing(err)
	case j.bytes == 0:
		j.problem = "the file is empty"
	case j.bytes > maxFileBytes:
		j.problem = fmt.Sprintf("the file has %d bytes, more than the %d that are read", j.bytes, maxFileBytes)
	}
	return j
}

// measureAll measures images on all workers and stores them in order, batch by
// batch, so that at most two batches are in memory. When ctx ends, what is
// finished is stored.
func (s *scanner) measureAll(ctx context.Context, params string, jobs []job, todo []int, have map[[32]byte]bool, t progress.Task) error {
	done := len(jobs) - len(todo)
	stored := make(chan error, 1)
	stored <- nil // of the batch before the first
	for from := 0; from < len(todo) && ctx.Err() == nil; from += s.opts.batch {
		batch := make([]outcome, min(s.opts.batch, len(todo)-from))
		var next, finished int
		var mu sync.Mutex
		var workers sync.WaitGroup
		for range min(s.opts.Workers, len(batch)) {
			workers.Go(func() {
				for ctx.Err() == nil {
					mu.Lock()
					k := next
					next++
					mu.Unlock()
					if k >= len(batch) {
						return
					}
					batch[k] = s.measureOne(jobs[todo[from+k]], have)
					mu.Lock()
					finished++
					t.Set(done + finished)
					mu.Unlock()
				}
			})
		}
		workers.Wait()
		done += len(batch)
		lasting := make([]workspace.MeasuredFile, 0, len(batch))
		for k, o := range batch {
			switch {
			case o.passing != "":
				s.errs[todo[from+k]] = imageError{dataset.Unreadable, o.passing}
			case o.file.Path != "":
				lasting = append(lasting, o.file)
			}
		}
		if err := <-stored; err != nil {
			return err
		}
		go func() { stored <- s.ws.PutMeasured(context.WithoutCancel(ctx), params, lasting) }()
	}
	if err := <-stored; err != nil {
		return err
	}
	return ctx.Err()
}

// outcome is what became of one file: either something to keep as long as the
// file stays as it is, or a problem that may pass without the file changing
// (missing, no right to read it, a failing disk), which the next scan looks at
// again. Neither when ctx ended before.
type outcome struct {
	file    workspace.MeasuredFile
	passing string
}

func (s *scanner) measureOne(j job, have map[[32]byte]bool) outcome {
	data, err := source.ReadPicture(s.res.Dataset, &s.res.Dataset.Images[j.image])
	if err != nil {
		return outcome{passing: reason(err)}
	}
	out := workspace.MeasuredFile{Path: s.res.Dataset.Images[j.image].Path, Bytes: j.bytes, ModTime: j.modTime}
	if len(have) > 0 {
		if sum := sha256.Sum256(data); have[sum] {
			out.SHA256 = sum
			return outcome{file: out}
		}
	}
	m, err := pixel.Measure(data, pixel.Options{ThumbSide: pixel.ThumbSide, InputSide: embed.InputSide})
	if err != nil {
		out.Kind, out.Error = dataset.Unreadable, err.Error()
	} else {
		out.Measured = m
	}
	return outcome{file: out}
}

// isMissing tells that there is no such file, nor a folder where it could be.
func isMissing(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR)
}

// reason is why a file cannot be read, without its path, which the finding
// names.
func reason(err error) string {
	switch {
	case isMissing(err):
		return "the file does not exist"
	case errors.Is(err, fs.ErrPermission):
		return "permission denied"
	}
	var path *fs.PathError
	if errors.As(err, &path) {
		err = path.Err
	}
	return err.Error()
}

// collect joins the images with their content.
func (s *scanner) collect(ctx context.Context, params string, known map[string]workspace.File) error {
	content, err := s.ws.Content(ctx, params)
	if err != nil {
		return err
	}
	bySlot := make(map[int64]*workspace.Content, len(content))
	for i := range content {
		bySlot[content[i].Slot] = &content[i]
	}
	n := len(s.res.Dataset.Images)
	s.res.Images = make([]*workspace.Content, n)
	s.slots = make([]int64, n)
	for i, im := range s.res.Dataset.Images {
		if s.slots[i] = workspace.Unknown; s.errs[i].message != "" {
			continue
		}
		f := known[im.Path]
		s.slots[i] = f.Slot
		if s.res.Images[i] = bySlot[f.Slot]; s.res.Images[i] == nil {
			s.slots[i] = workspace.Unknown
			s.errs[i] = imageError{f.Kind, f.Error}
		}
	}
	return nil
}
