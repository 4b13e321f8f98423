package xmltext

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// Limits of what is read; see the package comment.
const (
	maxDepth  = 100
	maxRecord = 256 << 20
	maxNodes  = 2_000_000
)

type tokenKind uint8

const (
	textToken tokenKind = iota
	startToken
	emptyToken // <a/>
	endToken
	cdataToken
	otherToken // comment, processing instruction, document type
)

// A token is a piece of the file from offset lo up to hi.
type token struct {
	kind   tokenKind
	lo, hi int64
	line   int
}

// A scanner cuts a file into tokens. It keeps the bytes from keep on, or from
// the current token on when keep is negative.
type scanner struct {
	r    io.Reader
	buf  []byte
	base int64 // offset of buf[0]
	pos  int   // index in buf of the next token
	keep int64
	line int
	eof  bool
	cs   *charset
}

func newScanner(r io.Reader) (*scanner, error) {
	s := &scanner{r: r, keep: -1, line: 1}
	if err := s.want(4); err != nil {
		return nil, err
	}
	head := s.buf
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		s.pos = 3
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")), bytes.HasPrefix(head, []byte("<\x00")), bytes.HasPrefix(head, []byte("\x00<")):
		return nil, errors.New("the file is UTF-16 text; save it as UTF-8")
	}
	if err := s.want(1 << 10); err != nil {
		return nil, err
	}
	var err error
	s.cs, err = charsetOf(s.buf[s.pos:min(len(s.buf), s.pos+1<<10)])
	return s, err
}

// want makes n bytes available at pos, or fewer at the end of the file.
func (s *scanner) want(n int) error {
	for len(s.buf)-s.pos < n && !s.eof {
		if err := s.fill(); err != nil {
			return err
		}
	}
	return nil
}

// fill reads more bytes behind those in buf. It may move buf.
func (s *scanner) fill() error {
	from := s.pos
	if s.keep >= 0 {
		from = min(from, int(s.keep-s.base))
	}
	if len(s.buf)-from > maxRecord {
		return fmt.Errorf("line %d: a record of more than %d MiB; expected one element for each picture", s.line, maxRecord>>20)
	}
	if from > 0 && (len(s.buf) == cap(s.buf) || from > len(s.buf)/2) {
		n := copy(s.buf, s.buf[from:])
		s.buf, s.base, s.pos = s.buf[:n], s.base+int64(from), s.pos-from
	}
	if len(s.buf) == cap(s.buf) {
		grown := make([]byte, len(s.buf), max(64<<10, 2*cap(s.buf)))
		copy(grown, s.buf)
		s.buf = grown
	}
	for range 100 {
		n, err := s.r.Read(s.buf[len(s.buf):cap(s.buf)])
		s.buf = s.buf[:len(s.buf)+n]
		if errors.Is(err, io.EOF) {
			s.eof = true
			return nil
		}
		if err != nil || n > 0 {
			return err
		}
	}
	return io.ErrNoProgress
}

// find returns the index behind pos of the end of sep, looked for from the
// index from behind pos on.
func (s *scanner) find(from int, sep, what string) (int, error) {
	for {
		if s.pos+from <= len(s.buf) {
			if i := bytes.Index(s.buf[s.pos+from:], []byte(sep)); i >= 0 {
				return from + i + len(sep), nil
			}
			from = max(from, len(s.buf)-s.pos-len(sep)+1)
		}
		if s.eof {
			return 0, fmt.Errorf("line %d: %s is not closed; the file ends too early or is no XML", s.line, what)
		}
		if err := s.fill(); err != nil {
			return 0, err
		}
	}
}

// findTagEnd returns the index behind pos of the end of the tag at pos.
func (s *scanner) findTagEnd() (int, error) {
	at := 1
	for {
		i := -1
		if s.pos+at < len(s.buf) {
			i = bytes.IndexAny(s.buf[s.pos+at:], `"'>`)
		}
		if i < 0 {
			at = max(at, len(s.buf)-s.pos)
			if s.eof {
				return 0, fmt.Errorf("line %d: a tag is not closed; the file ends too early or is no XML", s.line)
			}
			if err := s.fill(); err != nil {
				return 0, err
			}
			continue
		}
		at += i + 1
		c := s.buf[s.pos+at-1]
		if c == '>' {
			return at, nil
		}
		var err error
		if at, err = s.find(at, string(rune(c)), "a quote in a tag"); err != nil {
			return 0, err
		}
	}
}

// next returns the next token, or io.EOF. Its bytes are valid up to the next
// call unless they are kept.
func (s *scanner) next() (token, error) {
	if err := s.want(9); err != nil {
		return token{}, err
	}
	rest := s.buf[s.pos:]
	if len(rest) == 0 {
		return token{}, io.EOF
	}
	t := token{line: s.line}
	var n int
	var err error
	has := func(prefix string) bool { return bytes.HasPrefix(rest, []byte(prefix)) }
	switch {
	case rest[0] != '<':
		for n = bytes.IndexByte(rest, '<'); n < 0; n = bytes.IndexByte(s.buf[s.pos:], '<') {
			if s.eof {
				n = len(s.buf) - s.pos
				break
			}
			if err := s.fill(); err != nil {
				return token{}, err
			}
		}
	case has("<!--"):
		t.kind = otherToken
		n, err = s.find(4, "-->", "a comment")
	case has("<![CDATA["):
		t.kind = cdataToken
		n, err = s.find(9, "]]>", "a CDATA section")
	case has("<?"):
		t.kind = otherToken
		n, err = s.find(2, "?>", "a processing instruction")
	case has("<!"):
		t.kind = otherToken
		n, err = s.doctype()
	default:
		n, err = s.findTagEnd()
		switch {
		case err != nil:
		case s.buf[s.pos+1] == '/':
			t.kind = endToken
		case s.buf[s.pos+n-2] == '/' && n > 2:
			t.kind = emptyToken
		default:
			t.kind = startToken
		}
	}
	if err != nil {
		return token{}, err
	}
	t.lo = s.base + int64(s.pos)
	t.hi = t.lo + int64(n)
	s.line += bytes.Count(s.buf[s.pos:s.pos+n], []byte{'\n'})
	s.pos += n
	return t, nil
}

// doctype returns the length of the document type declaration at pos, and
// refuses one that declares anything.
func (s *scanner) doctype() (int, error) {
	n, err := s.findTagEnd()
	if err != nil {
		return 0, err
	}
	if bytes.IndexByte(s.buf[s.pos:s.pos+n], '[') >= 0 {
		return 0, fmt.Errorf("line %d: the document type declares entities or elements of its own, which are not expanded; remove the part of <!DOCTYPE …> in square brackets", s.line)
	}
	return n, nil
}

// bytes returns the bytes between two offsets that are still in the buffer.
func (s *scanner) bytes(lo, hi int64) []byte { return s.buf[lo-s.base : hi-s.base] }
