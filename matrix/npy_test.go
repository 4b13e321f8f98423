package matrix

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// npy builds a file of the given version from a header and values.
func npy(version byte, header string, values []byte) []byte {
	var b bytes.Buffer
	b.WriteString(npyMagic)
	b.Write([]byte{version, 0})
	if version == 1 {
		_ = binary.Write(&b, binary.LittleEndian, uint16(len(header)))
	} else {
		_ = binary.Write(&b, binary.LittleEndian, uint32(len(header)))
	}
	b.WriteString(header)
	b.Write(values)
	return b.Bytes()
}

func save(t testing.TB, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.npy")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func open(t *testing.T, data []byte) *Array {
	t.Helper()
	a, err := OpenNPY(save(t, data))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	return a
}

func TestNPYRoundTrip(t *testing.T) {
	for _, c := range []struct {
		data  any
		dtype string
		want  []float64
	}{
		{[]float32{1.5, -2, 3e9}, "<f4", []float64{1.5, -2, 3e9}},
		{[]float64{1.5, -2, 1e-300}, "<f8", []float64{1.5, -2, 1e-300}},
		{[]int8{-128, 0, 127}, "|i1", []float64{-128, 0, 127}},
		{[]int16{-32768, 0, 5}, "<i2", []float64{-32768, 0, 5}},
		{[]int32{-1 << 31, 0, 5}, "<i4", []float64{-1 << 31, 0, 5}},
		{[]int64{-1 << 50, 0, 5}, "<i8", []float64{-1 << 50, 0, 5}},
		{[]uint8{255, 0, 5}, "|u1", []float64{255, 0, 5}},
		{[]uint16{65535, 0, 5}, "<u2", []float64{65535, 0, 5}},
		{[]uint32{1<<32 - 1, 0, 5}, "<u4", []float64{1<<32 - 1, 0, 5}},
		{[]uint64{1 << 52, 0, 5}, "<u8", []float64{1 << 52, 0, 5}},
		{[]bool{true, false, true}, "|b1", []float64{1, 0, 1}},
	} {
		var b bytes.Buffer
		if err := WriteNPY(&b, []int{3}, c.data); err != nil {
			t.Fatal(err)
		}
		a := open(t, b.Bytes())
		values, err := a.Float64s()
		if err != nil || a.DType != c.dtype || !reflect.DeepEqual(a.Shape, []int{3}) || !reflect.DeepEqual(values, c.want) {
			t.Errorf("%T: read %s %v %v, %v", c.data, a.DType, a.Shape, values, err)
		}
		m, err := a.Float32()
		if err != nil || m.Rows != 3 || m.Cols != 1 || m.Data[0] != float32(c.want[0]) {
			t.Errorf("%T: matrix %v, %v", c.data, m, err)
		}
		ints, err := a.Ints()
		if whole := float64(int(c.want[0])) == c.want[0]; whole != (err == nil) || whole && ints[0] != int(c.want[0]) {
			t.Errorf("%T: integers %v, %v", c.data, ints, err)
		}
	}
}

// TestNPYHeaders has headers as different writers make them.
func TestNPYHeaders(t *testing.T) {
	values := make([]byte, 24)
	for i := range 6 {
		binary.LittleEndian.PutUint32(values[4*i:], math.Float32bits(float32(i)))
	}
	for _, c := range []struct {
		version byte
		header  string
		shape   []int
	}{
		{1, "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }  \n", []int{2, 3}},
		{2, "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }\n", []int{2, 3}},
		{3, "{'shape':(6,),'fortran_order':False,'descr':'<f4'}", []int{6}},
		{1, `{"descr": "<f4", "fortran_order": False, "shape": (2L, 3L)}`, []int{2, 3}},
		{1, "{'descr': '<f4', 'fortran_order': True, 'shape': (6,), }", []int{6}},
		{1, "{'descr': '<f4', 'fortran_order': False, 'shape': (), }", []int{}},
		{1, "{'descr': '<f4', 'fortran_order': False, 'shape': (0, 5), }", []int{0, 5}},
	} {
		a := open(t, npy(c.version, c.header, values))
		if !reflect.DeepEqual(a.Shape, c.shape) {
			t.Errorf("%s: shape %v", c.header, a.Shape)
		}
		if got, err := a.Float64s(); err != nil || len(got) != a.Len() || len(got) > 1 && got[1] != 1 {
			t.Errorf("%s: values %v, %v", c.header, got, err)
		}
		m, err := a.Float32()
		if (err == nil) != (len(c.shape) == 1 || len(c.shape) == 2) {
			t.Errorf("%s: matrix %v, %v", c.header, m, err)
		}
	}
}

