package csvtext

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"
)

// records reads all of a table, each record as its cells.
func records(t testing.TB, src io.Reader, delim byte) (rows [][]string, lines []int) {
	t.Helper()
	s := NewScanner(src, delim)
	for s.Scan() {
		var row []string
		for _, c := range s.rec.Cells {
			row = append(row, string(c.Value))
		}
		rows = append(rows, row)
		lines = append(lines, s.rec.Line)
	}
	if s.err != nil {
		t.Fatal(s.err)
	}
	return rows, lines
}

func TestScanner(t *testing.T) {
	for _, c := range []struct {
		name, in string
		delim    byte
		rows     [][]string
		lines    []int
	}{
		{"plain", "a,b\nc,d\n", ',', [][]string{{"a", "b"}, {"c", "d"}}, []int{1, 2}},
		{"no line end", "a,b\nc,d", ',', [][]string{{"a", "b"}, {"c", "d"}}, []int{1, 2}},
		{"crlf", "a,b\r\nc,d\r\n", ',', [][]string{{"a", "b"}, {"c", "d"}}, []int{1, 2}},
		{"cr", "a,b\rc,d\r", ',', [][]string{{"a", "b"}, {"c", "d"}}, []int{1, 2}},
		{"byte order mark", "\xef\xbb\xbfa,b\n", ',', [][]string{{"a", "b"}}, []int{1}},
		{"quotes", `"a,1","b ""x"""` + "\n", ',', [][]string{{"a,1", `b "x"`}}, []int{1}},
		{"line breaks in quotes", "\"a\n1\r\n2\",b\nc,d", ',', [][]string{{"a\n1\r\n2", "b"}, {"c", "d"}}, []int{1, 4}},
		{"blanks", " a ,\tb\t, \" c \" \n", ',', [][]string{{"a", "b", " c "}}, []int{1}},
		{"tab as delimiter", "a \t\tb\n", '\t', [][]string{{"a", "", "b"}}, []int{1}},
		{"blank lines", "\na\n\n", ',', [][]string{{""}, {"a"}, {""}}, []int{1, 2, 3}},
		{"empty cells", ",,\n", ',', [][]string{{"", "", ""}}, []int{1}},
		{"ends with delimiter", "a,", ',', [][]string{{"a", ""}}, []int{1}},
		{"quote inside", "a\"b\",c\n", ',', [][]string{{`a"b"`, "c"}}, []int{1}},
		{"quote closed too early", "\"a\"b,c\nd,e\n", ',', [][]string{{`"a"b`, "c"}, {"d", "e"}}, []int{1, 2}},
		{"quote never closed", "\"a,b\nc,d\n", ',', [][]string{{`"a`, "b"}, {"c", "d"}}, []int{1, 2}},
		{"quoted nothing", `"",""`, ',', [][]string{{"", ""}}, []int{1}},
		{"nothing", "", ',', nil, nil},
		{"mark only", "\xef\xbb\xbf", ',', nil, nil},
		{"part of a mark", "\xef\xbb", ',', [][]string{{"\xef\xbb"}}, []int{1}},
		{"comments are rows", "# a\nb\n", ',', [][]string{{"# a"}, {"b"}}, []int{1, 2}},
	} {
		t.Run(c.name, func(t *testing.T) {
			for how, src := range map[string]io.Reader{
				"at once":     strings.NewReader(c.in),
				"by the byte": iotest.OneByteReader(strings.NewReader(c.in)),
			} {
				rows, lines := records(t, src, c.delim)
				if !reflect.DeepEqual(rows, c.rows) || !reflect.DeepEqual(lines, c.lines) {
					t.Errorf("%s: got %q at lines %v, want %q at %v", how, rows, lines, c.rows, c.lines)
				}
			}
		})
	}
}

func TestScannerReportsReadErrors(t *testing.T) {
	broken := errors.New("the disk is gone")
	s := NewScanner(io.MultiReader(strings.NewReader("a,b\nc,"), iotest.ErrReader(broken)), ',')
	n := 0
	for s.Scan() {
		n++
	}
	if n != 1 || !errors.Is(s.err, broken) {
		t.Errorf("read %d records, then %v", n, s.err)
	}
}

