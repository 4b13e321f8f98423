package jpeg

import (
	"bytes"
	"errors"
	"testing"
)

func TestCutFiles(t *testing.T) {
	for formName, f := range forms() {
		whole := newTestPicture(50, 37, 2, samplings["4:2:0"]...).write(f)
		d := NewDecoder()
		last := 1.0
		failed := true
		for n := 0; n < len(whole); n += 3 {
			p, err := d.Decode(whole[:n], 1)
			if err != nil {
				if !failed {
					t.Fatalf("%s: %d bytes fail where fewer did not: %v", formName, n, err)
				}
				if !errors.Is(err, ErrShort) {
					t.Fatalf("%s: %d bytes give %v", formName, n, err)
				}
				continue
			}
			failed = false
			if p.Ended {
				t.Fatalf("%s: %d of %d bytes have an end", formName, n, len(whole))
			}
			if !f.progressive && !f.separate {
				if p.Missing > last {
					t.Fatalf("%s: at %d bytes %g is missing, before it was %g", formName, n, p.Missing, last)
				}
				last = p.Missing
			}
			rgbOf(p)
		}
		if failed {
			t.Errorf("%s: no cut file was read", formName)
		}
	}
}

func TestCutFileKeepsItsBeginning(t *testing.T) {
	pic := newTestPicture(128, 128, 2, samplings["4:4:4"]...)
	whole := pic.write(form{adobe: -1})
	p, err := NewDecoder().Decode(whole, 1)
	if err != nil {
		t.Fatal(err)
	}
	want := rgbOf(p)
	p, err = NewDecoder().Decode(whole[:len(whole)*2/3], 1)
	if err != nil {
		t.Fatal(err)
	}
	if p.Missing < 0.2 || p.Missing > 0.5 {
		t.Errorf("a third cut off: missing %g", p.Missing)
	}
	got := rgbOf(p)
	if !bytes.Equal(got[:3*128*64], want[:3*128*64]) {
		t.Error("the upper half of a cut file differs")
	}
	for _, v := range got[3*128*127:] {
		if v != 128 {
			t.Fatalf("the missing end is %d, expected grey", v)
		}
	}
}

func TestMissingIntervalsAreSkipped(t *testing.T) {
	pic := newTestPicture(64, 64, 6, samplings["grey"]...)
	whole := pic.write(form{adobe: -1, interval: 8})
	p, err := NewDecoder().Decode(whole, 1)
	if err != nil {
		t.Fatal(err)
	}
	want := rgbOf(p)
	from, to := bytes.Index(whole, []byte{0xff, 0xd2}), bytes.Index(whole, []byte{0xff, 0xd3})
	if from < 0 || to < from {
		t.Fatal("the file has no restart markers")
	}
	p, err = NewDecoder().Decode(append(append([]byte(nil), whole[:from]...), whole[to:]...), 1)
	if err != nil {
		t.Fatal(err)
	}
	if p.Missing != 1.0/8 {
		t.Errorf("one interval of eight is gone: missing %g", p.Missing)
	}
	got := rgbOf(p)
	row := 3 * 64 * 8
	for i := range 8 {
		same := bytes.Equal(got[i*row:(i+1)*row], want[i*row:(i+1)*row])
		if same == (i == 3) {
			t.Errorf("row of blocks %d: same is %v", i, same)
		}
	}
}

func TestMissingUnitsBeforeTheEndMarker(t *testing.T) {
	whole := newTestPicture(64, 64, 6, samplings["4:2:0"]...).write(form{adobe: -1})
	cut := append(append([]byte(nil), whole[:len(whole)-60]...), 0xff, 0xd9)
	p, err := NewDecoder().Decode(cut, 1)
	if err != nil {
		t.Fatal(err)
	}
	if !p.Ended || p.Missing == 0 {
		t.Errorf("ended %v, missing %g", p.Ended, p.Missing)
	}
}

func TestRefusals(t *testing.T) {
	good := newTestPicture(16, 16, 1, samplings["grey"]...).write(form{adobe: -1})
	sof := bytes.Index(good, []byte{0xff, 0xc0})
	patched := func(at int, v byte) []byte {
		b := append([]byte(nil), good...)
		b[at] = v
		return b
	}
	for name, c := range map[string]struct {
		data []byte
		want error
	}{
		"empty":         {nil, ErrShort},
		"no JPEG":       {[]byte("this is text"), ErrShort},
		"only start":    {good[:2], ErrShort},
		"arithmetic":    {patched(sof+1, 0xc9), ErrUnsupported},
		"lossless":      {patched(sof+1, 0xc3), ErrUnsupported},
		"12 bits":       {patched(sof+4, 12), ErrUnsupported},
		"no width":      {patched(sof+8, 0), ErrFormat},
		"no height":     {patched(sof+6, 0), ErrUnsupported},
		"2 components":  {patched(sof+9, 2), ErrUnsupported},
		"bad table":     {patched(sof+12, 9), ErrFormat},
		"bad sampling":  {patched(sof+11, 0), ErrFormat},
		"missing table": {patched(sof+12, 2), ErrFormat},
	} {
		if _, err := NewDecoder().Decode(c.data, 1); !errors.Is(err, c.want) {
			t.Errorf("%s: error %v, expected %v", name, err, c.want)
		}
	}
}
