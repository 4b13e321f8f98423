package server

import (
	"io/fs"
	"net/http"
	"path"
	"strings"

	"github.com/errata-cv/errata/web"
)

// app serves the built web app. Pages of the app have no file of their own:
// they all are index.html. Files under assets/ are named by content and may be
// kept for ever.
func app() http.Handler {
	files := web.FS()
	serve := http.FileServerFS(files)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimPrefix(path.Clean(r.URL.Path), "/")
		if name != "" {
			if info, err := fs.Stat(files, name); err == nil && !info.IsDir() {
				if strings.HasPrefix(name, "assets/") {
					w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
				}
				serve.ServeHTTP(w, r)
				return
			}
			if path.Ext(name) != "" {
				http.NotFound(w, r)
				return
			}
		}
		w.Header().Set("Cache-Control", "no-cache")
		http.ServeFileFS(w, r, files, "index.html")
	})
}
