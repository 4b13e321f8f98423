package workspace

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/pixel"
)

// Unknown is the slot of a file that has no content under some parameters.
const Unknown int64 = -1

// File is what is known of one path. It stands for the bytes of the file as
// long as Bytes and ModTime are those of the file.
type File struct {
	// Path is relative to the root, as in dataset.Image.Path.
	Path string
	// Bytes is the length, and ModTime the time of change in ns since 1970.
	Bytes, ModTime int64
	// SHA256 names the content; zero when Error is set.
	SHA256 [32]byte
	// Slot is the content under the parameters asked for, or Unknown: then
	// either Error says why there is none, or it must be measured.
	Slot int64
	// Kind and Error say why the file could not be measured.
	Kind  dataset.Kind
	Error string
}

// Content is what was measured of the content of one or more files. Thumb and
// Input are nil: see [Workspace.Thumb] and [Workspace.Inputs].
type Content struct {
	// Slot is its number: above zero, never used again for other content.
	Slot int64
	pixel.Measured
}

// MeasuredFile is one file that was read, with one of three outcomes: Measured;
// or Error and its Kind; or neither, when SHA256 names content that is already
// there (a file that was moved or copied). An error is remembered for as long as
// the file stays as it is, so one that may pass (no right to read it) is better
// not put at all.
type MeasuredFile struct {
	// Path, Bytes and ModTime are those of the file, as in File.
	Path           string
	Bytes, ModTime int64
	Measured       *pixel.Measured
	SHA256         [32]byte
	Kind           dataset.Kind
	Error          string
}

// Files returns every file ever put, by path. Params spells all parameters
// that measurements depend on, for example "v1 thumb=128 input=32".
func (w *Workspace) Files(ctx context.Context, params string) (map[string]File, error) {
	set, err := w.paramsID(ctx, params)
	if err != nil {
		return nil, w.explain("cannot list the files of the workspace", err)
	}
	rows, err := w.read.QueryContext(ctx, `
		SELECT f.path, f.bytes, f.mtime, f.sha256, f.params, f.kind, f.error, c.slot
		FROM file f LEFT JOIN content c ON c.params = $1 AND c.sha256 = f.sha256`, set)
	if err != nil {
		return nil, w.explain("cannot list the files of the workspace", err)
	}
	defer rows.Close()
	files := map[string]File{}
	for rows.Next() {
		var f File
		var path, sum sql.RawBytes
		var of, slot sql.NullInt64
		if err := rows.Scan(&path, &f.Bytes, &f.ModTime, &sum, &of, &f.Kind, &f.Error, &slot); err != nil {
			return nil, w.explain("cannot list the files of the workspace", err)
		}
		f.Path, f.Slot = string(path), Unknown
		copy(f.SHA256[:], sum)
		if slot.Valid {
			f.Slot = slot.Int64
		}
		if of.Valid && of.Int64 != set {
			f.Kind, f.Error = "", "" // other parameters may read what these could not
		}
		files[f.Path] = f
	}
	return files, w.explain("cannot list the files of the workspace", rows.Err())
}

const contentColumns = `slot, record, thumb_offset, thumb_length, sha256, bytes, format, mode, width, height,
	orientation, frames, bits, truncated, pixel_hash, phash, mean, quality`

// Content returns all content measured under params, in the order of its slots.
func (w *Workspace) Content(ctx context.Context, params string) ([]Content, error) {
	set, err := w.paramsID(ctx, params)
	if err != nil {
		return nil, w.explain("cannot list the content of the workspace", err)
	}
	rows, err := w.read.QueryContext(ctx, "SELECT "+contentColumns+" FROM content WHERE params = $1 ORDER BY slot", set)
	if err != nil {
		return nil, w.explain("cannot list the content of the workspace", err)
	}
	defer rows.Close()
	var out []Content
	for rows.Next() {
		c := Content{}
		m, at := &c.Measured, place{set: set}
		var sum, pixels, mean, quality sql.RawBytes
		var phash int64
		if err := rows.Scan(&c.Slot, &at.record, &at.offset, &at.length, &sum, &m.Bytes, &m.Format, &m.Mode, &m.Width, &m.Height,
			&m.Orientation, &m.Frames, &m.Bits, &m.Truncated, &pixels, &phash, &mean, &quality); err != nil {
			return nil, w.explain("cannot list the content of the workspace", err)
		}
		copy(m.SHA256[:], sum)
		copy(m.PixelHash[:], pixels)
		copy(m.Mean[:], mean)
		m.PHash = uint64(phash)
		if err := json.Unmarshal(quality, &m.Quality); err != nil {
			return nil, fmt.Errorf("the workspace %s holds measurements that cannot be read (content %d): %w", w.dir, c.Slot, err)
		}
		w.packs.remember(c.Slot, at)
		out = append(out, c)
	}
	return out, w.explain("cannot list the content of the workspace", rows.Err())
}

