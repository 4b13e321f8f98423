package csvtext

import (
	"bytes"
	"io"
)

// maxQuoted bounds the bytes of a quoted cell: a quote that is not closed
// within them is taken for an ordinary character.
const maxQuoted = 16 << 20

// A Record is one row of a table and the bytes that spell it.
type Record struct {
	// Offset is where the record starts in the file.
	Offset int64
	// Line is the number of its first line, from 1.
	Line int
	// Bytes are the whole record with its line end. They and the cells are
	// valid until the next call of Scan.
	Bytes []byte
	Cells []Cell
	// Stray tells that a quote opened a cell and was not properly closed.
	Stray bool
}

// A Cell is one value of a record.
type Cell struct {
	// Value is what the cell says: without quotes, or without the blanks around
	// it when it is not quoted.
	Value []byte
	// Start and End bound its spelling in the bytes of the record, quotes
	// included and blanks around it not.
	Start, End int
	Quoted     bool
}

// Blank reports whether all cells are empty.
func (r *Record) Blank() bool {
	for _, c := range r.Cells {
		if len(c.Value) > 0 {
			return false
		}
	}
	return true
}

// A Scanner splits a table into records. Every sequence of bytes is a table:
// the records, after a byte order mark if there is one, are all of the input.
type Scanner struct {
	src   io.Reader
	delim byte

	buf        []byte
	start, end int // the unread part of buf
	eof        bool
	err        error

	offset int64 // of buf[start] in the file
	line   int   // of the next record
	rec    Record

	// Set by parse, for the record it found.
	breaks  int
	scratch []byte
}

// NewScanner reads a table from src whose cells are separated by delim.
func NewScanner(src io.Reader, delim byte) *Scanner {
	return &Scanner{src: src, delim: delim, line: 1, buf: make([]byte, 64<<10)}
}

// Record returns the record that the last call of Scan found.
func (s *Scanner) Record() *Record { return &s.rec }

// End returns where that record ends in the input.
func (s *Scanner) End() int64 { return s.offset }

// Err returns the error that ended the records, if it was not the end of the
// input.
func (s *Scanner) Err() error { return s.err }

var byteOrderMark = []byte("\xef\xbb\xbf")

// Scan finds the next record. It returns false at the end or after an error.
func (s *Scanner) Scan() bool {
	if s.offset == 0 && s.line == 1 {
		for s.end < len(byteOrderMark) && s.fill() {
		}
		if bytes.HasPrefix(s.buf[:s.end], byteOrderMark) {
			s.start = len(byteOrderMark)
			s.offset = int64(s.start)
		}
	}
	for {
		if s.err != nil {
			return false
		}
		if rest := s.buf[s.start:s.end]; len(rest) > 0 {
			if n := s.parse(rest); n > 0 {
				s.rec.Offset, s.rec.Line, s.rec.Bytes = s.offset, s.line, rest[:n]
				s.start += n
				s.offset += int64(n)
				s.line += s.breaks
				return true
			}
		}
		if !s.fill() {
			return false
		}
	}
}

// fill reads more bytes behind the unread ones; false means that there are none.
func (s *Scanner) fill() bool {
	if s.eof || s.err != nil {
		return false
	}
	if s.start > 0 {
		s.end = copy(s.buf, s.buf[s.start:s.end])
		s.start = 0
	}
	if s.end == len(s.buf) {
		s.buf = append(s.buf, make([]byte, len(s.buf))...)
	}
	n, err := s.src.Read(s.buf[s.end:])
	s.end += n
	switch {
	case err == io.EOF:
		s.eof = true
	case err != nil:
		s.err = err
		return false
	}
	return true
}

// parse finds the cells of the record that b starts with and returns its
// length, 0 when b does not hold all of it.
func (s *Scanner) parse(b []byte) int {
	s.rec.Cells, s.rec.Stray = s.rec.Cells[:0], false
	s.scratch, s.breaks = s.scratch[:0], 0
	for i := 0; ; i++ {
		end, ok := s.cell(b, i)
		if !ok {
			return 0
		}
		if end == len(b) {
			return end
		}
		i = end
		switch b[i] {
		case '\n':
			s.breaks++
			return i + 1
		case '\r':
			s.breaks++
			switch {
			case i+1 < len(b) && b[i+1] == '\n':
				return i + 2
			case i+1 == len(b) && !s.eof:
				return 0
			}
			return i + 1
		}
	}
}

// cell reads the cell that starts at b[i] and returns where it ends: at a
// delimiter, a line end, or the end of the file. It is false when b ends first.
func (s *Scanner) cell(b []byte, i int) (end int, ok bool) {
	from := s.skipBlanks(b, i)
	if from < len(b) && b[from] == '"' {
		end, closed, ok := s.quoted(b, from)
		if closed || !ok {
			return end, ok
		}
		s.rec.Stray = true
	}
	end = i
	for end < len(b) && b[end] != s.delim && b[end] != '\n' && b[end] != '\r' {
		end++
	}
	if end == len(b) && !s.eof {
		return 0, false
	}
	from = min(from, end)
	to := end
	for to > from && s.isBlank(b[to-1]) {
		to--
	}
	s.rec.Cells = append(s.rec.Cells, Cell{Value: b[from:to], Start: from, End: to})
	return end, true
}

// quoted reads the quoted cell whose quote is b[open]. It is not closed when
// the quote turns out to be an ordinary character, not ok when b ends first.
func (s *Scanner) quoted(b []byte, open int) (end int, closed, ok bool) {
	window := b[:min(len(b), open+maxQuoted)]
	escaped := false
	for k := open + 1; ; {
		q := bytes.IndexByte(window[min(k, len(window)):], '"')
		if q < 0 {
			return 0, false, s.eof || len(window) < len(b)
		}
		k += q
		if k+1 == len(b) && !s.eof {
			return 0, false, false
		}
		if k+1 < len(b) && b[k+1] == '"' {
			escaped = true
			k += 2
			continue
		}
		end = s.skipBlanks(b, k+1)
		if end == len(b) && !s.eof {
			return 0, false, false
		}
		if end < len(b) && b[end] != s.delim && b[end] != '\n' && b[end] != '\r' {
			return 0, false, true
		}
		value := b[open+1 : k]
		s.breaks += lineBreaks(value)
		if escaped {
			value = s.unescape(value)
		}
		s.rec.Cells = append(s.rec.Cells, Cell{Value: value, Start: open, End: k + 1, Quoted: true})
		return end, true, true
	}
}

// unescape turns doubled quotes into single ones, in memory of the scanner.
func (s *Scanner) unescape(value []byte) []byte {
	from := len(s.scratch)
	for i := 0; i < len(value); i++ {
		s.scratch = append(s.scratch, value[i])
		if value[i] == '"' {
			i++
		}
	}
	return s.scratch[from:len(s.scratch):len(s.scratch)]
}

func (s *Scanner) isBlank(b byte) bool {
	return (b == ' ' || b == '\t') && b != s.delim
}

func (s *Scanner) skipBlanks(b []byte, i int) int {
	for i < len(b) && s.isBlank(b[i]) {
		i++
	}
	return i
}

// lineBreaks counts line ends: LF, CRLF, and CR alone.
func lineBreaks(b []byte) int {
	n := bytes.Count(b, []byte{'\n'})
	for i, c := range b {
		if c == '\r' && (i+1 == len(b) || b[i+1] != '\n') {
			n++
		}
	}
	return n
}
