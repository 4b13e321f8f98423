//go:build !unix

package source

import "errors"

func newChunk(int) ([]float64, error) { return nil, errors.ErrUnsupported }

func release([]float64) {}
