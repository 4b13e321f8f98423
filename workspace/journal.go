package workspace

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/errata-cv/errata/dataset"
)

// pending is an entry on its way into the journal.
type pending struct {
	entry dataset.Entry
	body  []byte
	done  bool
	err   error
}

// Append adds an entry to the journal and returns it with its Seq, and with the
// present time when it has none. When it returns without an error, the entry
// has reached the disk. A Request that is in the journal already is answered
// with the entry that is there. Entries that arrive together share one wait
// for the disk.
func (w *Workspace) Append(ctx context.Context, e dataset.Entry) (dataset.Entry, error) {
	p := &pending{entry: e}
	if err := p.prepare(); err != nil {
		return dataset.Entry{}, err
	}
	if err := ctx.Err(); err != nil {
		return dataset.Entry{}, err
	}
	w.queueMu.Lock()
	w.queue = append(w.queue, p)
	w.queueMu.Unlock()

	w.write.Lock()
	defer w.write.Unlock()
	if !p.done {
		w.queueMu.Lock()
		batch := w.queue
		w.queue = nil
		w.queueMu.Unlock()
		// The entries of others must not fail because this caller went away.
		w.commit(context.WithoutCancel(ctx), batch)
	}
	if p.err != nil {
		return dataset.Entry{}, w.explain("cannot save the decision in", p.err)
	}
	return p.entry, nil
}

func (p *pending) prepare() (err error) {
	e := &p.entry
	switch e.Op {
	case "decide":
		if len(e.Decisions) == 0 || e.Of != 0 {
			return errors.New(`a "decide" entry has decisions and speaks of no other entry`)
		}
		if p.body, err = encodeDecisions(e.Decisions); err != nil {
			return fmt.Errorf("the decisions cannot be written down: %w", err)
		}
	case "undo", "redo":
		if len(e.Decisions) != 0 || e.Of <= 0 {
			return fmt.Errorf("a %q entry has no decisions and names the entry it speaks of", e.Op)
		}
	default:
		return fmt.Errorf(`a journal entry does "decide", "undo" or "redo", not %q`, e.Op)
	}
	if e.Time.IsZero() {
		e.Time = time.Now()
	}
	e.Time = time.Unix(0, e.Time.UnixNano()).UTC()
	return nil
}

// commit writes a batch in one transaction. The caller holds w.write.
func (w *Workspace) commit(ctx context.Context, batch []*pending) {
	err := w.transaction(ctx, w.full, func(tx *sql.Tx) error {
		var last int64
		if err := tx.QueryRowContext(ctx, "SELECT COALESCE(MAX(seq), 0) FROM journal").Scan(&last); err != nil {
			return err
		}
		for _, p := range batch {
			there, err := p.insert(ctx, tx, last+1)
			if err != nil {
				return err
			}
			if !there && p.err == nil {
				last++
			}
		}
		return nil
	})
	for _, p := range batch {
		p.done = true
		if err != nil {
			p.err = err
		}
	}
}

// insert writes one entry as number seq, unless its request is there already.
// What is wrong with this entry alone goes to p.err.
func (p *pending) insert(ctx context.Context, tx *sql.Tx, seq int64) (there bool, err error) {
	e := &p.entry
	if e.Request != "" {
		row := tx.QueryRowContext(ctx, "SELECT "+entryColumns+" FROM journal WHERE request = $1", e.Request)
		switch old, err := scanEntry(row.Scan); {
		case err == nil:
			*e = old
			return true, nil
		case !errors.Is(err, sql.ErrNoRows):
			return false, err
		}
	}
	if e.Of != 0 {
		var op string
		err := tx.QueryRowContext(ctx, "SELECT op FROM journal WHERE seq = $1", e.Of).Scan(&op)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return false, err
		}
		if op != "decide" {
			p.err = fmt.Errorf("there is no decision number %d to %s", e.Of, e.Op)
			return false, nil
		}
	}
	e.Seq = seq
	_, err = tx.ExecContext(ctx, "INSERT INTO journal ("+entryColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7)",
		e.Seq, e.Time.UnixNano(), e.Who, e.Op, e.Of, e.Request, p.body)
	return false, err
}

