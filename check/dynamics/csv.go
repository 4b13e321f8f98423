package dynamics

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/errata-cv/errata/matrix"
)

// The names that columns may have, in any case.
var (
	epochNames  = []string{"epoch", "iteration", "iter", "step"}
	sampleNames = []string{"sample", "index", "idx", "id", "image", "path", "file", "filename"}
	lossNames   = []string{"loss"}
)

// ReadCSV takes the epochs of a table, separated by commas, semicolons or tabs,
// in one of these forms:
//
//	epoch,sample,loss         one record for each sample and epoch
//	epoch,sample,cat,dog,…    the same with predictions, in the order of classes
//	sample,0,1,2,…            one record for each sample, one loss for each epoch
//	.7,.6,.4                  the same without a header: samples in their order
//
// Epochs must not go down from one record to the next. A sample is named by
// what find knows, or by its index from 0 where find is nil. Columns may stand
// in any order, and where one is called loss all but those named above are
// passed over. Their names may also be iteration, iter or step and index, idx,
// id, image, path, file or filename. A sample that an epoch does not name, an
// empty cell and NaN were not seen. An error leaves the epochs before it taken.
func (t *Training) ReadCSV(r io.Reader, find func(name string) (sample int, ok bool)) error {
	if find == nil {
		find = func(name string) (int, bool) {
			i, err := strconv.Atoi(name)
			return i, err == nil
		}
	}
	in := bufio.NewReaderSize(r, 1<<16)
	if b, _ := in.Peek(3); string(b) == "\uFEFF" {
		_, _ = in.Discard(3) // peeked already
	}
	c := &table{t: t, find: find, csv: csv.NewReader(in)}
	c.csv.Comma, c.csv.ReuseRecord, c.csv.TrimLeadingSpace = separator(in), true, true
	head, err := c.csv.Read()
	if errors.Is(err, io.EOF) {
		return fmt.Errorf("the table is empty")
	} else if err != nil {
		return err
	}
	if allNumbers(head) {
		c.sample = -1
		return c.wide(slices.Clone(head))
	}
	if err := c.columns(head); err != nil {
		return err
	}
	if c.epoch < 0 {
		return c.wide(nil)
	}
	return c.long()
}

// separator is the first of comma, semicolon and tab in the first line.
func separator(in *bufio.Reader) rune {
	line, _ := in.Peek(in.Size()) // what is there, at the end too
	line, _, _ = bytes.Cut(line, []byte("\n"))
	if i := bytes.IndexAny(line, ",;\t"); i >= 0 {
		return rune(line[i])
	}
	return ','
}

func allNumbers(record []string) bool {
	for _, s := range record {
		if _, err := number(s); err != nil {
			return false
		}
	}
	return true
}

// number reads a cell; an empty one is NaN.
func number(s string) (float64, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return math.NaN(), nil
	}
	return strconv.ParseFloat(s, 64)
}

// table reads records.
type table struct {
	t             *Training
	find          func(string) (int, bool)
	csv           *csv.Reader
	epoch, sample int   // columns; -1 where there is none
	values        []int // columns of values
	losses        bool
	samples       int // records without a name so far
}

// columns finds out what the columns are.
func (c *table) columns(head []string) error {
	c.epoch, c.sample = -1, -1
	loss := -1
	for i, name := range head {
		name = strings.ToLower(strings.TrimSpace(name))
		switch {
		case c.epoch < 0 && slices.Contains(epochNames, name):
			c.epoch = i
		case c.sample < 0 && slices.Contains(sampleNames, name):
			c.sample = i
		case loss < 0 && slices.Contains(lossNames, name):
			loss = i
			c.values = append(c.values, i)
		default:
			c.values = append(c.values, i)
		}
	}
	c.losses = c.epoch < 0 || loss >= 0
	switch {
	case c.sample < 0:
		return fmt.Errorf("the header %q names no samples; one column must be called sample", head)
	case len(c.values) == 0:
		return fmt.Errorf("the header %q has no values; add a column called loss, or one for each class", head)
	}
	if loss >= 0 {
		c.values = []int{loss}
	}
	return nil
}