// TestNPYRefuses checks that bad files end in a sentence that says what to do.
func TestNPYRefuses(t *testing.T) {
	good := "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }"
	header := func(descr, order, shape string) []byte {
		return npy(1, "{'descr': "+descr+", 'fortran_order': "+order+", 'shape': "+shape+", }", make([]byte, 24))
	}
	long := npy(2, good, make([]byte, 24))
	binary.LittleEndian.PutUint32(long[8:], math.MaxUint32)
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"empty":            {nil, "not a .npy file"},
		"text":             {[]byte("image,label\n"), "not a .npy file"},
		"magic alone":      {[]byte(npyMagic), "not a .npy file"},
		"no length":        {[]byte(npyMagic + "\x02\x00ab"), "cut off"},
		"version 4":        {npy(4, good, make([]byte, 24)), "version 4"},
		"short header":     {npy(1, good, nil)[:30], "promises 59 bytes and 20 follow"},
		"huge header":      {long, "promises 4294967295 bytes"},
		"short values":     {npy(1, good, make([]byte, 23)), "needs 24 bytes and 23 follow"},
		"huge shape":       {header("'<f4'", "False", "(4611686018427387904, 4)"), "larger than any memory"},
		"huge empty shape": {header("'<f4'", "False", "(0, 9223372036854775807)"), "larger than any memory"},
		"beyond 64 bits":   {header("'<f4'", "False", "(99999999999999999999,)"), "expected a length"},
		"negative":         {header("'<f4'", "False", "(-1,)"), "expected a length"},
		"big-endian":       {header("'>f4'", "False", "(2, 3)"), "astype"},
		"objects":          {header("'|O'", "False", "(2,)"), "astype"},
		"text array":       {header("'<U5'", "False", "(2,)"), "astype"},
		"records":          {header("[('a', '<f4')]", "False", "(2,)"), "quoted name"},
		"not a boolean":    {header("'<f4'", "0", "(2,)"), "True or False"},
		"no dictionary":    {npy(1, "shape", nil), `expected "{"`},
		"open dictionary":  {npy(1, "{'descr': '<f4'", nil), `expected "}"`},
		"missing key":      {npy(1, "{'descr': '<f4', 'shape': (2,)}", nil), `lacks "fortran_order"`},
		"unknown key":      {npy(1, "{'colour': 'red'}", nil), `unknown key "colour"`},
		"open quote":       {npy(1, "{'descr", nil), "quoted name"},
		"a name too long":  {npy(1, "{'"+strings.Repeat("x", 99)+"'", nil), "quoted name"},
		"open tuple":       {npy(1, "{'shape': (1, 2", nil), `expected ")"`},
		"no colon":         {npy(1, "{'shape' (1, 2)}", nil), `expected ":"`},
		"no tuple":         {npy(1, "{'shape': 7}", nil), `expected "("`},
		"too many axes":    {npy(1, "{'shape': ("+strings.Repeat("1,", 40)+")}", nil), "more than 32 dimensions"},
	} {
		path := save(t, c.data)
		_, err := OpenNPY(path)
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), path+": ") {
			t.Errorf("%s: error %v, want one with %q", name, err, c.want)
		}
	}
	if _, err := OpenNPY(filepath.Join(t.TempDir(), "absent.npy")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("absent file: %v", err)
	}
	if _, err := OpenNPY(t.TempDir()); err == nil || !strings.Contains(err.Error(), "not a regular file") {
		t.Errorf("folder: %v", err)
	}
}

// TestNPYFortranOrder has values of which the first index runs fastest.
func TestNPYFortranOrder(t *testing.T) {
	for shape, want := range map[string][]float64{
		"(2, 3)":       {0, 2, 4, 1, 3, 5},
		"(3, 2)":       {0, 3, 1, 4, 2, 5},
		"(6,)":         {0, 1, 2, 3, 4, 5},
		"(1, 6)":       {0, 1, 2, 3, 4, 5},
		"(1, 2, 3, 1)": {0, 2, 4, 1, 3, 5},
		"(0, 3)":       {},
	} {
		a := open(t, npy(1, "{'descr': '|u1', 'fortran_order': True, 'shape': "+shape+"}", []byte{0, 1, 2, 3, 4, 5}))
		if got, err := a.Float64s(); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("shape %s: %v, %v, want %v", shape, got, err, want)
		}
	}
}

func TestNPYConversions(t *testing.T) {
	halves := []byte{0, 0x3c, 0, 0xc0, 1, 0, 0, 0x7c, 0, 0x80, 0xff, 0x7b} // 1 -2 2⁻²⁴ +Inf -0 65504
	got, err := open(t, npy(1, "{'descr': '<f2', 'fortran_order': False, 'shape': (6,)}", halves)).Float64s()
	want := []float64{1, -2, math.Ldexp(1, -24), math.Inf(1), 0, 65504}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("halves are %v, %v", got, err)
	}
	nan := open(t, npy(1, "{'descr': '<f2', 'fortran_order': False, 'shape': (1,)}", []byte{1, 0xfc}))
	if got, _ := nan.Float64s(); got[0] == got[0] {
		t.Errorf("half NaN is %v", got[0])
	}
	for _, c := range []struct {
		value float64
		want  string
	}{{2.5, "2.5 at index 0 is not a whole number"}, {math.NaN(), "NaN"}, {math.Inf(1), "Inf"}, {1e30, "not a whole number"}} {
		var b bytes.Buffer
		if err := WriteNPY(&b, []int{1}, []float64{c.value}); err != nil {
			t.Fatal(err)
		}
		if _, err := open(t, b.Bytes()).Ints(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v as integer: %v", c.value, err)
		}
	}
	var b bytes.Buffer
	if err := WriteNPY(&b, []int{1}, []uint64{1 << 63}); err != nil {
		t.Fatal(err)
	}
	if _, err := open(t, b.Bytes()).Ints(); err == nil || !strings.Contains(err.Error(), "9223372036854775808") {
		t.Errorf("2⁶³ as integer: %v", err)
	}
}

