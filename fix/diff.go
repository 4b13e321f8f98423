package fix

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"path/filepath"

	csvtable "github.com/errata-cv/errata/format/csv"
	"github.com/errata-cv/errata/format/source"
)

// Diff writes the plan for a person. Of a table it is a unified diff without
// context, which patch applies too; of a folder it is one line for each
// picture, "rename FROM → TO" or "drop FROM". No changes give no output.
func (p *Plan) Diff(w io.Writer) error {
	b := bufio.NewWriter(w)
	if p.table != nil {
		diffTable(b, p.table)
	}
	for _, m := range p.moves {
		if m.Drop {
			fmt.Fprintf(b, "drop %s\n", source.Show(m.From))
		} else {
			fmt.Fprintf(b, "rename %s → %s\n", source.Show(m.From), source.Show(m.To))
		}
	}
	return b.Flush()
}

func diffTable(b *bufio.Writer, p *csvtable.Patch) {
	if len(p.Edits) == 0 {
		return
	}
	name := source.Show(filepath.Base(p.File))
	fmt.Fprintf(b, "--- %s\n+++ %s\n", name, name)
	shift := 0
	for _, e := range p.Edits {
		result := e.Result()
		before, after := lines(e.Record), lines(result)
		fmt.Fprintf(b, "@@ -%s +%s @@\n", span(e.Line, before), span(e.Line+shift, after))
		writeLines(b, '-', e.Record)
		writeLines(b, '+', result)
		shift += after - before
	}
}

// lines counts the lines that bytes are or begin.
func lines(b []byte) int {
	n := bytes.Count(b, []byte{'\n'})
	if len(b) > 0 && b[len(b)-1] != '\n' {
		n++
	}
	return n
}

// span spells where a hunk is: a span without lines is named by the line
// before it.
func span(line, n int) string {
	switch n {
	case 0:
		return fmt.Sprintf("%d,0", line-1)
	case 1:
		return fmt.Sprint(line)
	}
	return fmt.Sprintf("%d,%d", line, n)
}

func writeLines(b *bufio.Writer, sign byte, text []byte) {
	for line := range bytes.Lines(text) {
		b.WriteByte(sign)
		b.Write(line)
		if line[len(line)-1] != '\n' {
			b.WriteString("\n\\ No newline at end of file\n")
		}
	}
}
