package workspace

import (
	"context"
	"database/sql"
	"net/url"
	"os"
	"path/filepath"

	_ "modernc.org/sqlite" // registers the driver
)

func (w *Workspace) database() string { return filepath.Join(w.dir, "errata.db") }

// readers is how many connections read at once.
const readers = 4

// connectWriter returns a pool of one writing connection with these pragmas.
func (w *Workspace) connectWriter(pragmas ...string) (*sql.DB, error) {
	db, err := sql.Open("sqlite", dsn(w.database(), url.Values{
		"_txlock": {"immediate"}, // a transaction that will write says so at once, and waits its turn
		"_pragma": append([]string{"busy_timeout(30000)", "journal_mode(WAL)"}, pragmas...),
	}))
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	return db, nil
}

// connectReaders returns the reading connections of the process that writes.
func (w *Workspace) connectReaders() (*sql.DB, error) {
	db, err := sql.Open("sqlite", dsn(w.database(), url.Values{"_pragma": {"busy_timeout(30000)", "query_only(1)"}}))
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(readers)
	db.SetMaxIdleConns(readers)
	return db, nil
}

// connectReadOnly returns a pool of reading connections. It works beside a
// writer, and also in a folder that may not be written, where SQLite cannot
// make its shared memory: a database without a write-ahead log is complete and
// is then read as it stands.
func (w *Workspace) connectReadOnly(ctx context.Context) (*sql.DB, error) {
	q := url.Values{"mode": {"ro"}, "_pragma": {"busy_timeout(30000)", "query_only(1)"}}
	db, err := sql.Open("sqlite", dsn(w.database(), q))
	if err != nil {
		return nil, err
	}
	var n int
	first := db.QueryRowContext(ctx, "SELECT COUNT(*) FROM sqlite_master").Scan(&n)
	if first == nil {
		db.SetMaxOpenConns(readers)
		db.SetMaxIdleConns(readers)
		return db, nil
	}
	db.Close()
	if info, err := os.Stat(w.database() + "-wal"); err == nil && info.Size() > 0 {
		return nil, first
	}
	q.Set("immutable", "1")
	if db, err = sql.Open("sqlite", dsn(w.database(), q)); err != nil {
		return nil, err
	}
	if db.QueryRowContext(ctx, "SELECT COUNT(*) FROM sqlite_master").Scan(&n) != nil {
		db.Close()
		return nil, first
	}
	return db, nil
}

// dsn spells path as a file URI, so that no byte of a file name means anything
// to SQLite.
func dsn(path string, q url.Values) string {
	const hex = "0123456789ABCDEF"
	b := []byte("file:")
	path = filepath.ToSlash(path)
	if filepath.VolumeName(path) != "" {
		b = append(b, '/')
	}
	for i := range len(path) {
		c := path[i]
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '/', c == '.', c == '-', c == '_', c == ':':
			b = append(b, c)
		default:
			b = append(b, '%', hex[c>>4], hex[c&15])
		}
	}
	return string(b) + "?" + q.Encode()
}
