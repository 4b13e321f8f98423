// Package convert writes a dataset in another format.
//
//	to, _ := format.Find("yolo")
//	for _, loss := range convert.Losses(ds, to.(source.Writer)) { fmt.Println(loss) }
//	report, err := convert.Run(ctx, ds, to.(source.Writer), "signs-yolo", convert.Options{})
//
// What the target has no place for is listed before anything is written
// ([Losses]). The new folder gets its name only when it is complete and has been
// read back.
package convert

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/errata-cv/errata/compare"
	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/format/source"
	"github.com/errata-cv/errata/stage"
)

// Pictures says what becomes of the pictures.
type Pictures string

// What can become of them.
const (
	// Link makes hard links, and copies where those cannot be.
	Link Pictures = "link"
	// Copy copies them.
	Copy Pictures = "copy"
	// None leaves them where they are.
	None Pictures = "none"
)

// Options say how to write. The zero value links the pictures.
type Options struct {
	Pictures Pictures
	// Progress is called from one goroutine as pictures are placed; may be nil.
	Progress func(done, total int)
}

// Report says what was written.
type Report struct {
	// Path is the new folder.
	Path                string
	Images, Annotations int
	// Losses are what was left out or made simpler.
	Losses []string
	// Missing are the pictures that could not be found, so that only what is
	// said of them was carried over.
	Missing []string
	// Linked and Copied count pictures.
	Linked, Copied int
}

// Run writes ds to the folder out, which must not exist or be empty, in the
// format to. A dataset that loses nothing is read back and compared; when it
// does not say the same, nothing is left and the error says what differs.
func Run(ctx context.Context, ds *dataset.Dataset, to source.Writer, out string, o Options) (*Report, error) {
	out, err := filepath.Abs(out)
	if err != nil {
		return nil, err
	}
	if err := stage.CheckFree(out, false, ""); err != nil {
		return nil, err
	}
	for _, place := range []string{ds.Source, ds.Root} {
		real, err := stage.RealPath(place)
		if err != nil {
			return nil, err
		}
		target, err := stage.RealPath(out)
		if err != nil {
			return nil, fmt.Errorf("cannot write to %s: %s", source.Show(out), stage.Reason(err))
		}
		if info, err := os.Stat(real); err == nil && info.IsDir() && place == ds.Source && stage.Within(real, target) || stage.Within(target, real) {
			return nil, fmt.Errorf("%s and the dataset %s lie in each other; name a folder elsewhere", source.Show(out), source.Show(place))
		}
	}
	st, err := stage.New(out)
	if err != nil {
		return nil, err
	}
	s := &sink{ctx: ctx, ds: ds, dir: st.Tree(), options: o, report: &Report{Path: out, Images: len(ds.Images), Annotations: len(ds.Annotations), Losses: Losses(ds, to)}, placed: map[string]int{}}
	err = to.Write(ctx, ds, s)
	if err == nil {
		err = s.open()
	}
	if err == nil && len(s.report.Losses) == 0 && len(s.report.Missing) == 0 {
		err = s.verify(to)
	}
	if err == nil {
		err = stage.SyncTree(st.Tree())
	}
	if err != nil {
		return nil, errors.Join(fail(out, err), st.Discard())
	}
	if _, err := st.Publish(""); err != nil {
		return nil, fmt.Errorf("cannot give %s its name: %s; it is complete in %s", source.Show(out), stage.Reason(err), source.Show(st.Tree()))
	}
	return s.report, nil
}

func fail(out string, err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return fmt.Errorf("cannot write %s: %s; nothing was left behind", source.Show(out), stage.Reason(err))
}

// tolerance is how far coordinates may be from what they were, in pixels:
// formats that hold parts of the picture in few digits lose that much.
const tolerance = 0.01

// verify reads what was written and compares.
func (s *sink) verify(to source.Writer) error {
	o := source.Options{}
	if s.options.Pictures == None {
		if s.ds.Pictures != nil {
			return nil // the pictures are nowhere that the new dataset could find them
		}
		o.Images = s.ds.Root
	}
	got, err := to.Read(s.ctx, s.dir, o)
	if err != nil {
		return fmt.Errorf("what was written cannot be read: %w", err)
	}
	e := compare.Between(to.Info().Holds)
	e.Tolerance = tolerance
	if diffs := compare.Exact(s.ds, got, e); len(diffs) > 0 {
		return fmt.Errorf("what was written does not say the same: %s", strings.Join(diffs[:min(3, len(diffs))], "; "))
	}
	return nil
}

