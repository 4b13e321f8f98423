package workspace

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"slices"
)

//go:embed migrations/*.sql
var embedded embed.FS

func migrationFiles() fs.FS {
	sub, err := fs.Sub(embedded, "migrations")
	if err != nil {
		panic(err) // the folder is compiled in
	}
	return sub
}

// newest returns the highest schema version that this program knows. The files
// of a schema are numbered from 0001 without gaps.
func newest(files fs.FS) (names []string, err error) {
	if names, err = fs.Glob(files, "*.sql"); err != nil {
		return nil, err
	}
	slices.Sort(names)
	for i, name := range names {
		var n int
		if _, err := fmt.Sscanf(name, "%04d_", &n); err != nil || n != i+1 {
			return nil, fmt.Errorf("the schema file %s should be number %04d", name, i+1)
		}
	}
	return names, nil
}

// migrate brings the schema up to the newest version, one transaction a step.
func (w *Workspace) migrate(ctx context.Context, files fs.FS) error {
	names, err := newest(files)
	if err != nil {
		return err
	}
	if _, err := w.bulk.ExecContext(ctx, "CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL)"); err != nil {
		return err
	}
	have, err := version(ctx, w.bulk)
	if err != nil {
		return err
	}
	if have > len(names) {
		return w.tooNew(have, len(names))
	}
	for i := have; i < len(names); i++ {
		text, err := fs.ReadFile(files, names[i])
		if err != nil {
			return err
		}
		err = w.transaction(ctx, w.bulk, func(tx *sql.Tx) error {
			if _, err := tx.ExecContext(ctx, string(text)); err != nil {
				return err
			}
			_, err := tx.ExecContext(ctx, "INSERT INTO schema_version (version) VALUES ($1)", i+1)
			return err
		})
		if err != nil {
			return fmt.Errorf("schema step %s: %w", names[i], err)
		}
	}
	return nil
}

// checkVersion is for readers, who can neither migrate nor understand another
// schema.
func (w *Workspace) checkVersion(ctx context.Context) error {
	names, err := newest(migrationFiles())
	if err != nil {
		return err
	}
	have, err := version(ctx, w.read)
	switch {
	case err != nil:
		return w.explain("cannot read the workspace", err)
	case have > len(names):
		return w.tooNew(have, len(names))
	case have < len(names):
		return fmt.Errorf("the workspace %s has schema %d and this program reads schema %d: run errata check on the dataset once to bring it up to date", w.dir, have, len(names))
	}
	return nil
}

func version(ctx context.Context, db *sql.DB) (n int, err error) {
	err = db.QueryRowContext(ctx, "SELECT COALESCE(MAX(version), 0) FROM schema_version").Scan(&n)
	return n, err
}

func (w *Workspace) tooNew(have, known int) error {
	return fmt.Errorf("the workspace %s was written by a newer Errata: it has schema %d and this program knows schema %d at most; update Errata, or name another folder with --workspace DIR", w.dir, have, known)
}
