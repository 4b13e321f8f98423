package scan

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/embed"
	"github.com/errata-cv/errata/pixel"
	"github.com/errata-cv/errata/progress"
	"github.com/errata-cv/errata/workspace"
)

// The versions are part of the keys of what is kept; one grows when the same
// input gives another result.
const (
	measureVersion = 1
	probeVersion   = 1
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
	return s.step("measure", len(ds.Images), "images", func(t progress.Task) (bool, error) {
		var todo []int
		jobs := make([]job, len(ds.Images))
		for i := range ds.Images {
			jobs[i] = s.stat(i)
			f, ok := known[ds.Images[i].Path]
			if !ok || f.Bytes != jobs[i].bytes || f.ModTime != jobs[i].modTime || (f.Slot == workspace.Unknown && f.Error == "") {
				todo = append(todo, i)
			}
		}
		if len(todo) > 0 {
			if err := s.measureAll(ctx, params, jobs, todo, t); err != nil {
				return false, err
			}
			if known, err = s.ws.Files(ctx, params); err != nil {
				return false, err
			}
		}
		return len(todo) == 0, s.collect(ctx, params, known)
	})
}

// job is one file to measure.
type job struct {
	image          int
	path           string
	bytes, modTime int64
	statErr        error
}

func (s *scanner) stat(i int) job {
	j := job{image: i, path: filepath.Join(s.res.Dataset.Root, filepath.FromSlash(s.res.Dataset.Images[i].Path))}
	info, err := os.Stat(j.path)
	if err != nil {
		j.statErr = err
		return j
	}
	j.bytes, j.modTime = info.Size(), info.ModTime().UnixNano()
	if !info.Mode().IsRegular() {
		j.statErr = fmt.Errorf("it is no regular file but %v", info.Mode().Type())
	}
	return j
}

// measureAll measures images on all workers and stores them in order, batch by
// batch, so that at most two batches are in memory.
func (s *scanner) measureAll(ctx context.Context, params string, jobs []job, todo []int, t progress.Task) error {
	done := len(jobs) - len(todo)
	var stored sync.WaitGroup
	defer stored.Wait()
	failed := make(chan error, 1)
	for from := 0; from < len(todo); from += batchSize {
		batch := make([]workspace.MeasuredFile, min(batchSize, len(todo)-from))
		var next, finished int
		var mu sync.Mutex
		var workers sync.WaitGroup
		for range min(s.opts.Workers, len(batch)) {
			workers.Add(1)
			go func() {
				defer workers.Done()
				for ctx.Err() == nil {
					mu.Lock()
					k := next
					next++
					mu.Unlock()
					if k >= len(batch) {
						return
					}
					batch[k] = s.measureOne(jobs[todo[from+k]])
					mu.Lock()
					finished++
					t.Set(done + finished)
					mu.Unlock()
				}
			}()
		}
		workers.Wait()
		if err := ctx.Err(); err != nil {
			return err
		}
		done += len(batch)
		stored.Wait()
		select {
		case err := <-failed:
			return err
		default:
		}
		stored.Add(1)
		go func() {
			defer stored.Done()
			if err := s.ws.PutMeasured(context.WithoutCancel(ctx), params, batch); err != nil {
				failed <- err
			}
		}()
	}
	stored.Wait()
	select {
	case err := <-failed:
		return err
	default:
		return nil
	}
}

func (s *scanner) measureOne(j job) workspace.MeasuredFile {
	out := workspace.MeasuredFile{Path: s.res.Dataset.Images[j.image].Path, Bytes: j.bytes, ModTime: j.modTime}
	fail := func(message string) workspace.MeasuredFile {
		out.Kind, out.Error = dataset.Unreadable, message
		return out
	}
	switch {
	case errors.Is(j.statErr, fs.ErrNotExist):
		return fail("the file does not exist")
	case errors.Is(j.statErr, fs.ErrPermission):
		return fail("the file may not be read: permission denied")
	case j.statErr != nil:
		return fail(reason(j.statErr))
	case j.bytes == 0:
		return fail("the file is empty")
	case j.bytes > maxFileBytes:
		return fail(fmt.Sprintf("the file has %d bytes, more than the %d that are read", j.bytes, maxFileBytes))
	}
	data, err := os.ReadFile(j.path)
	if err != nil {
		return fail(reason(err))
	}
	m, err := pixel.Measure(data, pixel.Options{ThumbSide: pixel.ThumbSide, InputSide: embed.InputSide})
	if err != nil {
		out.SHA256 = sha256.Sum256(data)
		return fail(err.Error())
	}
	out.Measured = m
	return out
}

// reason is an error without the path of the file, which the finding names.
func reason(err error) string {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err.Error()
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
	s.errs = make([]imageError, n)
	for i, im := range s.res.Dataset.Images {
		f := known[im.Path]
		s.slots[i] = f.Slot
		if s.res.Images[i] = bySlot[f.Slot]; s.res.Images[i] == nil {
			s.slots[i] = workspace.Unknown
			s.errs[i] = imageError{f.Kind, f.Error}
		}
	}
	return nil
}
