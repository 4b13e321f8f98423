package workspace

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"
)

// keptParams is how many parameter sets keep their content: the newest ones.
const keptParams = 3

// place says where the bytes of a slot are: set is the parameter set, record
// the number of its model input, offset and length its thumbnail.
type place struct{ set, record, offset, length int64 }

// pack is the two files of one parameter set. Bytes beyond records and thumbEnd
// were not committed.
type pack struct {
	set, inputBytes   int64
	params            string
	records, thumbEnd int64
	thumbs, inputs    *os.File
}

// append writes behind the committed ends and waits until it is on the disk. A
// failed append leaves bytes that the next one overwrites.
func (p *pack) append(thumbs, inputs []byte) error {
	for _, part := range []struct {
		file  *os.File
		bytes []byte
		at    int64
	}{{p.thumbs, thumbs, p.thumbEnd}, {p.inputs, inputs, p.records * p.inputBytes}} {
		if len(part.bytes) == 0 {
			continue
		}
		if _, err := part.file.WriteAt(part.bytes, part.at); err != nil {
			// Give the room back; what cannot be cut is cut at the next start.
			_ = part.file.Truncate(part.at)
			return err
		}
		if err := part.file.Sync(); err != nil {
			return err
		}
	}
	return nil
}

func (p *pack) close() error {
	return errors.Join(p.thumbs.Close(), p.inputs.Close())
}

// packs are the packs of a workspace and the places of known slots.
type packs struct {
	dir      string
	readOnly bool

	mu     sync.RWMutex
	byText map[string]*pack
	bySet  map[int64]*pack
	places []place // by slot; length -1 where not known
}

func (ps *packs) init(dir string, readOnly bool) {
	ps.dir, ps.readOnly = filepath.Join(dir, "packs"), readOnly
	ps.byText, ps.bySet = map[string]*pack{}, map[int64]*pack{}
}

// ofText returns the pack of a parameter set, or nil.
func (ps *packs) ofText(params string) *pack {
	ps.mu.RLock()
	defer ps.mu.RUnlock()
	return ps.byText[params]
}

// ofSet returns the pack of the parameter set with this number, or nil.
func (ps *packs) ofSet(set int64) *pack {
	ps.mu.RLock()
	defer ps.mu.RUnlock()
	return ps.bySet[set]
}

func (ps *packs) remember(slot int64, at place) {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	for int64(len(ps.places)) <= slot {
		ps.places = append(ps.places, place{length: -1})
	}
	ps.places[slot] = at
}

func (ps *packs) open(p *pack) (err error) {
	flags := os.O_RDWR | os.O_CREATE
	if ps.readOnly {
		flags = os.O_RDONLY
	}
	base := filepath.Join(ps.dir, strconv.FormatInt(p.set, 10))
	if p.thumbs, err = os.OpenFile(base+".thumbs", flags, 0o644); err != nil {
		return err
	}
	if p.inputs, err = os.OpenFile(base+".inputs", flags, 0o644); err != nil {
		return errors.Join(err, p.thumbs.Close())
	}
	ps.mu.Lock()
	defer ps.mu.Unlock()
	ps.byText[p.params], ps.bySet[p.set] = p, p
	return nil
}

func (ps *packs) close() error {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	var errs []error
	for _, p := range ps.bySet {
		errs = append(errs, p.close())
	}
	ps.byText, ps.bySet = nil, nil
	return errors.Join(errs...)
}

// paramsID returns the number of a parameter set, or -1 for an unknown one.
func (w *Workspace) paramsID(ctx context.Context, params string) (int64, error) {
	p := w.packs.ofText(params)
	if p == nil && w.ReadOnly() {
		// The writer may have begun the set since this workspace was opened.
		if err := w.loadPacks(ctx); err != nil {
			return -1, err
		}
		p = w.packs.ofText(params)
	}
	if p == nil {
		return -1, nil
	}
	return p.set, nil
}

// loadPacks opens the packs that the database knows and that are not open yet.
// A reader does without the ones whose files are missing.
func (w *Workspace) loadPacks(ctx context.Context) error {
	w.write.Lock() // no two at once
	defer w.write.Unlock()
	rows, err := w.read.QueryContext(ctx, "SELECT id, text, input_bytes, records, thumb_bytes FROM params")
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		p := &pack{}
		if err := rows.Scan(&p.set, &p.params, &p.inputBytes, &p.records, &p.thumbEnd); err != nil {
			return err
		}
		if w.packs.ofSet(p.set) != nil {
			continue
		}
		if err := w.packs.open(p); err != nil && !(w.packs.readOnly && errors.Is(err, fs.ErrNotExist)) {
			return err
		}
	}
	return rows.Err()
}

// mendPacks makes rows and packs agree after a crash or a loss: bytes that no
// row speaks of are cut off, and rows whose bytes are missing are forgotten, so
// that the files are measured again.
func (w *Workspace) mendPacks(ctx context.Context) error {
	if err := w.loadPacks(ctx); err != nil {
		return err
	}
	for _, p := range w.packs.bySet {
		if err := w.mendPack(ctx, p); err != nil {
			return err
		}
	}
	return w.removeStrangers()
}

