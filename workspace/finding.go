package workspace

import (
	"context"
	"database/sql"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/errata-cv/errata/dataset"
)

// Portable turns findings about ds into findings that a scan can hold.
func Portable(ds *dataset.Dataset, ix *dataset.Index, findings []dataset.Finding) []Finding {
	name := func(class int) string {
		if class < 0 || class >= len(ds.Classes) {
			return ""
		}
		return ds.Classes[class]
	}
	out := make([]Finding, len(findings))
	for i := range findings {
		f := &findings[i]
		o := Finding{
			ID: f.ID(ds, ix), Kind: f.Kind, Ordinal: -1, Class: name(f.Class),
			Score: f.Score, Probability: f.Probability, Evidence: f.Evidence, Message: f.Message,
		}
		if f.Image != dataset.None {
			o.Image = ds.Images[f.Image].Path
		}
		if f.Annotation != dataset.None {
			k := ix.Key(f.Annotation)
			o.Image, o.Ordinal = k.Image, k.Ordinal
		}
		for _, other := range f.Others {
			o.Others = append(o.Others, ds.Images[other].Path)
		}
		if f.Suggestion != nil {
			o.Action, o.Suggestion = f.Suggestion.Action, name(f.Suggestion.Class)
			if f.Suggestion.Geometry != nil {
				o.Geometry = &dataset.GeometryValue{Geometry: f.Suggestion.Geometry}
			}
		}
		out[i] = o
	}
	return out
}

// Resolve turns stored findings into findings about ds, in the same order.
// Those whose image, annotation or suggested class ds does not have any more
// are left out.
func Resolve(ds *dataset.Dataset, ix *dataset.Index, findings []Finding) []dataset.Finding {
	classes := make(map[string]int, len(ds.Classes))
	for i, name := range ds.Classes {
		classes[name] = i
	}
	class := func(name string) int {
		if c, ok := classes[name]; ok {
			return c
		}
		return dataset.None
	}
	out := make([]dataset.Finding, 0, len(findings))
	for _, f := range findings {
		o := dataset.Finding{
			Kind: f.Kind, Image: dataset.None, Annotation: dataset.None, Class: class(f.Class),
			Score: f.Score, Probability: f.Probability, Evidence: f.Evidence, Message: f.Message,
		}
		ok := true
		if f.Image != "" {
			o.Image, ok = ix.Image(f.Image)
		}
		if ok && f.Ordinal >= 0 {
			o.Annotation, ok = ix.Annotation(dataset.Key{Image: f.Image, Ordinal: f.Ordinal})
		}
		for _, path := range f.Others {
			if i, there := ix.Image(path); there {
				o.Others = append(o.Others, i)
			}
		}
		if f.Action != "" {
			o.Suggestion = &dataset.Suggestion{Action: f.Action, Class: class(f.Suggestion)}
			ok = ok && (f.Action != dataset.SetClass || o.Suggestion.Class != dataset.None)
			if f.Geometry != nil {
				o.Suggestion.Geometry = f.Geometry.Geometry
			}
		}
		if ok {
			out = append(out, o)
		}
	}
	return out
}

const findingColumns = "id, kind, image, ordinal, class, others, action, suggestion, score, probability, evidence, message, geometry"

func insertFindings(ctx context.Context, tx *sql.Tx, scan int64, findings []Finding) error {
	stmt, err := tx.PrepareContext(ctx, "INSERT INTO finding (scan, n, "+findingColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)")
	if err != nil {
		return err
	}
	defer stmt.Close()
	for n := range findings {
		f := &findings[n]
		var evidence any
		if f.Evidence != nil {
			b, err := json.Marshal(f.Evidence)
			if err != nil {
				return fmt.Errorf("the evidence of the %s finding on %q cannot be stored: %w", f.Kind, f.Image, err)
			}
			evidence = string(b)
		}
		var geometry any
		if f.Geometry != nil {
			b, err := json.Marshal(f.Geometry)
			if err != nil {
				return fmt.Errorf("the place that the %s finding on %q suggests cannot be stored: %w", f.Kind, f.Image, err)
			}
			geometry = string(b)
		}
		var others []byte
		for _, path := range f.Others {
			others = append(append(others, path...), 0)
		}
		if _, err := stmt.ExecContext(ctx, scan, n, f.ID, string(f.Kind), []byte(f.Image), f.Ordinal, []byte(f.Class), others,
			string(f.Action), []byte(f.Suggestion), f.Score, f.Probability, evidence, []byte(f.Message), geometry); err != nil {
			return err
		}
	}
	return nil
}

func selectFindings(ctx context.Context, tx *sql.Tx, scan int64) ([]Finding, error) {
	rows, err := tx.QueryContext(ctx, "SELECT "+findingColumns+" FROM finding WHERE scan = $1 ORDER BY n", scan)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []Finding
	for rows.Next() {
		var f Finding
		var others, evidence, geometry []byte
		if err := rows.Scan(&f.ID, &f.Kind, &f.Image, &f.Ordinal, &f.Class, &others, &f.Action, &f.Suggestion,
			&f.Score, &f.Probability, &evidence, &f.Message, &geometry); err != nil {
			return nil, err
		}
		if len(others) > 0 {
			f.Others = strings.Split(strings.TrimSuffix(string(others), "\x00"), "\x00")
		}
		if evidence != nil {
			if err := json.Unmarshal(evidence, &f.Evidence); err != nil {
				return nil, fmt.Errorf("the evidence of finding %s: %w", f.ID, err)
			}
		}
		if geometry != nil {
			f.Geometry = &dataset.GeometryValue{}
			if err := json.Unmarshal(geometry, f.Geometry); err != nil {
				return nil, fmt.Errorf("the place that finding %s suggests: %w", f.ID, err)
			}
		}
		out = append(out, f)
	}
	return out, rows.Err()
}

// encode writes the number of labels and then the three columns, little-endian.
func (l *Labels) encode() ([]byte, error) {
	n := len(l.Score)
	if len(l.Probability) != n || len(l.Suggestion) != n {
		return nil, fmt.Errorf("there are %d scores of labels, %d probabilities and %d suggestions; there must be as many of each", n, len(l.Probability), len(l.Suggestion))
	}
	b := binary.LittleEndian.AppendUint64(make([]byte, 0, 8+20*n), uint64(n))
	for _, column := range [][]float64{l.Score, l.Probability} {
		for _, v := range column {
			b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
		}
	}
	for _, v := range l.Suggestion {
		b = binary.LittleEndian.AppendUint32(b, uint32(v))
	}
	return b, nil
}

func decodeLabels(b []byte) (*Labels, error) {
	if len(b) < 8 || (len(b)-8)%20 != 0 || binary.LittleEndian.Uint64(b) != uint64(len(b)-8)/20 {
		return nil, errors.New("they are not as long as they say")
	}
	n := (len(b) - 8) / 20
	b = b[8:]
	l := &Labels{Score: make([]float64, n), Probability: make([]float64, n), Suggestion: make([]int32, n)}
	for i := range n {
		l.Score[i] = math.Float64frombits(binary.LittleEndian.Uint64(b[8*i:]))
		l.Probability[i] = math.Float64frombits(binary.LittleEndian.Uint64(b[8*(n+i):]))
		l.Suggestion[i] = int32(binary.LittleEndian.Uint32(b[16*n+4*i:]))
	}
	return l, nil
}
