package workspace

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// claim makes sure that the workspace belongs to root, and writes root down in
// a new one.
func (w *Workspace) claim(ctx context.Context, root string) error {
	if root == "" {
		return nil
	}
	var stored []byte
	err := w.read.QueryRowContext(ctx, "SELECT value FROM meta WHERE name = 'root'").Scan(&stored)
	if errors.Is(err, sql.ErrNoRows) {
		return w.setRoot(ctx, root)
	}
	if err != nil {
		return w.explain("cannot read the workspace", err)
	}
	owner := string(stored)
	if !filepath.IsAbs(owner) {
		owner = filepath.Join(resolve(w.dir), filepath.FromSlash(owner))
	}
	if sameFolder(owner, root) {
		return nil
	}
	if _, err := os.Stat(owner); err == nil {
		return fmt.Errorf("the workspace %s belongs to the images in %s, not to those in %s: name another folder with --workspace DIR", w.dir, owner, root)
	}
	moved, err := w.looksMoved(ctx, root)
	if err != nil {
		return w.explain("cannot read the workspace", err)
	}
	if !moved {
		return fmt.Errorf("the workspace %s belongs to the images in %s, which are not there now, and those in %s are others: name another folder with --workspace DIR", w.dir, owner, root)
	}
	return w.setRoot(ctx, root)
}

// looksMoved tells whether the files that the workspace knows are under root:
// at least half of a sample, with the same lengths.
func (w *Workspace) looksMoved(ctx context.Context, root string) (bool, error) {
	rows, err := w.read.QueryContext(ctx, "SELECT path, bytes FROM file ORDER BY path LIMIT 100")
	if err != nil {
		return false, err
	}
	defer rows.Close()
	var there, all int
	for rows.Next() {
		var path []byte
		var bytes int64
		if err := rows.Scan(&path, &bytes); err != nil {
			return false, err
		}
		all++
		if info, err := os.Stat(filepath.Join(root, filepath.FromSlash(string(path)))); err == nil && info.Size() == bytes {
			there++
		}
	}
	return 2*there >= all, rows.Err()
}

// setRoot writes root down: relative when the two lie in one folder, so that
// this folder can be moved.
func (w *Workspace) setRoot(ctx context.Context, root string) error {
	if w.ReadOnly() {
		return nil
	}
	value := root
	if rel, err := filepath.Rel(resolve(w.dir), resolve(root)); err == nil && movesAlong(rel) {
		value = filepath.ToSlash(rel)
	}
	w.write.Lock()
	defer w.write.Unlock()
	err := w.transaction(ctx, w.bulk, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "INSERT INTO meta (name, value) VALUES ('root', $1) ON CONFLICT (name) DO UPDATE SET value = excluded.value", []byte(value))
		return err
	})
	return w.explain("cannot write to the workspace", err)
}

// movesAlong tells whether a root at rel from the workspace is a folder around
// it, or lies in the folder that holds it.
func movesAlong(rel string) bool {
	rel = filepath.ToSlash(rel)
	rest := strings.TrimPrefix(rel, "../")
	return !strings.HasPrefix(rest, "../") || strings.Trim(rel, "./") == ""
}

func sameFolder(a, b string) bool {
	ai, err := os.Stat(a)
	if err != nil {
		return false
	}
	bi, err := os.Stat(b)
	return err == nil && os.SameFile(ai, bi)
}

func resolve(path string) string {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real
	}
	return path
}