func (w *Workspace) mendPack(ctx context.Context, p *pack) error {
	thumbs, err := p.thumbs.Stat()
	if err != nil {
		return err
	}
	inputs, err := p.inputs.Stat()
	if err != nil {
		return err
	}
	if thumbs.Size() < p.thumbEnd || inputs.Size() < p.records*p.inputBytes {
		err := w.transaction(ctx, w.bulk, func(tx *sql.Tx) error {
			if _, err := tx.ExecContext(ctx,
				"DELETE FROM content WHERE params = $1 AND (thumb_offset + thumb_length > $2 OR (record + 1) * $3 > $4)",
				p.set, thumbs.Size(), p.inputBytes, inputs.Size()); err != nil {
				return err
			}
			if err := tx.QueryRowContext(ctx,
				"SELECT COALESCE(MAX(record) + 1, 0), COALESCE(MAX(thumb_offset + thumb_length), 0) FROM content WHERE params = $1",
				p.set).Scan(&p.records, &p.thumbEnd); err != nil {
				return err
			}
			_, err := tx.ExecContext(ctx, "UPDATE params SET records = $1, thumb_bytes = $2 WHERE id = $3", p.records, p.thumbEnd, p.set)
			return err
		})
		if err != nil {
			return err
		}
	}
	return errors.Join(p.thumbs.Truncate(p.thumbEnd), p.inputs.Truncate(p.records*p.inputBytes))
}

// removeStrangers deletes the files of parameter sets that are not there any
// more, and whatever an interrupted PutArtifact left.
func (w *Workspace) removeStrangers() error {
	if err := os.RemoveAll(w.temporary()); err != nil {
		return err
	}
	entries, err := os.ReadDir(w.packs.dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		number, _, _ := strings.Cut(e.Name(), ".")
		set, err := strconv.ParseInt(number, 10, 64)
		if err != nil || w.packs.bySet[set] != nil {
			continue
		}
		if err := os.Remove(filepath.Join(w.packs.dir, e.Name())); err != nil {
			return err
		}
	}
	return nil
}

// pack returns the pack of params, which it makes when there is none. The
// caller holds w.write.
func (w *Workspace) pack(ctx context.Context, params string, batch []MeasuredFile) (*pack, error) {
	p := w.packs.ofText(params)
	first := int64(0)
	for _, f := range batch {
		if f.Measured != nil {
			first = int64(len(f.Measured.Input))
			break
		}
	}
	if p != nil {
		if p.records == 0 && p.inputBytes != first && first > 0 {
			// Only unreadable files were put until now.
			return p, w.resize(ctx, p, first)
		}
		return p, nil
	}
	if err := w.forgetOldParams(ctx); err != nil {
		return nil, err
	}
	p = &pack{params: params, inputBytes: first}
	err := w.transaction(ctx, w.bulk, func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx,
			"INSERT INTO params (text, used, input_bytes, records, thumb_bytes) VALUES ($1, $2, $3, 0, 0) RETURNING id",
			params, time.Now().UnixNano(), first).Scan(&p.set)
	})
	if err != nil {
		return nil, err
	}
	if err := w.packs.open(p); err != nil {
		return nil, err
	}
	return p, syncDir(w.packs.dir)
}

func (w *Workspace) resize(ctx context.Context, p *pack, inputBytes int64) error {
	err := w.transaction(ctx, w.bulk, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "UPDATE params SET input_bytes = $1 WHERE id = $2", inputBytes, p.set)
		return err
	})
	if err == nil {
		p.inputBytes = inputBytes
	}
	return err
}

// forgetOldParams makes room for one more parameter set.
func (w *Workspace) forgetOldParams(ctx context.Context) error {
	var old []int64
	err := w.transaction(ctx, w.bulk, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, "SELECT id FROM params ORDER BY used DESC, id DESC LIMIT -1 OFFSET $1", keptParams-1)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var set int64
			if err := rows.Scan(&set); err != nil {
				return err
			}
			old = append(old, set)
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			return err
		}
		for _, set := range old {
			for _, q := range []string{"DELETE FROM content WHERE params = $1", "DELETE FROM params WHERE id = $1", "DELETE FROM file WHERE sha256 IS NULL AND params = $1"} {
				if _, err := tx.ExecContext(ctx, q, set); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	w.packs.mu.Lock()
	for _, set := range old {
		if p := w.packs.bySet[set]; p != nil {
			err = errors.Join(err, p.close())
			delete(w.packs.bySet, set)
			delete(w.packs.byText, p.params)
		}
	}
	w.packs.places = nil
	w.packs.mu.Unlock()
	if err != nil {
		return fmt.Errorf("closing the packs of old parameters: %w", err)
	}
	return w.removeStrangers()
}
