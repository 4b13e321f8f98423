package pixel

import (
	"errors"
	"fmt"
	"io"
)

// Error says why a file could not be measured.
type Error struct {
	// Reason is one sentence for a person, without the path of the file.
	Reason string
	// Truncated tells that the file is a picture that ends too early.
	Truncated bool
}

func (e *Error) Error() string { return e.Reason }

func failf(format string, args ...any) *Error {
	return &Error{Reason: fmt.Sprintf(format, args...)}
}

// damaged turns the error of a decoder into an *Error.
func damaged(format string, err error) *Error {
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return &Error{Reason: fmt.Sprintf("the %s file ends before the picture does", titles[format]), Truncated: true}
	}
	return failf("the %s data cannot be decoded: %v", titles[format], err)
}

// guard runs f and turns a panic of a decoder into an *Error.
func guard(format string, f func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = failf("the %s data is damaged in a way that the decoder does not expect", titles[format])
		}
	}()
	return f()
}
