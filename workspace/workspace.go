package workspace

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
)

// Options says how to open a workspace.
type Options struct {
	// Root is the absolute folder that image paths are relative to
	// (dataset.Dataset.Root). A workspace belongs to one root; another one is
	// refused. Empty opens the workspace whatever it belongs to.
	Root string
	// Command is shown to whoever finds the workspace locked, for example
	// "errata review flowers".
	Command string
	// ReadOnly opens an existing workspace without the lock, also while another
	// process writes. Everything that writes then returns an error.
	ReadOnly bool
}

// Workspace is an open workspace folder.
type Workspace struct {
	dir  string
	lock *lock   // nil when read-only
	read *sql.DB // many readers
	bulk *sql.DB // one writer, synchronous=NORMAL; nil when read-only
	full *sql.DB // one writer, synchronous=FULL; nil when read-only

	// write is held by the one goroutine that has a transaction on bulk or full.
	write sync.Mutex

	queueMu sync.Mutex
	queue   []*pending // entries that wait for the next journal transaction

	packs packs
}

// Folder returns where the workspace of a dataset is unless the user says
// otherwise: .errata in the dataset's folder, or beside its annotation file.
func Folder(source string) string {
	if info, err := os.Stat(source); err == nil && !info.IsDir() {
		source = filepath.Dir(source)
	}
	return filepath.Join(source, ".errata")
}

// Open opens the workspace in the folder dir. Unless o.ReadOnly, it creates
// what is missing, takes the lock, brings the schema up to date and removes
// what a killed process left half-written. Errors are sentences for the user;
// a workspace that is in use gives a [*LockedError].
func Open(ctx context.Context, dir string, o Options) (*Workspace, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	w := &Workspace{dir: dir}
	w.packs.init(dir, o.ReadOnly)
	if o.ReadOnly {
		err = w.openReader(ctx)
	} else {
		err = w.openWriter(ctx, o)
	}
	if err == nil {
		err = w.claim(ctx, o.Root)
	}
	if err != nil {
		w.Close()
		return nil, err
	}
	return w, nil
}

func (w *Workspace) openReader(ctx context.Context) error {
	if _, err := os.Stat(w.database()); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("there is no workspace in %s yet: run errata check on the dataset first", w.dir)
	}
	var err error
	if w.read, err = w.connectReadOnly(ctx); err != nil {
		return w.explain("cannot open the workspace", err)
	}
	if err := w.checkVersion(ctx); err != nil {
		return err
	}
	return w.explain("cannot open the workspace", w.loadPacks(ctx))
}

func (w *Workspace) openWriter(ctx context.Context, o Options) error {
	err := w.createFolder()
	if err != nil {
		return w.explain("cannot create the workspace", err)
	}
	if w.lock, err = takeLock(filepath.Join(w.dir, "lock"), o.Command); err != nil {
		var locked *LockedError
		if errors.As(err, &locked) {
			return err
		}
		return w.explain("cannot lock the workspace", err)
	}
	if w.bulk, err = w.connectWriter("synchronous(NORMAL)", "cache_size(-65536)"); err != nil {
		return w.explain("cannot open the workspace", err)
	}
	if err := w.migrate(ctx, migrationFiles()); err != nil {
		return w.explain("cannot open the workspace", err)
	}
	// fullfsync is for macOS, where a plain fsync leaves bytes in the drive.
	if w.full, err = w.connectWriter("synchronous(FULL)", "fullfsync(1)"); err != nil {
		return w.explain("cannot open the journal", err)
	}
	if w.read, err = w.connectReaders(); err != nil {
		return w.explain("cannot open the workspace", err)
	}
	if err := w.mendPacks(ctx); err != nil {
		return w.explain("cannot mend the workspace", err)
	}
	return nil
}

const readme = `This folder belongs to Errata (https://github.com/errata-cv/errata): what it measured of the
dataset beside it, and the journal of your decisions (errata.db). Deleting it loses the decisions;
everything else would be made again.
`

func (w *Workspace) createFolder() error {
	for _, dir := range []string{w.dir, filepath.Join(w.dir, "packs"), filepath.Join(w.dir, "artifacts")} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
	}
	for name, text := range map[string]string{".gitignore": "*\n", "README": readme} {
		path := filepath.Join(w.dir, name)
		if _, err := os.Stat(path); err == nil {
			continue
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// Dir returns the absolute path of the workspace folder.
func (w *Workspace) Dir() string { return w.dir }

// ReadOnly tells whether the workspace was opened for reading only.
func (w *Workspace) ReadOnly() bool { return w.lock == nil }

// Close waits for the writer, closes all files and gives the lock back.
func (w *Workspace) Close() error {
	w.write.Lock()
	defer w.write.Unlock()
	var errs []error
	for _, db := range []*sql.DB{w.read, w.full, w.bulk} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	errs = append(errs, w.packs.close())
	if w.lock != nil {
		errs = append(errs, w.lock.release())
	}
	return errors.Join(errs...)
}

// transaction runs f in a write transaction on db, which is w.bulk or w.full.
// The caller holds w.write.
func (w *Workspace) transaction(ctx context.Context, db *sql.DB, f func(tx *sql.Tx) error) error {
	if db == nil {
		return errors.New("it was opened for reading only")
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := f(tx); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}
