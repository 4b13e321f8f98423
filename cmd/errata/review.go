package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/user"
	"runtime"
	"time"

	"github.com/spf13/cobra"

	"github.com/errata-cv/errata/scan"
	"github.com/errata-cv/errata/server"
	"github.com/errata-cv/errata/workspace"
)

type reviewOptions struct {
	inputs
	serveOptions
}

// serveOptions say where the review app listens.
type serveOptions struct {
	address string
	noOpen  bool
	who     string
}

func newReview() *cobra.Command {
	o := &reviewOptions{}
	cmd := &cobra.Command{
		Use:   "review DIR|FILE",
		Short: "Fix the labels in the browser",
		Long: `Review checks the dataset and opens the review app in the browser: a wall of
the doubtful labels, grouped by given and suggested class. Every decision is in
the journal on disk before it is shown as saved; undo works over restarts.

The app listens on this machine only, on a free port, behind a token that is
part of the printed address. On another machine, forward the port:
ssh -L 8787:127.0.0.1:8787 HOST, with --address 127.0.0.1:8787 there.`,
		Example: `  errata review flowers/
  errata review flowers/ --address 127.0.0.1:8787 --no-open`,
		Args: o.args,
		RunE: func(cmd *cobra.Command, args []string) error {
			res, ws, err := o.scan(cmd.Context(), cmd, args[0], scan.Options{})
			if err != nil {
				return err
			}
			defer ws.Close()
			return o.serve(cmd.Context(), cmd, res, ws)
		},
	}
	o.inputs.register(cmd)
	o.registerFormat(cmd)
	o.serveOptions.register(cmd)
	return cmd
}

func (o *serveOptions) register(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&o.address, "address", "127.0.0.1:0", "`HOST:PORT` to listen on; port 0 takes a free one")
	f.BoolVar(&o.noOpen, "no-open", false, "do not open the browser")
	f.StringVar(&o.who, "as", "", "`NAME` to sign decisions with (default: the user's)")
}

// serve runs the review app until ctx ends.
func (o *serveOptions) serve(ctx context.Context, cmd *cobra.Command, res *scan.Result, ws *workspace.Workspace) error {
	host, _, err := net.SplitHostPort(o.address)
	if err != nil {
		return fmt.Errorf("--address %q is not host:port: %w", o.address, err)
	}
	listener, err := net.Listen("tcp", o.address)
	if err != nil {
		return fmt.Errorf("cannot listen on %s: %w; name another with --address", o.address, err)
	}
	ip := net.ParseIP(host)
	s, err := server.New(ctx, res, ws, server.Options{
		Version: version(), Who: o.signature(),
		AnyHost: host != "localhost" && (ip == nil || !ip.IsLoopback()),
	})
	if err != nil {
		listener.Close()
		return err
	}
	url := s.URL(listener.Addr())
	fmt.Fprintf(cmd.OutOrStdout(), "\nReview at %s\n", url)
	fmt.Fprintln(cmd.ErrOrStderr(), "Ctrl-C ends it; every decision shown as saved is on disk.")
	if !o.noOpen {
		openBrowser(url)
	}
	web := &http.Server{Handler: s.Handler(), ReadHeaderTimeout: 10 * time.Second}
	ended := make(chan error, 1)
	go func() { ended <- web.Serve(listener) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	stop, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := web.Shutdown(stop); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	fmt.Fprintln(cmd.ErrOrStderr(), s.Summary())
	return nil
}

func (o *serveOptions) signature() string {
	if o.who != "" {
		return o.who
	}
	if u, err := user.Current(); err == nil && u.Username != "" {
		return u.Username
	}
	return "reviewer"
}

// openBrowser shows url in the browser where there is a desktop to do so; the
// address is printed in any case.
func openBrowser(url string) {
	var cmd *exec.Cmd
	switch runtime.GOOS {
	case "darwin":
		cmd = exec.Command("open", url)
	case "windows":
		cmd = exec.Command("rundll32", "url.dll,FileProtocolHandler", url)
	default:
		if os.Getenv("DISPLAY") == "" && os.Getenv("WAYLAND_DISPLAY") == "" {
			return
		}
		cmd = exec.Command("xdg-open", url)
	}
	if cmd.Start() == nil {
		go func() { _ = cmd.Wait() }()
	}
}
