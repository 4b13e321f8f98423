package workspace

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
)

// PutState stores v as JSON under a name, in place of what was there.
func (w *Workspace) PutState(ctx context.Context, name string, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("%s cannot be stored: %w", name, err)
	}
	w.write.Lock()
	defer w.write.Unlock()
	err = w.transaction(ctx, w.bulk, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "INSERT INTO state (name, body) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET body = excluded.body", name, b)
		return err
	})
	return w.explain("cannot store "+name+" in", err)
}

// State reads what PutState stored under name into v; ok is false when there is
// nothing.
func (w *Workspace) State(ctx context.Context, name string, v any) (ok bool, err error) {
	var b []byte
	err = w.read.QueryRowContext(ctx, "SELECT body FROM state WHERE name = $1", name).Scan(&b)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, w.explain("cannot read "+name+" from", err)
	}
	if err := json.Unmarshal(b, v); err != nil {
		return false, fmt.Errorf("%s in the workspace %s cannot be read: %w", name, w.dir, err)
	}
	return true, nil
}