// at says where the reader stands.
func (c *table) at(column int) string {
	line, _ := c.csv.FieldPos(max(0, column))
	return fmt.Sprintf("line %d", line)
}

// who returns the sample of a record.
func (c *table) who(record []string) (int, error) {
	if c.sample < 0 {
		c.samples++
		if c.samples > len(c.t.labels) {
			return 0, fmt.Errorf("%s: there are more records than the %d labels", c.at(0), len(c.t.labels))
		}
		return c.samples - 1, nil
	}
	name := strings.TrimSpace(record[c.sample])
	i, ok := c.find(name)
	if !ok {
		return 0, fmt.Errorf("%s: there is no sample %q", c.at(c.sample), name)
	}
	if i < 0 || i >= len(c.t.labels) {
		return 0, fmt.Errorf("%s: sample %q is number %d, but there are samples 0 to %d", c.at(c.sample), name, i, len(c.t.labels)-1)
	}
	return i, nil
}

// wide reads one record for each sample. first is a record that was read
// already, or nil.
func (c *table) wide(first []string) error {
	if c.sample < 0 {
		for i := range first {
			c.values = append(c.values, i)
		}
	}
	series := make([][]float64, len(c.t.labels))
	record, err := first, error(nil)
	if record == nil {
		record, err = c.csv.Read()
	}
	for ; err == nil; record, err = c.csv.Read() {
		i, err := c.who(record)
		if err != nil {
			return err
		}
		if series[i] != nil {
			return fmt.Errorf("%s: sample %d is there twice", c.at(0), i)
		}
		series[i] = make([]float64, len(c.values))
		for e, col := range c.values {
			if series[i][e], err = number(record[col]); err != nil {
				return fmt.Errorf("%s: %q is no loss", c.at(col), record[col])
			}
		}
	}
	if !errors.Is(err, io.EOF) {
		return err
	}
	losses := make([]float64, len(series))
	for e := range c.values {
		for i, list := range series {
			losses[i] = math.NaN()
			if list != nil {
				losses[i] = list[e]
			}
		}
		if err := c.t.AddLosses(losses); err != nil {
			return err
		}
	}
	return nil
}

// long reads one record for each sample and epoch.
func (c *table) long() error {
	k := len(c.values)
	if c.losses {
		k = 1
	}
	m := matrix.New(len(c.t.labels), k)
	losses := make([]float64, len(c.t.labels))
	seen := make([]bool, len(c.t.labels))
	last, any := 0, false
	for {
		record, err := c.csv.Read()
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		end := err != nil
		epoch := 0
		if !end {
			if epoch, err = strconv.Atoi(strings.TrimSpace(record[c.epoch])); err != nil {
				return fmt.Errorf("%s: %q is no number of an epoch", c.at(c.epoch), record[c.epoch])
			}
			if any && epoch < last {
				return fmt.Errorf("%s: epoch %d comes after epoch %d; sort the table by epoch", c.at(c.epoch), epoch, last)
			}
		}
		if any && (end || epoch != last) {
			if err := c.flush(m, losses, seen); err != nil {
				return err
			}
		}
		if end {
			if !any {
				return fmt.Errorf("the table has a header and no records")
			}
			return nil
		}
		last, any = epoch, true
		i, err := c.who(record)
		if err != nil {
			return err
		}
		if seen[i] {
			return fmt.Errorf("%s: sample %d is in epoch %d twice", c.at(c.sample), i, epoch)
		}
		seen[i] = true
		for j, col := range c.values {
			v, err := number(record[col])
			if err != nil {
				return fmt.Errorf("%s: %q is no number", c.at(col), record[col])
			}
			m.Row(i)[j], losses[i] = float32(v), v
		}
	}
}

// flush takes the epoch that the columns hold, and empties them.
func (c *table) flush(m *matrix.Matrix, losses []float64, seen []bool) error {
	for i, is := range seen {
		if !is {
			losses[i] = math.NaN()
			for j := range m.Row(i) {
				m.Row(i)[j] = float32(math.NaN())
			}
		}
	}
	clear(seen)
	if c.losses {
		return c.t.AddLosses(losses)
	}
	return c.t.AddPredictions(m)
}
