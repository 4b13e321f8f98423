// Package web carries the built review app, so that the binary needs no files
// beside it. The app's sources are TypeScript in this folder; `npm run build`
// writes dist/, which is committed so that `go build` needs no Node.
//
//	http.Handle("/", http.FileServerFS(web.FS()))
package web

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

// FS returns the built app: index.html at its root, everything else under
// assets/ by content hash (those never change and may be cached for ever).
func FS() fs.FS {
	sub, err := fs.Sub(dist, "dist")
	if err != nil {
		panic(err) // the pattern above guarantees the folder
	}
	return sub
}