// TestNPYMapping checks that values may lie anywhere and that writing to a
// matrix does not reach the file.
func TestNPYMapping(t *testing.T) {
	values := []byte{0, 0, 128, 63, 0, 0, 0, 64} // 1 2
	for pad := range 4 {
		header := "{'descr': '<f4', 'fortran_order': False, 'shape': (2,)}" + strings.Repeat(" ", pad)
		path := save(t, npy(1, header, values))
		for range 2 {
			a, err := OpenNPY(path)
			if err != nil {
				t.Fatal(err)
			}
			m, err := a.Float32()
			if err != nil || m.Data[0] != 1 || m.Data[1] != 2 {
				t.Fatalf("padding %d: %v, %v", pad, m, err)
			}
			m.Data[0] = 9
			if err := a.Close(); err != nil {
				t.Fatal(err)
			}
			if err := a.Close(); err != nil {
				t.Fatalf("closing twice: %v", err)
			}
		}
	}
}

func TestWriteNPYRefuses(t *testing.T) {
	if err := WriteNPY(&bytes.Buffer{}, []int{2, 2}, []float32{1}); err == nil {
		t.Error("one value filled four places")
	}
	if err := WriteNPY(&bytes.Buffer{}, []int{1}, "text"); err == nil {
		t.Error("text was written")
	}
	if err := WriteNPY(broken{}, []int{1}, []float32{1}); err == nil {
		t.Error("a broken writer gave no error")
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("broken") }

func TestWriter(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "rows.npy")
	want := random(1000, 7, 1)
	w, err := CreateNPY(path, 7)
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range [][2]int{{0, 0}, {0, 1}, {1, 600}, {600, 1000}} {
		if err := w.Append(want.Slice(part[0], part[1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Append(New(1, 6)); err == nil {
		t.Error("rows of six columns were added to rows of seven")
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("the file has its name before it is complete")
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	w.Abort()
	if err := w.Close(); err != nil {
		t.Errorf("closing twice: %v", err)
	}
	a, err := OpenNPY(path)
	if err != nil {
		t.Fatal(err)
	}
	got, err := a.Float32()
	if err != nil || got.Rows != 1000 || !reflect.DeepEqual(got.Data, want.Data) {
		t.Errorf("read %d×%d, %v", got.Rows, got.Cols, err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}

	w, err = CreateNPY(path, 3)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Append(random(5, 3, 1)); err != nil {
		t.Fatal(err)
	}
	w.Abort()
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Errorf("an aborted file left %v, %v", entries, err)
	}
	if b, err := os.ReadFile(path); err != nil || len(b) != 128+4*7000 {
		t.Errorf("an aborted file replaced the old one: %d bytes, %v", len(b), err)
	}
	if _, err := CreateNPY(filepath.Join(dir, "absent", "a.npy"), 3); err == nil {
		t.Error("a file was created in a folder that is absent")
	}
}

// FuzzNPY looks for files that crash the reader or claim more than they hold.
func FuzzNPY(f *testing.F) {
	for _, dtype := range []string{"<f4", "<f8", "|b1", "<f2", "<u8"} {
		for version := byte(1); version <= 3; version++ {
			f.Add(npy(version, "{'descr': '"+dtype+"', 'fortran_order': False, 'shape': (2, 2), }\n", make([]byte, 32)))
		}
	}
	f.Add(npy(1, "{'descr': '<i2', 'fortran_order': True, 'shape': (2, 3), }\n", make([]byte, 12)))
	f.Fuzz(func(t *testing.T, data []byte) {
		a, err := parseNPY("fuzz.npy", data)
		if err != nil {
			if !strings.HasPrefix(err.Error(), "fuzz.npy: ") {
				t.Fatalf("error without place: %v", err)
			}
			return
		}
		values, err := a.Float64s()
		if err != nil || len(values) != a.Len() || len(values) > len(data) {
			t.Fatalf("%d values of shape %v from %d bytes, %v", len(values), a.Shape, len(data), err)
		}
		if ints, err := a.Ints(); err == nil && len(ints) != len(values) {
			t.Fatalf("%d integers of %d values", len(ints), len(values))
		}
		if m, err := a.Float32(); err == nil && len(m.Data) != len(values) {
			t.Fatalf("%d×%d matrix of %d values", m.Rows, m.Cols, len(values))
		}
	})
}
