package workspace

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// explain turns an error met while doing something into a sentence with a way
// out.
func (w *Workspace) explain(doing string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, errFull):
		return err
	case isFull(err):
		return fmt.Errorf("the disk that holds the workspace %s is %w", w.dir, fullError{err})
	case isRefused(err):
		return fmt.Errorf("the disk that holds the workspace %s refused to take data: it may be over its quota, or failing; free some space and run the command again; everything saved until now is kept (%w)", w.dir, err)
	case isDenied(err):
		return fmt.Errorf("%s: the folder %s cannot be written: name a folder that can be with --workspace DIR (%w)", doing, w.dir, err)
	case isDamaged(err):
		return fmt.Errorf("%s: the file %s is damaged: rename the folder %s, keep it for its journal, and run the command again to start a new one (%w)", doing, w.database(), w.dir, err)
	}
	return fmt.Errorf("%s %s: %w", doing, w.dir, err)
}

// errFull is what every error about a full disk is.
var errFull = errors.New("full")

type fullError struct{ cause error }

func (e fullError) Error() string {
	return "full: free some space and run the command again; everything saved until now is kept"
}

func (e fullError) Is(target error) bool { return target == errFull }

func (e fullError) Unwrap() error { return e.cause }

// IsFull tells whether err says that a disk is full.
func IsFull(err error) bool { return errors.Is(err, errFull) }

func isFull(err error) bool {
	var s *sqlite.Error
	if errors.As(err, &s) && (s.Code()&0xff == sqlite3.SQLITE_FULL || s.Code() == sqlite3.SQLITE_IOERR_SHMSIZE) {
		return true
	}
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || errors.Is(err, syscall.EFBIG)
}

// isRefused tells whether a write failed for a reason that the database does not
// name, such as a quota.
func isRefused(err error) bool {
	var s *sqlite.Error
	if !errors.As(err, &s) {
		return false
	}
	switch s.Code() {
	case sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_FSYNC, sqlite3.SQLITE_IOERR_TRUNCATE:
		return true
	}
	return false
}

func isDenied(err error) bool {
	var s *sqlite.Error
	if errors.As(err, &s) {
		switch s.Code() & 0xff {
		case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM:
			return true
		}
	}
	return errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.EROFS)
}

func isDamaged(err error) bool {
	var s *sqlite.Error
	return errors.As(err, &s) && (s.Code()&0xff == sqlite3.SQLITE_CORRUPT || s.Code()&0xff == sqlite3.SQLITE_NOTADB)
}
