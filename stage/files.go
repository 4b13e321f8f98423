package stage

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/errata-cv/errata/format/source"
)

// Exists reports whether anything, a dangling link too, has that name.
func Exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// CopyFile copies a regular file with its permissions and times. The target
// must not exist; it is removed again when it cannot be completed.
func CopyFile(from, to string, durable bool) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	info, err := in.Stat()
	if err != nil {
		return err
	}
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, info.Mode().Perm()|0o200)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			out.Close()
			os.Remove(to)
		}
	}()
	if _, err = io.Copy(out, in); err != nil {
		return err
	}
	if durable {
		if err = out.Sync(); err != nil {
			return err
		}
	}
	if err = out.Close(); err != nil {
		return err
	}
	if err = os.Chmod(to, info.Mode().Perm()); err != nil {
		return err
	}
	return os.Chtimes(to, info.ModTime(), info.ModTime())
}

// CopyLink makes a symbolic link that says what another one says.
func CopyLink(from, to string) error {
	target, err := os.Readlink(from)
	if err != nil {
		return err
	}
	return os.Symlink(target, to)
}

// Move renames a file and never replaces another one. At every moment the file
// is at one of the places, whole.
func Move(from, to string) error {
	info, err := os.Lstat(from)
	if err != nil {
		return err
	}
	if info.Mode().IsRegular() {
		switch err := os.Link(from, to); {
		case err == nil:
			if err := os.Remove(from); err != nil {
				return errors.Join(err, os.Remove(to))
			}
			return nil
		case errors.Is(err, fs.ErrExist):
			return err
		}
	}
	if Exists(to) {
		return &fs.PathError{Op: "rename", Path: to, Err: fs.ErrExist}
	}
	if err := os.Rename(from, to); !errors.Is(err, syscall.EXDEV) {
		return err
	}
	return moveFar(from, to, info)
}

// PartialName is the name of a file while it is copied to path.
func PartialName(path string) string {
	return filepath.Join(filepath.Dir(path), ".errata-partial-"+filepath.Base(path))
}

// moveFar moves to another file system: it copies under a name that no picture
// has, gives the copy its place, and only then removes the original.
func moveFar(from, to string, info fs.FileInfo) error {
	made := PartialName(to)
	if err := os.Remove(made); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	var err error
	if info.Mode().IsRegular() {
		err = CopyFile(from, made, true)
	} else {
		err = CopyLink(from, made)
	}
	if err == nil {
		err = Move(made, to)
	}
	if err == nil {
		err = SyncDir(filepath.Dir(to))
	}
	if err != nil {
		os.Remove(made)
		return err
	}
	return os.Remove(from)
}

// SameContent reports whether two files are one file or hold the same bytes.
func SameContent(a, b string) bool {
	ia, errA := os.Lstat(a)
	ib, errB := os.Lstat(b)
	if errA != nil || errB != nil || ia.Mode().Type() != ib.Mode().Type() {
		return false
	}
	if os.SameFile(ia, ib) {
		return true
	}
	if ia.Mode()&fs.ModeSymlink != 0 {
		la, errA := os.Readlink(a)
		lb, errB := os.Readlink(b)
		return errA == nil && errB == nil && la == lb
	}
	if !ia.Mode().IsRegular() || ia.Size() != ib.Size() {
		return false
	}
	fa, errA := os.Open(a)
	if errA != nil {
		return false
	}
	defer fa.Close()
	fb, errB := os.Open(b)
	if errB != nil {
		return false
	}
	defer fb.Close()
	ba, bb := make([]byte, 64<<10), make([]byte, 64<<10)
	for {
		na, errA := io.ReadFull(fa, ba)
		nb, errB := io.ReadFull(fb, bb)
		if !bytes.Equal(ba[:na], bb[:nb]) {
			return false
		}
		if errA != nil || errB != nil {
			end := func(err error) bool { return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) }
			return end(errA) && end(errB)
		}
	}
}

// SyncDir makes the names in a folder durable, where the system can.
func SyncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := f.Sync(); err != nil && !errors.Is(err, syscall.EINVAL) && !errors.Is(err, fs.ErrPermission) && !errors.Is(err, errors.ErrUnsupported) {
		return err
	}
	return nil
}

// WriteDurable replaces a small file in one step.
func WriteDurable(path string, data []byte, mode fs.FileMode) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".errata-partial-*")
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Chmod(mode)
	}
	if err == nil {
		err = f.Sync()
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		os.Remove(f.Name())
		return err
	}
	return SyncDir(filepath.Dir(path))
}

// RealPath resolves the symbolic links in a path of which the last parts need
// not exist yet.
func RealPath(path string) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	rest := ""
	for dir := path; ; {
		real, err := filepath.EvalSymlinks(dir)
		if err == nil {
			return filepath.Join(real, rest), nil
		}
		parent := filepath.Dir(dir)
		if !errors.Is(err, fs.ErrNotExist) || parent == dir {
			return "", err
		}
		rest = filepath.Join(filepath.Base(dir), rest)
		dir = parent
	}
}

// Within reports whether a path is a folder or something in it; both without
// symbolic links.
func Within(folder, path string) bool {
	rel, err := filepath.Rel(folder, path)
	return err == nil && (rel == "." || filepath.IsLocal(rel))
}

// Reason spells an error of the file system as a clause that tells what to do
// about the common ones.
func Reason(err error) string {
	switch {
	case errors.Is(err, syscall.ENOSPC):
		return "there is no space left on the disk (free some, or write to another one)"
	case errors.Is(err, syscall.EDQUOT):
		return "the disk quota is used up"
	case errors.Is(err, syscall.EFBIG):
		return "the file would be larger than files may be here"
	case errors.Is(err, syscall.EROFS):
		return "the file system is read-only"
	}
	var pe *fs.PathError
	var le *os.LinkError
	switch {
	case errors.As(err, &pe):
		return fmt.Sprintf("%s: %v", source.Show(pe.Path), pe.Err)
	case errors.As(err, &le):
		return fmt.Sprintf("%s: %v", source.Show(le.New), le.Err)
	}
	return strings.TrimSuffix(err.Error(), ".")
}

// backupName is where what is at path stays when it is replaced.
func backupName(path, stamp string) string { return path + ".errata-backup-" + stamp }

// Keep gives a file or folder that is about to be replaced a second name, or
// moves it there, and returns that name. It never replaces an older backup.
func Keep(path, stamp string) (string, error) {
	backup := backupName(path, stamp)
	if Exists(backup) {
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
		return backup, CopyFile(path, backup, true)
	}
	return backup, os.Rename(path, backup)
}