// PutMeasured records a batch of files at once: all of it is there when it
// returns, or nothing. Content that is there already is not stored twice.
// Batches of some hundred files are best: each waits for the disk once.
func (w *Workspace) PutMeasured(ctx context.Context, params string, batch []MeasuredFile) error {
	if len(batch) == 0 {
		return nil
	}
	w.write.Lock()
	defer w.write.Unlock()
	p, err := w.pack(ctx, params, batch)
	if err != nil {
		return w.explain("cannot store measurements in", err)
	}
	b := &batchWriter{
		pack: p, records: p.records, thumbEnd: p.thumbEnd, places: map[int64]place{},
		inputs: make([]byte, 0, int64(len(batch))*p.inputBytes),
	}
	err = w.transaction(ctx, w.bulk, func(tx *sql.Tx) error {
		if err := b.prepare(ctx, tx); err != nil {
			return err
		}
		for i := range batch {
			if err := b.put(ctx, &batch[i]); err != nil {
				return fmt.Errorf("%q: %w", batch[i].Path, err)
			}
		}
		if len(b.places) == 0 {
			return nil
		}
		// The bytes are on the disk before the rows that speak of them.
		if err := p.append(b.thumbs, b.inputs); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, "UPDATE params SET records = $1, thumb_bytes = $2, used = $3 WHERE id = $4",
			b.records, b.thumbEnd, time.Now().UnixNano(), p.set)
		return err
	})
	if err != nil {
		return w.explain("cannot store measurements in", err)
	}
	p.records, p.thumbEnd = b.records, b.thumbEnd
	for slot, at := range b.places {
		w.packs.remember(slot, at)
	}
	return nil
}

// batchWriter gathers one batch.
type batchWriter struct {
	pack                *pack
	records, thumbEnd   int64 // as they will be after the batch
	thumbs, inputs      []byte
	places              map[int64]place
	file, content, find *sql.Stmt // of the transaction, which closes them
}

func (b *batchWriter) prepare(ctx context.Context, tx *sql.Tx) (err error) {
	if b.file, err = tx.PrepareContext(ctx, `
		INSERT INTO file (path, bytes, mtime, sha256, params, kind, error) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (path) DO UPDATE SET bytes = excluded.bytes, mtime = excluded.mtime, sha256 = excluded.sha256,
			params = excluded.params, kind = excluded.kind, error = excluded.error`); err != nil {
		return err
	}
	if b.content, err = tx.PrepareContext(ctx, `
		INSERT INTO content (params, record, thumb_offset, thumb_length, sha256, bytes, format, mode, width, height,
			orientation, frames, bits, truncated, pixel_hash, phash, mean, quality)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
		ON CONFLICT (params, sha256) DO NOTHING RETURNING slot`); err != nil {
		return err
	}
	b.find, err = tx.PrepareContext(ctx, "SELECT 1 FROM content WHERE params = $1 AND sha256 = $2")
	return err
}

func (b *batchWriter) put(ctx context.Context, f *MeasuredFile) error {
	var sum []byte
	var of any
	switch {
	case f.Measured != nil:
		if f.Error != "" {
			return fmt.Errorf("it has both measurements and an error (%s)", f.Error)
		}
		sum = f.Measured.SHA256[:]
		if err := b.putContent(ctx, f.Measured); err != nil {
			return err
		}
	case f.Error != "":
		of = b.pack.set
	default:
		sum = f.SHA256[:]
		var one int
		if err := b.find.QueryRowContext(ctx, b.pack.set, sum).Scan(&one); err != nil {
			return fmt.Errorf("its content %x is not in the workspace: %w", f.SHA256[:4], err)
		}
	}
	_, err := b.file.ExecContext(ctx, []byte(f.Path), f.Bytes, f.ModTime, sum, of, string(f.Kind), f.Error)
	return err
}

func (b *batchWriter) putContent(ctx context.Context, m *pixel.Measured) error {
	if int64(len(m.Input)) != b.pack.inputBytes {
		return fmt.Errorf("its model input has %d bytes where the parameters %q gave %d before", len(m.Input), b.pack.params, b.pack.inputBytes)
	}
	quality, err := json.Marshal(m.Quality)
	if err != nil {
		return fmt.Errorf("its quality metrics cannot be stored: %w", err)
	}
	at := place{set: b.pack.set, record: b.records, offset: b.thumbEnd, length: int64(len(m.Thumb))}
	var slot int64
	err = b.content.QueryRowContext(ctx, at.set, at.record, at.offset, at.length, m.SHA256[:], m.Bytes, m.Format, m.Mode, m.Width, m.Height,
		m.Orientation, m.Frames, m.Bits, truth(m.Truncated), m.PixelHash[:], int64(m.PHash), m.Mean[:], string(quality)).Scan(&slot)
	if errors.Is(err, sql.ErrNoRows) {
		return nil // the same content is there
	}
	if err != nil {
		return err
	}
	b.thumbs = append(b.thumbs, m.Thumb...)
	b.inputs = append(b.inputs, m.Input...)
	b.records++
	b.thumbEnd += at.length
	b.places[slot] = at
	return nil
}

// truth is a boolean as both SQLite and PostgreSQL store it in a number.
func truth(b bool) int {
	if b {
		return 1
	}
	return 0
}
