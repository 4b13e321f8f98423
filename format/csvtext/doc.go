// Package csvtext splits text tables (CSV, TSV) into records and cells that
// know which bytes spell them, so that a cell can be corrected and all other
// bytes stay as they are.
//
//	s := csvtext.NewScanner(file, ',')
//	for s.Scan() {
//		for _, c := range s.Record().Cells {
//			fmt.Printf("%s at %d\n", c.Value, s.Record().Offset+int64(c.Start))
//		}
//	}
//
// The rules: UTF-8 byte order mark, CRLF, LF and CR line ends, quoted cells
// with line breaks in them and doubled quotes are fine; no line is a comment;
// blanks around a cell that is not quoted do not count. A quote that opens a
// cell and is not properly closed (followed by a delimiter or a line end within
// 16 MiB) is an ordinary character.
package csvtext
