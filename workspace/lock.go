package workspace

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

// Holder says who writes a workspace at present.
type Holder struct {
	PID     int       `json:"pid"`
	Host    string    `json:"host"`
	Command string    `json:"command"`
	Since   time.Time `json:"since"`
}

// LockedError says that another process writes the workspace.
type LockedError struct {
	// Dir is the workspace folder.
	Dir    string
	Holder Holder
}

func (e *LockedError) Error() string {
	if e.Holder.PID == 0 {
		return fmt.Sprintf("the workspace %s is in use by another process: wait until it ends, or stop it", e.Dir)
	}
	return fmt.Sprintf("the workspace %s is in use by %q (process %d on %s, since %s): wait until it ends, or stop it",
		e.Dir, e.Holder.Command, e.Holder.PID, e.Holder.Host, e.Holder.Since.Local().Format("2006-01-02 15:04:05"))
}

// errHeld is what lockFile returns when another process has the lock.
var errHeld = errors.New("the lock is held")

// lock is the right to write. The operating system takes it back when the
// process ends in whatever way, so a dead process never holds it; what is
// written in the file only serves the message.
type lock struct{ file *os.File }

func takeLock(path, command string) (*lock, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, err
	}
	if err := lockFile(f); err != nil {
		defer f.Close()
		if !errors.Is(err, errHeld) {
			return nil, fmt.Errorf("this file system has no locks, so two runs could harm each other: name a folder on a local disk with --workspace DIR (%w)", err)
		}
		locked := &LockedError{Dir: filepath.Dir(path)}
		if b, err := io.ReadAll(io.LimitReader(f, 1<<16)); err == nil {
			// A holder that is just writing its name leaves it unknown.
			_ = json.Unmarshal(b, &locked.Holder)
		}
		return nil, locked
	}
	l := &lock{f}
	host, err := os.Hostname()
	if err != nil {
		host = "this machine"
	}
	if command == "" {
		command = "errata"
	}
	b, err := json.Marshal(Holder{PID: os.Getpid(), Host: host, Command: command, Since: time.Now().Truncate(time.Second)})
	if err == nil {
		err = f.Truncate(0)
	}
	if err == nil {
		_, err = f.WriteAt(b, 0)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return l, nil
}

// release empties the file, so that nobody is named who no longer holds it, and
// unlocks by closing. The file stays: removing it would let two processes lock
// two files of one name.
func (l *lock) release() error {
	return errors.Join(l.file.Truncate(0), l.file.Close())
}
