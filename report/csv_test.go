package report

import (
	"bytes"
	"encoding/csv"
	"testing"
)

func TestCSVGolden(t *testing.T) {
	var b bytes.Buffer
	if err := CSV(&b, sample()); err != nil {
		t.Fatal(err)
	}
	golden(t, "sample.csv", b.Bytes())
}

func TestScoresGolden(t *testing.T) {
	var b bytes.Buffer
	if err := Scores(&b, sample()); err != nil {
		t.Fatal(err)
	}
	golden(t, "scores.csv", b.Bytes())
}

func TestCSVReadsBack(t *testing.T) {
	var b bytes.Buffer
	r := sample()
	if err := Scores(&b, r); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&b).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != len(r.Scores)+1 {
		t.Fatalf("%d rows", len(rows))
	}
	if got, want := rows[4][0], validUTF8(hostile); got != want {
		t.Errorf("the image is %q, want %q", got, want)
	}
	if got := rows[2][1]; got != "line 17" {
		t.Errorf("the annotation is %q", got)
	}
	if a, b := rows[6], rows[7]; a[0] != b[0] || a[1] == b[1] {
		t.Errorf("two labels of one image have one name: %v %v", a, b)
	}
	if got := rows[8][3] + rows[8][5]; got != "" {
		t.Errorf("what is not known reads %q", got)
	}
}

func TestValidUTF8(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "plain": "plain", "花": "花", "�": "�", "a\xffb": `a\xffb`, "\xe8\x8a": `\xe8\x8a`, "�\x80": `�\x80`,
	} {
		if got := validUTF8(in); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}
