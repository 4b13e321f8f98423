package workspace

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/errata-cv/errata/dataset"
)

// Scan is the result of one finished scan.
type Scan struct {
	// ID is given by PutScan; a newer scan has a higher one.
	ID   int64
	Time time.Time
	// DatasetKey tells the dataset as it was read (a hash of its images, labels
	// and classes). Labels are in the order of that dataset.
	DatasetKey string
	// Params holds the options of the scan as JSON.
	Params json.RawMessage
	// Findings are in order, most probable first.
	Findings []Finding
	// Labels holds the scores of all labels; nil when none were judged.
	Labels *Labels
	// Parts are further results by name, each as JSON: class statistics, a
	// summary, a confusion matrix.
	Parts map[string]json.RawMessage
}

// Finding is a dataset.Finding that does not depend on the order of a dataset:
// it speaks of paths and names. See [Portable] and [Resolve].
type Finding struct {
	ID   string
	Kind dataset.Kind
	// Image is a path, empty for a finding about the whole dataset.
	Image string
	// Ordinal is that of the annotation, or -1 for a finding about a picture.
	Ordinal int
	// Class is the name of the class it speaks of, or empty.
	Class string
	// Others are paths of further images it is about.
	Others []string
	// Action is empty when nothing is suggested; Suggestion is a class name.
	Action     dataset.Action
	Suggestion string
	// Geometry is the new place of MoveObject and AddObject.
	Geometry    *dataset.GeometryValue
	Score       float64
	Probability float64
	// Evidence comes back as JSON has it: numbers are float64, slices []any,
	// maps map[string]any.
	Evidence map[string]any
	Message  string
}

// Labels are the scores of all annotations of a dataset, in its order.
type Labels struct {
	// Score is the label quality in [0,1], low is bad; NaN where not judged.
	Score []float64
	// Probability is that of a true error, in [0,1]; NaN where not judged.
	Probability []float64
	// Suggestion is the class that fits best, or dataset.None.
	Suggestion []int32
}

// PutScan stores a finished scan in place of the one before, all of it or
// nothing. It returns the scan's ID.
func (w *Workspace) PutScan(ctx context.Context, s *Scan) (int64, error) {
	w.write.Lock()
	defer w.write.Unlock()
	var id int64
	err := w.transaction(ctx, w.bulk, func(tx *sql.Tx) (err error) {
		for _, table := range []string{"finding", "scan_part", "scan"} {
			if _, err := tx.ExecContext(ctx, "DELETE FROM "+table); err != nil {
				return err
			}
		}
		params := s.Params
		if params == nil {
			params = json.RawMessage("{}")
		}
		err = tx.QueryRowContext(ctx, "INSERT INTO scan (time, dataset_key, params) VALUES ($1, $2, $3) RETURNING id",
			s.Time.UnixNano(), s.DatasetKey, string(params)).Scan(&id)
		if err != nil {
			return err
		}
		if err := insertFindings(ctx, tx, id, s.Findings); err != nil {
			return err
		}
		parts := map[string][]byte{}
		for name, body := range s.Parts {
			parts["json:"+name] = body
		}
		if s.Labels != nil {
			if parts["labels"], err = s.Labels.encode(); err != nil {
				return err
			}
		}
		for name, body := range parts {
			if _, err := tx.ExecContext(ctx, "INSERT INTO scan_part (scan, name, body) VALUES ($1, $2, $3)", id, name, body); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return 0, w.explain("cannot store the result of the scan in", err)
	}
	return id, nil
}

// Scan returns the newest finished scan, or nil when there is none.
func (w *Workspace) Scan(ctx context.Context) (*Scan, error) {
	s, err := w.readScan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, w.explain("cannot read the result of the scan from", err)
	}
	return s, nil
}

func (w *Workspace) readScan(ctx context.Context) (*Scan, error) {
	// One transaction sees one scan, whatever a writer does meanwhile.
	tx, err := w.read.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()
	s := &Scan{Parts: map[string]json.RawMessage{}}
	var ns int64
	var params []byte
	err = tx.QueryRowContext(ctx, "SELECT id, time, dataset_key, params FROM scan ORDER BY id DESC LIMIT 1").
		Scan(&s.ID, &ns, &s.DatasetKey, &params)
	if err != nil {
		return nil, err
	}
	s.Time, s.Params = time.Unix(0, ns).UTC(), params
	if s.Findings, err = selectFindings(ctx, tx, s.ID); err != nil {
		return nil, err
	}
	rows, err := tx.QueryContext(ctx, "SELECT name, body FROM scan_part WHERE scan = $1", s.ID)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		var body []byte
		if err := rows.Scan(&name, &body); err != nil {
			return nil, err
		}
		if name == "labels" {
			if s.Labels, err = decodeLabels(body); err != nil {
				return nil, fmt.Errorf("the scores of the labels: %w", err)
			}
			continue
		}
		s.Parts[name[len("json:"):]] = body
	}
	return s, rows.Err()
}
