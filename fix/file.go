package fix

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"github.com/errata-cv/errata/stage"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/errata-cv/errata/format/source"
	"github.com/errata-cv/errata/pixel"
)

// writeFile writes the corrected file to out.
func (p *Plan) writeFile(ctx context.Context, out string, o Options) (*Report, error) {
	out, err := filepath.Abs(out)
	if err != nil {
		return nil, err
	}
	if info, err := os.Stat(out); err == nil {
		if info.IsDir() {
			out = filepath.Join(out, filepath.Base(p.file))
		}
		if this, err := os.Stat(p.file); err == nil {
			if info, err := os.Stat(out); err == nil && os.SameFile(info, this) {
				return nil, fmt.Errorf("%s is the source itself; correct it with --in-place, or name another file", source.Show(out))
			}
		}
	}
	if stage.Exists(out) && !o.Force {
		return nil, fmt.Errorf("%s exists already; name another file, or replace it with --force", source.Show(out))
	}
	if err := os.MkdirAll(filepath.Dir(out), 0o777); err != nil {
		return nil, fmt.Errorf("cannot make the folder for %s: %s", source.Show(out), stage.Reason(err))
	}
	made, err := p.patched(ctx, filepath.Dir(out), out, o)
	if err != nil {
		return nil, err
	}
	r := p.report(out)
	if stage.Exists(out) {
		if r.Backup, err = stage.Keep(out, o.Stamp); err == nil {
			err = os.Rename(made, out)
		}
	} else if err = stage.Move(made, out); errors.Is(err, fs.ErrExist) {
		err = errors.New("it was made by somebody else meanwhile")
	}
	if err != nil {
		os.Remove(made)
		return nil, fmt.Errorf("cannot write %s: %s; nothing was changed", source.Show(out), stage.Reason(err))
	}
	return r, stage.SyncDir(filepath.Dir(out))
}

// replaceFile puts the corrected file in the place of its source.
func (p *Plan) replaceFile(ctx context.Context, o Options) (*Report, error) {
	file, err := filepath.EvalSymlinks(p.file)
	if err != nil {
		return nil, err
	}
	made, err := p.patched(ctx, filepath.Dir(file), file, o)
	if err != nil {
		return nil, err
	}
	r := p.report(p.file)
	if r.Backup, err = stage.Keep(file, o.Stamp); err == nil {
		err = os.Rename(made, file)
	}
	if err != nil {
		os.Remove(made)
		return nil, fmt.Errorf("cannot replace %s: %s; it was not changed", source.Show(file), stage.Reason(err))
	}
	return r, stage.SyncDir(filepath.Dir(file))
}

// patched writes the corrected source to a new file in dir and returns its
// name. Name is the file it is meant for, to speak of.
func (p *Plan) patched(ctx context.Context, dir, name string, o Options) (made string, err error) {
	f := &source.FilePatch{Name: filepath.Base(p.file)}
	if len(p.patch.Files) > 0 {
		f = &p.patch.Files[0]
	} else if f, err = source.EditFile(ctx, filepath.Dir(p.file), f.Name, nil, false); err != nil {
		return "", err
	}
	if made, err = patchFile(ctx, f, p.file, dir, name); err != nil {
		return "", err
	}
	if err := p.verifyFile(ctx, made, o); err != nil {
		os.Remove(made)
		return "", err
	}
	return made, nil
}

// mostSiblings bounds the files beside a source that are shown to its reader
// when the corrected file is read back.
const mostSiblings = 500

// verifyFile reads a corrected file back under the name of its source, with what
// lies beside that: formats tell things by names, and find lists of classes there.
func (p *Plan) verifyFile(ctx context.Context, made string, o Options) error {
	if o.Read == nil {
		return nil
	}
	dir, err := os.MkdirTemp(filepath.Dir(made), ".errata-partial-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	twin := filepath.Join(dir, filepath.Base(p.file))
	if err := os.Link(made, twin); err != nil {
		if err := stage.CopyFile(made, twin, false); err != nil {
			return err
		}
	}
	entries, err := os.ReadDir(filepath.Dir(p.file))
	if err == nil && len(entries) <= mostSiblings {
		for _, e := range entries {
			if e.Name() == filepath.Base(p.file) || source.Ignored(e.Name()) || pixel.HasImageExtension(e.Name()) {
				continue
			}
			// Where links cannot be made, the reader has to do without.
			_ = os.Symlink(filepath.Join(filepath.Dir(p.file), e.Name()), filepath.Join(dir, e.Name()))
		}
	}
	return p.verify(ctx, twin, o)
}

// patchFile writes the corrected content of the file at from to a new file in
// dir, lets the format compare the two where it wants to, and returns its name.
func patchFile(ctx context.Context, f *source.FilePatch, from, dir, name string) (made string, err error) {
	mode := fs.FileMode(0o644)
	var in io.ReadSeeker = strings.NewReader("")
	if !f.New {
		file, err := os.Open(from)
		if err != nil {
			return "", fmt.Errorf("cannot open %s: %s", source.Show(from), stage.Reason(err))
		}
		defer file.Close()
		info, err := file.Stat()
		if err != nil {
			return "", err
		}
		in, mode = file, info.Mode().Perm()
	}
	out, err := os.CreateTemp(dir, ".errata-partial-*"+filepath.Ext(name))
	if err != nil {
		return "", fmt.Errorf("cannot write in %s: %s; nothing was changed", source.Show(dir), stage.Reason(err))
	}
	defer func() {
		out.Close()
		if err != nil {
			os.Remove(out.Name())
		}
	}()
	buffer := bufio.NewWriterSize(out, 256<<10)
	err = f.Apply(ctx, buffer, in)
	if err == nil {
		err = buffer.Flush()
	}
	if err == nil {
		err = out.Chmod(mode)
	}
	if err == nil {
		err = out.Sync()
	}
	if err != nil {
		return "", fmt.Errorf("cannot write %s: %s; nothing was changed", source.Show(name), stage.Reason(err))
	}
	if f.Verify == nil {
		return out.Name(), nil
	}
	if _, err = in.Seek(0, 0); err != nil {
		return "", err
	}
	if _, err = out.Seek(0, 0); err != nil {
		return "", err
	}
	return out.Name(), f.Verify(ctx, in, out)
}
