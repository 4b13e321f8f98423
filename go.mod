module github.com/errata-cv/errata

go 1.26.0

require (
	github.com/danielgtaylor/huma/v2 v2.37.2
	github.com/gen2brain/jpegn v0.4.2
	github.com/rogpeppe/go-internal v1.16.0
	github.com/spf13/cobra v1.10.2
	golang.org/x/image v0.47.0
	golang.org/x/sys v0.49.0
	golang.org/x/term v0.47.0
	gonum.org/v1/gonum v0.17.0
	modernc.org/sqlite v1.55.0
)