const entryColumns = "seq, time, who, op, of, request, decisions"

// Entries returns the journal entries whose Seq is above after, oldest first.
func (w *Workspace) Entries(ctx context.Context, after int64) ([]dataset.Entry, error) {
	rows, err := w.read.QueryContext(ctx, "SELECT "+entryColumns+" FROM journal WHERE seq > $1 ORDER BY seq", after)
	if err != nil {
		return nil, w.explain("cannot read the journal of", err)
	}
	defer rows.Close()
	var out []dataset.Entry
	for rows.Next() {
		e, err := scanEntry(rows.Scan)
		if err != nil {
			return nil, w.explain("cannot read the journal of", err)
		}
		out = append(out, e)
	}
	return out, w.explain("cannot read the journal of", rows.Err())
}

func scanEntry(scan func(...any) error) (dataset.Entry, error) {
	var e dataset.Entry
	var ns int64
	var body []byte
	if err := scan(&e.Seq, &ns, &e.Who, &e.Op, &e.Of, &e.Request, &body); err != nil {
		return e, err
	}
	e.Time = time.Unix(0, ns).UTC()
	if body == nil {
		return e, nil
	}
	var err error
	if e.Decisions, err = decodeDecisions(body); err != nil {
		return e, fmt.Errorf("the decisions of journal entry %d cannot be read: %w", e.Seq, err)
	}
	return e, nil
}

// decision is the spelling of dataset.Decision in the journal: flat, and with
// names that are not Unicode kept as bytes.
type decision struct {
	Image       string          `json:"image,omitempty"`
	ImageBytes  []byte          `json:"image_bytes,omitempty"`
	Ordinal     int             `json:"ordinal,omitempty"`
	Kind        dataset.Kind    `json:"kind,omitempty"`
	Verdict     dataset.Verdict `json:"verdict"`
	Before      string          `json:"before,omitempty"`
	BeforeBytes []byte          `json:"before_bytes,omitempty"`
	After       string          `json:"after,omitempty"`
	AfterBytes  []byte          `json:"after_bytes,omitempty"`
	Probability float64         `json:"probability,omitempty"`

	Action   dataset.Action         `json:"action,omitempty"`
	Geometry *dataset.GeometryValue `json:"geometry,omitempty"`
	Place    *[4]float64            `json:"place,omitempty"`
}

func encodeDecisions(ds []dataset.Decision) ([]byte, error) {
	out := make([]decision, len(ds))
	for i, d := range ds {
		o := &out[i]
		o.Ordinal, o.Kind, o.Verdict, o.Probability = d.Target.Ordinal, d.Kind, d.Verdict, d.Probability
		o.Image, o.ImageBytes = spell(d.Target.Image)
		o.Before, o.BeforeBytes = spell(d.Before)
		o.After, o.AfterBytes = spell(d.After)
		o.Action, o.Geometry, o.Place = d.Action, d.Geometry, d.Place
	}
	return json.Marshal(out)
}

func decodeDecisions(b []byte) ([]dataset.Decision, error) {
	var in []decision
	if err := json.Unmarshal(b, &in); err != nil {
		return nil, err
	}
	out := make([]dataset.Decision, len(in))
	for i, d := range in {
		out[i] = dataset.Decision{
			Target:  dataset.Key{Image: d.Image + string(d.ImageBytes), Ordinal: d.Ordinal},
			Kind:    d.Kind,
			Verdict: d.Verdict,
			Before:  d.Before + string(d.BeforeBytes),
			After:   d.After + string(d.AfterBytes), Probability: d.Probability,
			Action: d.Action, Geometry: d.Geometry, Place: d.Place,
		}
	}
	return out, nil
}

// spell splits a name into what JSON can hold as text and what it cannot.
func spell(s string) (text string, bytes []byte) {
	if utf8.ValidString(s) {
		return s, nil
	}
	return "", []byte(s)
}