// A quote that is never closed must not make the reader hold the whole file or
// lose the rows behind it.
func TestScannerBoundsQuotedCells(t *testing.T) {
	const rows = 1 << 20
	in := "\"open,1\n" + strings.Repeat("0123456789abcde,2\n", rows)
	s := NewScanner(strings.NewReader(in), ',')
	n := 0
	for s.Scan() {
		n++
	}
	if n != rows+1 {
		t.Errorf("read %d records, want %d", n, rows+1)
	}
	if len(s.buf) > 4*maxQuoted {
		t.Errorf("the buffer grew to %d bytes", len(s.buf))
	}
}

// checkScan asserts what must hold for every input.
func checkScan(t testing.TB, in []byte, delim byte) {
	s := NewScanner(bytes.NewReader(in), delim)
	slow := NewScanner(iotest.OneByteReader(bytes.NewReader(in)), delim)
	at := int64(0)
	if bytes.HasPrefix(in, byteOrderMark) {
		at = 3
	}
	for s.Scan() {
		r := &s.rec
		if r.Offset != at || !bytes.Equal(r.Bytes, in[at:at+int64(len(r.Bytes))]) {
			t.Fatalf("record at %d, want %d: %q", r.Offset, at, r.Bytes)
		}
		at += int64(len(r.Bytes))
		end := 0
		for _, c := range r.Cells {
			if c.Start < end || c.End < c.Start || c.End > len(r.Bytes) {
				t.Fatalf("cells overlap in %q: %d %d after %d", r.Bytes, c.Start, c.End, end)
			}
			end = c.End
		}
		if want := 1 + lineBreaks(in[:r.Offset]); r.Line != want {
			t.Fatalf("record at %d says line %d, want %d", r.Offset, r.Line, want)
		}
		if !slow.Scan() || !reflect.DeepEqual(slow.rec.Cells, r.Cells) || slow.rec.Line != r.Line {
			t.Fatalf("read by the byte, record %q differs: %q", r.Bytes, slow.rec.Bytes)
		}
	}
	if at != int64(len(in)) || slow.Scan() {
		t.Fatalf("the records end at %d of %d bytes", at, len(in))
	}
}

// checkStandard compares with the reader of the standard library where that
// accepts the input and both have the same rules.
func checkStandard(t testing.TB, in []byte, delim byte) {
	if bytes.ContainsAny(in, "\r \t") || bytes.HasPrefix(in, byteOrderMark) {
		return
	}
	r := csv.NewReader(bytes.NewReader(in))
	r.Comma, r.FieldsPerRecord = rune(delim), -1
	want, err := r.ReadAll()
	if err != nil {
		return
	}
	var got [][]string
	s := NewScanner(bytes.NewReader(in), delim)
	for s.Scan() {
		if string(s.rec.Bytes) == "\n" {
			continue
		}
		var row []string
		for _, c := range s.rec.Cells {
			row = append(row, string(c.Value))
		}
		got = append(got, row)
	}
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("%q: got %q, the standard library reads %q", in, got, want)
	}
}

func FuzzScanner(f *testing.F) {
	for _, s := range []string{
		"", "a,b\nc,d\n", "\xef\xbb\xbfpath,label\r\na,\"b,\"\"c\r\n\"\r\n", "\"a\nb,c\n\"d\",e\r", " \"a\" ,\t b \n\n,,\n",
	} {
		f.Add([]byte(s), byte(0))
	}
	f.Fuzz(func(t *testing.T, in []byte, d byte) {
		if len(in) > 4<<10 {
			return // reading by the byte takes time with the square
		}
		delim := []byte{',', '\t', ';', '|', ' '}[int(d)%5]
		checkScan(t, in, delim)
		checkStandard(t, in, delim)
	})
}

func BenchmarkScanner(b *testing.B) {
	in := []byte(strings.Repeat("images/000123.jpg,frog,frog,\"frog, green\",deer\n", 20000))
	b.SetBytes(int64(len(in)))
	for b.Loop() {
		s := NewScanner(bytes.NewReader(in), ',')
		for s.Scan() {
		}
	}
}
