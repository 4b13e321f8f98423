// Package stage makes new files and folders so that they appear under their
// names only when they are complete, and never replaces what is there.
package stage

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/errata-cv/errata/format/source"
)

// marker is a file that tells the folder of an unfinished run from others.
const marker = "errata-partial"

// A Stage is a folder under construction. It gets its name only when it is
// complete.
type Stage struct {
	// Final is the name it will get.
	Final string
	// Dir is Final + ".errata-partial"; it holds a marker and the tree.
	Dir string
}

// Tree is the folder to fill.
func (s *Stage) Tree() string { return filepath.Join(s.Dir, "tree") }

// New starts a folder that will be called final. What an interrupted run
// left is removed; it holds links and copies only.
func New(final string) (*Stage, error) {
	s := &Stage{Final: final, Dir: final + ".errata-partial"}
	if entries, err := os.ReadDir(s.Dir); err == nil {
		if len(entries) > 0 && !Exists(filepath.Join(s.Dir, marker)) {
			return nil, fmt.Errorf("%s is in the way; move it elsewhere", source.Show(s.Dir))
		}
		if err := s.Discard(); err != nil {
			return nil, fmt.Errorf("cannot remove what an interrupted run left in %s: %s", source.Show(s.Dir), Reason(err))
		}
	}
	err := os.MkdirAll(s.Dir, 0o777)
	if err == nil {
		err = os.WriteFile(filepath.Join(s.Dir, marker), []byte("Left by an interrupted run of errata; it can be removed.\n"), 0o666)
	}
	if err == nil {
		err = os.Mkdir(s.Tree(), 0o777)
	}
	if err != nil {
		_ = s.Discard() // what matters is the first error
		return nil, fmt.Errorf("cannot make %s: %s", source.Show(s.Dir), Reason(err))
	}
	return s, nil
}

// Discard removes the folder under construction; the marker goes last.
func (s *Stage) Discard() error {
	if err := os.RemoveAll(s.Tree()); err != nil {
		return err
	}
	return os.RemoveAll(s.Dir)
}

// Publish gives the folder its name. What has it already is kept as a backup,
// whose name is returned; an empty folder is replaced.
func (s *Stage) Publish(stamp string) (backup string, err error) {
	// Remove takes away an empty folder only; of anything else it stays off.
	if info, err := os.Lstat(s.Final); err == nil && (!info.IsDir() || os.Remove(s.Final) != nil) {
		if stamp == "" {
			return "", errors.New("it was made by somebody else meanwhile")
		}
		if backup, err = Keep(s.Final, stamp); err != nil {
			return "", err
		}
		if info.Mode().IsRegular() { // it has both names now
			if err := os.Remove(s.Final); err != nil {
				return backup, err
			}
		}
	}
	if err := os.Rename(s.Tree(), s.Final); err != nil {
		return backup, err
	}
	if err := os.RemoveAll(s.Dir); err != nil {
		return backup, err
	}
	return backup, SyncDir(filepath.Dir(s.Final))
}

// CheckFree refuses a place where something is.
func CheckFree(path string, force bool, option string) error {
	entries, err := os.ReadDir(path)
	switch {
	case force, err == nil && len(entries) == 0, err != nil && !Exists(path):
		return nil
	case err != nil:
		return fmt.Errorf("%s is in the way; name another folder%s", source.Show(path), option)
	}
	return fmt.Errorf("%s exists and is not empty; name another folder%s, or replace it with --force", source.Show(path), option)
}