// A sink writes below the folder under construction.
type sink struct {
	ctx     context.Context
	ds      *dataset.Dataset
	dir     string
	options Options
	report  *Report
	placed  map[string]int // names of pictures
	files   []*file        // those that were made
	copies  bool
}

type file struct {
	*os.File
	name   string
	closed bool
}

// Close implements io.Closer.
func (f *file) Close() error {
	f.closed = true
	return f.File.Close()
}

// open returns an error when a format left a file open.
func (s *sink) open() error {
	for _, f := range s.files {
		if !f.closed {
			return fmt.Errorf("%s was not completed", source.Show(f.name))
		}
	}
	return nil
}

func (s *sink) place(name string) (string, error) {
	local := filepath.FromSlash(name)
	if !filepath.IsLocal(local) {
		return "", fmt.Errorf("the name %s would leave the new folder", source.Show(name))
	}
	full := filepath.Join(s.dir, local)
	return full, os.MkdirAll(filepath.Dir(full), 0o777)
}

// Create implements [source.Sink].
func (s *sink) Create(name string) (io.WriteCloser, error) {
	if err := s.ctx.Err(); err != nil {
		return nil, err
	}
	full, err := s.place(name)
	if err != nil {
		return nil, err
	}
	f, err := os.OpenFile(full, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return nil, err
	}
	out := &file{File: f, name: name}
	s.files = append(s.files, out)
	return out, nil
}

// Picture implements [source.Sink].
func (s *sink) Picture(i int, name string) error {
	if err := s.ctx.Err(); err != nil {
		return err
	}
	if s.options.Pictures == None {
		return nil
	}
	if other, taken := s.placed[name]; taken && other != i {
		return fmt.Errorf("the pictures %s and %s would both be %s; rename one of them first", source.Show(s.ds.Images[other].Path), source.Show(s.ds.Images[i].Path), source.Show(name))
	} else if taken {
		return nil
	}
	s.placed[name] = i
	if s.options.Progress != nil {
		s.options.Progress(len(s.placed), len(s.ds.Images))
	}
	full, err := s.place(name)
	if err != nil {
		return err
	}
	im := &s.ds.Images[i]
	if s.ds.Pictures != nil {
		data, err := s.ds.Pictures.Read(im)
		if err != nil {
			return fmt.Errorf("%s: %w", source.Show(im.Path), err)
		}
		s.report.Copied++
		return os.WriteFile(full, data, 0o666)
	}
	from := filepath.Join(s.ds.Root, filepath.FromSlash(im.Path))
	if _, err := os.Stat(from); err != nil {
		if !slices.Contains(s.report.Missing, im.Path) {
			s.report.Missing = append(s.report.Missing, im.Path)
		}
		return nil
	}
	if real, err := filepath.EvalSymlinks(from); err == nil {
		from = real
	}
	if s.options.Pictures != Copy && !s.copies {
		err := os.Link(from, full)
		if err == nil {
			s.report.Linked++
			return nil
		}
		if errors.Is(err, os.ErrExist) {
			return err
		}
		s.copies = errors.Is(err, syscall.EXDEV)
	}
	s.report.Copied++
	return stage.CopyFile(from, full, false)
}

// Bytes implements [source.Sink].
func (s *sink) Bytes(i int) ([]byte, error) {
	if err := s.ctx.Err(); err != nil {
		return nil, err
	}
	im := &s.ds.Images[i]
	data, err := source.ReadPicture(s.ds, im)
	if err != nil {
		return nil, fmt.Errorf("the picture %s cannot be read: %s", source.Show(im.Path), stage.Reason(err))
	}
	return data, nil
}

// Size implements [source.Sink].
func (s *sink) Size(i int) (width, height int, err error) {
	im := &s.ds.Images[i]
	if im.Width > 0 && im.Height > 0 {
		return im.Width, im.Height, nil
	}
	if s.ds.Pictures == nil {
		width, height, err = source.SizeOf(filepath.Join(s.ds.Root, filepath.FromSlash(im.Path)))
	} else {
		var data []byte
		if data, err = s.ds.Pictures.Read(im); err == nil {
			width, height, err = source.SizeOfBytes(data)
		}
	}
	if err != nil {
		return 0, 0, fmt.Errorf("the size of %s is not known: the dataset does not state it and the picture cannot be read (%s)", source.Show(im.Path), stage.Reason(err))
	}
	return width, height, nil
}
