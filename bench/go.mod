module github.com/errata-cv/errata/bench

go 1.26.0

replace github.com/errata-cv/errata => ../

require (
	github.com/ebitengine/purego v0.11.3
	github.com/errata-cv/errata v0.0.0
	golang.org/x/sys v0.49.0
)

require (
	golang.org/x/image v0.47.0 // indirect
	gonum.org/v1/gonum v0.17.0 // indirect
)
