package fix

import (
	"bytes"
	"path/filepath"
	"slices"
	"strings"
)

// script returns a POSIX shell script that does what Undo does. It holds every
// name in single quotes, whatever bytes it is made of.
func (m *manifest) script(manifestName string) []byte {
	var b bytes.Buffer
	b.WriteString(`#!/bin/sh
# Puts back every picture that errata fix --in-place moved. Nothing is
# overwritten. It can be run again, and from anywhere.
unset CDPATH
case $0 in
*/*) cd -- "${0%/*}/" || exit 2 ;;
esac
failed=0
there() { [ -e "$1" ] || [ -L "$1" ]; }
same() {
	if [ -L "$1" ] && [ -L "$2" ]; then
		[ "$(readlink "$1")" = "$(readlink "$2")" ]
	else
		cmp -s -- "$1" "$2"
	fi
}
back() {
	if there "$1" && there "$2"; then
		if same "$1" "$2"; then
			rm -f -- "$2" || failed=1
		else
			printf '%s\n' "both are there and differ: $1 and $2" >&2
			failed=1
		fi
	elif there "$2"; then
		mkdir -p -- "$3" && mv -- "$2" "$1" || failed=1
	elif ! there "$1"; then
		printf '%s\n' "neither is there: $1 nor $2" >&2
		failed=1
	fi
}
# A corrected file goes back only when it had taken the place of the old one.
fresh() {
	if there "$1" && there "$2" && ! same "$1" "$2"; then
		return
	fi
	back "$@"
}
`)
	for _, mv := range slices.Backward(m.Moves) {
		from := shellPath(string(mv.From))
		b.WriteString(map[bool]string{true: "fresh ", false: "back "}[mv.fresh()] + quote(from) + " " + quote(shellPath(string(mv.To))) + " " + quote(from[:strings.LastIndexByte(from, '/')]) + "\n")
	}
	b.WriteString("[ \"$failed\" -eq 0 ] || exit 1\n")
	for _, f := range slices.Backward(m.Folders) {
		b.WriteString("rmdir -- " + quote(shellPath(string(f))) + " 2>/dev/null\n")
	}
	if dir, ok := m.corrected(); ok {
		b.WriteString("rm -rf -- " + quote(shellPath(dir)) + "\n")
	}
	script := scriptOf(manifestName)
	b.WriteString("rm -f -- " + quote("./"+manifestName) + " " + quote("./"+script) + "; exit 0\n")
	return b.Bytes()
}

// shellPath makes a path that no command can take for an option.
func shellPath(name string) string {
	if filepath.IsAbs(filepath.FromSlash(name)) {
		return name
	}
	return "./" + name
}

// quote makes one shell word of any bytes.
func quote(s string) string {
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
