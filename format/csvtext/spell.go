package csvtext

import "bytes"

// Spell writes a value as a cell, in quotes when the cell had them before or
// the value could not be read back without.
func Spell(value string, quoted bool, delim byte) []byte {
	b := []byte(value)
	for i, c := range b {
		edge := i == 0 || i == len(b)-1
		if c == delim || c == '"' || c == '\r' || c == '\n' || edge && (c == ' ' || c == '\t') {
			quoted = true
		}
	}
	if !quoted && len(b) > 0 {
		return b
	}
	out := append(make([]byte, 0, len(b)+2), '"')
	out = append(out, bytes.ReplaceAll(b, []byte{'"'}, []byte(`""`))...)
	return append(out, '"')
}
