// Package server is the HTTP side of the review app: the API under api/v1/ and
// the embedded web app, on loopback, behind a token.
//
// A [Server] holds one scanned dataset in memory and writes decisions to the
// journal of its workspace. A decision is answered only when the journal has
// it on disk.
//
//	s, err := server.New(ctx, result, ws, server.Options{})
//	http.Serve(listener, s.Handler())
package server
