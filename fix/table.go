package fix

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/errata-cv/errata/format/source"
)

// backupName is where what is at path stays when it is replaced.
func backupName(path, stamp string) string { return path + ".errata-backup-" + stamp }

// writeTable writes the corrected table to out.
func (p *Plan) writeTable(ctx context.Context, out string, o Options) (*Report, error) {
	out, err := filepath.Abs(out)
	if err != nil {
		return nil, err
	}
	if info, err := os.Stat(out); err == nil {
		if info.IsDir() {
			out = filepath.Join(out, filepath.Base(p.table.File))
		}
		if this, err := os.Stat(p.table.File); err == nil {
			if info, err := os.Stat(out); err == nil && os.SameFile(info, this) {
				return nil, fmt.Errorf("%s is the table itself; correct it with --in-place, or name another file", source.Show(out))
			}
		}
	}
	if exists(out) && !o.Force {
		return nil, fmt.Errorf("%s exists already; name another file, or replace it with --force", source.Show(out))
	}
	if err := os.MkdirAll(filepath.Dir(out), 0o777); err != nil {
		return nil, fmt.Errorf("cannot make the folder for %s: %s", source.Show(out), reason(err))
	}
	made, err := p.patched(ctx, filepath.Dir(out), out)
	if err != nil {
		return nil, err
	}
	r := p.report(out)
	if exists(out) {
		if r.Backup, err = keep(out, o.Stamp); err == nil {
			err = os.Rename(made, out)
		}
	} else if err = move(made, out); errors.Is(err, fs.ErrExist) {
		err = errors.New("it was made by somebody else meanwhile")
	}
	if err != nil {
		os.Remove(made)
		return nil, fmt.Errorf("cannot write %s: %s; nothing was changed", source.Show(out), reason(err))
	}
	return r, syncDir(filepath.Dir(out))
}

// replaceTable puts the corrected table in the place of its source.
func (p *Plan) replaceTable(ctx context.Context, o Options) (*Report, error) {
	file, err := filepath.EvalSymlinks(p.table.File)
	if err != nil {
		return nil, err
	}
	made, err := p.patched(ctx, filepath.Dir(file), file)
	if err != nil {
		return nil, err
	}
	r := p.report(p.table.File)
	if r.Backup, err = keep(file, o.Stamp); err == nil {
		err = os.Rename(made, file)
	}
	if err != nil {
		os.Remove(made)
		return nil, fmt.Errorf("cannot replace %s: %s; it was not changed", source.Show(file), reason(err))
	}
	return r, syncDir(filepath.Dir(file))
}

// patched writes the corrected table to a new file in dir, reads it back to
// see that it says what it should, and returns its name. For is the file it is
// meant for, to speak of.
func (p *Plan) patched(ctx context.Context, dir, name string) (made string, err error) {
	in, err := os.Open(p.table.File)
	if err != nil {
		return "", fmt.Errorf("cannot open the table: %w", err)
	}
	defer in.Close()
	info, err := in.Stat()
	if err != nil {
		return "", err
	}
	out, err := os.CreateTemp(dir, ".errata-partial-*")
	if err != nil {
		return "", fmt.Errorf("cannot write in %s: %s; nothing was changed", source.Show(dir), reason(err))
	}
	defer func() {
		out.Close()
		if err != nil {
			os.Remove(out.Name())
		}
	}()
	buffer := bufio.NewWriterSize(out, 256<<10)
	err = p.table.Apply(ctx, buffer, in)
	if err == nil {
		err = buffer.Flush()
	}
	if err == nil {
		err = out.Chmod(info.Mode().Perm())
	}
	if err == nil {
		err = out.Sync()
	}
	if err != nil {
		return "", fmt.Errorf("cannot write %s: %s; nothing was changed", source.Show(name), reason(err))
	}
	if _, err = in.Seek(0, 0); err != nil {
		return "", err
	}
	if _, err = out.Seek(0, 0); err != nil {
		return "", err
	}
	return out.Name(), p.table.Verify(ctx, in, out)
}

// keep gives a file or folder that is about to be replaced a second name, or
// moves it there, and returns that name. It never replaces an older backup.
func keep(path, stamp string) (string, error) {
	backup := backupName(path, stamp)
	if exists(backup) {
		return "", fmt.Errorf("the backup %s exists already; give another stamp", source.Show(backup))
	}
	info, err := os.Lstat(path)
	if err != nil {
		return "", err
	}
	if info.Mode().IsRegular() {
		if err := os.Link(path, backup); err == nil || errors.Is(err, fs.ErrExist) {
			return backup, err
		}
		return backup, copyFile(path, backup, true)
	}
	return backup, os.Rename(path, backup)
}
