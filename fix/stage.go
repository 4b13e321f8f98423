package fix

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/errata-cv/errata/format/source"
)

// stageMarker is a file that tells the folder of an unfinished run from others.
const stageMarker = "errata-partial"

// A stage is a folder under construction. It gets its name only when it is
// complete.
type stage struct {
	final string // the name it will get
	dir   string // final + ".errata-partial": the marker and the tree
}

func (s *stage) tree() string { return filepath.Join(s.dir, "tree") }

// newStage starts a folder that will be called final. What an interrupted run
// left is removed; it holds links and copies only.
func newStage(final string) (*stage, error) {
	s := &stage{final: final, dir: final + ".errata-partial"}
	if entries, err := os.ReadDir(s.dir); err == nil {
		if len(entries) > 0 && !exists(filepath.Join(s.dir, stageMarker)) {
			return nil, fmt.Errorf("%s is in the way; move it elsewhere", source.Show(s.dir))
		}
		if err := s.discard(); err != nil {
			return nil, fmt.Errorf("cannot remove what an interrupted run left in %s: %s", source.Show(s.dir), reason(err))
		}
	}
	err := os.MkdirAll(s.dir, 0o777)
	if err == nil {
		err = os.WriteFile(filepath.Join(s.dir, stageMarker), []byte("Left by an interrupted run of errata fix; it can be removed.\n"), 0o666)
	}
	if err == nil {
		err = os.Mkdir(s.tree(), 0o777)
	}
	if err != nil {
		_ = s.discard() // what matters is the first error
		return nil, fmt.Errorf("cannot make %s: %s", source.Show(s.dir), reason(err))
	}
	return s, nil
}

// discard removes the folder under construction; the marker goes last.
func (s *stage) discard() error {
	if err := os.RemoveAll(s.tree()); err != nil {
		return err
	}
	return os.RemoveAll(s.dir)
}

// publish gives the folder its name. What has it already is kept as a backup,
// whose name is returned; an empty folder is replaced.
func (s *stage) publish(stamp string) (backup string, err error) {
	// Remove takes away an empty folder only; of anything else it stays off.
	if info, err := os.Lstat(s.final); err == nil && (!info.IsDir() || os.Remove(s.final) != nil) {
		if stamp == "" {
			return "", errors.New("it was made by somebody else meanwhile")
		}
		if backup, err = keep(s.final, stamp); err != nil {
			return "", err
		}
		if info.Mode().IsRegular() { // it has both names now
			if err := os.Remove(s.final); err != nil {
				return backup, err
			}
		}
	}
	if err := os.Rename(s.tree(), s.final); err != nil {
		return backup, err
	}
	if err := os.RemoveAll(s.dir); err != nil {
		return backup, err
	}
	return backup, syncDir(filepath.Dir(s.final))
}

// checkFree refuses a place where something is.
func checkFree(path string, force bool, option string) error {
	entries, err := os.ReadDir(path)
	switch {
	case force, err == nil && len(entries) == 0, err != nil && !exists(path):
		return nil
	case err != nil:
		return fmt.Errorf("%s is in the way; name another folder%s", source.Show(path), option)
	}
	return fmt.Errorf("%s exists and is not empty; name another folder%s, or replace it with --force", source.Show(path), option)
}
