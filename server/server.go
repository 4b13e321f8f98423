package server

import (
	"cmp"
	"context"
	"encoding/json"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/errata-cv/errata/dataset"
	"github.com/errata-cv/errata/matrix"
	"github.com/errata-cv/errata/pixel"
	"github.com/errata-cv/errata/review"
	"github.com/errata-cv/errata/scan"
	"github.com/errata-cv/errata/workspace"
)

// Options say how to serve.
type Options struct {
	// Version is shown to the user.
	Version string
	// Who signs the decisions.
	Who string
	// AnyHost answers requests for any host name; only for a server that was
	// told to listen beyond loopback.
	AnyHost bool
	// Token guards the API; empty makes a random one.
	Token string
	// Log receives what went wrong; nil for the default logger.
	Log *slog.Logger
}

// Server is the review app of one scanned dataset. Its methods may be used by
// many goroutines.
type Server struct {
	res     *scan.Result
	ws      *workspace.Workspace
	options Options
	token   string
	log     *slog.Logger
	started time.Time
	blank   []byte
	byClass [][]int         // confident examples of each class
	byImage map[int32][]int // findings of each image
	views   views

	// mu guards state and entries; writing is held by the one operation that
	// is on its way to the journal.
	mu      sync.RWMutex
	writing sync.Mutex
	state   *review.State
	entries []dataset.Entry
}

// New prepares a scanned dataset for review. The workspace must be open for
// writing and stays so until the server has ended.
func New(ctx context.Context, res *scan.Result, ws *workspace.Workspace, o Options) (*Server, error) {
	if o.Token == "" {
		o.Token = newToken()
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	entries, err := ws.Entries(ctx, 0)
	if err != nil {
		return nil, err
	}
	state, err := review.Fold(entries)
	if err != nil {
		return nil, err
	}
	s := &Server{
		res: res, ws: ws, options: o, token: o.Token, log: o.Log, started: time.Now(),
		blank: pixel.BlankThumb(thumbSide, 128), byImage: map[int32][]int{},
		state: state, entries: entries,
	}
	for i := range res.Findings {
		if im := res.Findings[i].Image; im != dataset.None {
			s.byImage[int32(im)] = append(s.byImage[int32(im)], i)
		}
	}
	s.byClass = confidentExamples(res)
	return s, nil
}

// URL is the address to open for a server that listens on addr.
func (s *Server) URL(addr net.Addr) string {
	return "http://" + addr.String() + "/?token=" + s.token
}

// Handler serves the app and its API.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	s.api(mux)
	mux.Handle("/", app())
	return s.guard(mux)
}

// maxExamples is the number of confident examples kept of each class.
const maxExamples = 12

// confidentExamples lists, for each class, images that surely carry it: judged,
// predicted as it, lowest probability of an error first; no picture twice.
func confidentExamples(res *scan.Result) [][]int {
	type candidate struct {
		image int
		p     float64
	}
	of := make([][]candidate, len(res.Dataset.Classes))
	for i, a := range res.Dataset.Annotations {
		if len(res.Labels) == 0 || !res.Labels[i].Judged || res.Probs == nil || matrix.ArgMax(res.Probs.Row(i)) != a.Class {
			continue
		}
		of[a.Class] = append(of[a.Class], candidate{a.Image, res.Labels[i].Probability})
	}
	out := make([][]int, len(of))
	for c, list := range of {
		slices.SortStableFunc(list, func(a, b candidate) int { return cmp.Compare(a.p, b.p) })
		out[c] = []int{}
		seen := map[int32]bool{}
		for _, x := range list {
			if len(out[c]) == maxExamples {
				break
			}
			if g := res.Groups[x.image]; !seen[g] {
				seen[g] = true
				out[c] = append(out[c], x.image)
			}
		}
	}
	return out
}

func (s *Server) examples(class int) []int {
	if class == dataset.None {
		return []int{}
	}
	return s.byClass[class]
}

// problem answers with an RFC 9457 problem.
func problem(w http.ResponseWriter, status int, detail string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(struct { // the client may have gone
		Title  string `json:"title"`
		Status int    `json:"status"`
		Detail string `json:"detail"`
	}{http.StatusText(status), status, detail})
}
