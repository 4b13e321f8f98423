package server

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/errata-cv/errata/dataset"
)

// body wraps a response of huma.
type body[T any] struct{ Body T }

// Session is what a page needs before it can show anything.
type Session struct {
	Version   string      `json:"version"`
	Dataset   DatasetInfo `json:"dataset"`
	Classes   []ClassInfo `json:"classes"`
	Kinds     []KindCount `json:"kinds" doc:"Kinds with findings, in the order of reports"`
	Estimate  *Estimate   `json:"estimate,omitempty"`
	Scanned   time.Time   `json:"scanned"`
	ThumbSide int         `json:"thumbSide"`
	Who       string      `json:"who"`
	Progress  Progress    `json:"progress"`
}

// DatasetInfo describes the dataset under review.
type DatasetInfo struct {
	Name        string   `json:"name"`
	Root        string   `json:"root"`
	Format      string   `json:"format"`
	Images      int      `json:"images"`
	Annotations int      `json:"annotations"`
	Splits      []string `json:"splits"`
}

// ClassInfo describes a class.
type ClassInfo struct {
	ID       int    `json:"id"`
	Name     string `json:"name"`
	Count    int    `json:"count"`
	Examples []int  `json:"examples" doc:"Images of the class that are surely right, best first"`
}

// KindCount is a kind of finding with its numbers.
type KindCount struct {
	Kind    dataset.Kind `json:"kind"`
	Title   string       `json:"title"`
	Summary string       `json:"summary"`
	Family  string       `json:"family"`
	Label   bool         `json:"label" doc:"Speaks of a label rather than of a picture"`
	Count   int          `json:"count"`
	Decided int          `json:"decided"`
}

// Estimate is the number of wrong labels with a rough range.
type Estimate struct {
	Errors float64 `json:"errors"`
	Low    float64 `json:"low"`
	High   float64 `json:"high"`
}

// Progress is how far the review has come.
type Progress struct {
	Seq       int64                `json:"seq" doc:"Last entry of the journal"`
	Decided   int                  `json:"decided"`
	Errors    int                  `json:"errors" doc:"Decisions that found an error"`
	Kept      int                  `json:"kept"`
	Unsure    int                  `json:"unsure"`
	PerMinute float64              `json:"perMinute" doc:"Decisions per minute over the last ten active minutes"`
	Precision Precision            `json:"precision" doc:"Of the wrong-class findings reviewed so far"`
	CanUndo   bool                 `json:"canUndo"`
	CanRedo   bool                 `json:"canRedo"`
	ByKind    map[dataset.Kind]int `json:"byKind"`
}

// Precision is a share with its 95 % Wilson interval.
type Precision struct {
	Value float64 `json:"value"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
	N     int     `json:"n"`
}

// Part is one verdict for ranges of positions of a view.
type Part struct {
	Verdict dataset.Verdict `json:"verdict" enum:"accept,keep,relabel,drop,unsure,skip,clear"`
	Class   *int            `json:"class,omitempty" doc:"The class of a relabel"`
	Ranges  [][2]int        `json:"ranges" doc:"Half-open ranges of positions"`
}

// DecisionRequest is one operation: many verdicts, one undo.
type DecisionRequest struct {
	Request string `json:"request" minLength:"8" maxLength:"64" doc:"A key of the client's making; a repeated key is answered again, not repeated"`
	View    string `json:"view"`
	Parts   []Part `json:"parts" minItems:"1"`
}

// Saved answers an operation that the journal has on disk.
type Saved struct {
	Seq      int64    `json:"seq"`
	Progress Progress `json:"progress"`
}

// Changed is a position whose state an undo or redo changed.
type Changed struct {
	Position int    `json:"position"`
	Verdict  uint8  `json:"verdict"`
	Label    uint32 `json:"label"`
}

// Undone answers an undo or redo.
type Undone struct {
	Seq      int64     `json:"seq"`
	Progress Progress  `json:"progress"`
	Changed  []Changed `json:"changed"`
	Summary  string    `json:"summary"`
}

// api registers the JSON operations and the binary ones on mux.
func (s *Server) api(mux *http.ServeMux) huma.API {
	huma.DefaultArrayNullable = false // an empty list is [], never null
	config := huma.DefaultConfig("Errata review", s.options.Version)
	config.OpenAPIPath = "/api/v1/openapi"
	config.DocsPath = ""
	config.SchemasPath = ""
	config.CreateHooks = nil // no $schema fields in bodies
	api := humago.New(mux, config)

	get(api, "session", "Session", func(context.Context, *struct{}) (*body[Session], error) {
		return &body[Session]{s.session()}, nil
	})
	get(api, "overview", "Overview", func(context.Context, *struct{}) (*body[Overview], error) {
		return &body[Overview]{s.overview()}, nil
	})
	post(api, "views", "OpenView", func(_ context.Context, in *struct{ Body ViewRequest }) (*body[View], error) {
		v, err := s.openView(in.Body)
		if err != nil {
			return nil, huma.Error422UnprocessableEntity(err.Error())
		}
		s.views.put(v)
		return &body[View]{*v}, nil
	})
	get(api, "items", "Item", func(_ context.Context, in *struct {
		View     string `query:"view" required:"true"`
		Position int    `query:"position" minimum:"0"`
	}) (*body[Item], error) {
		v, ok := s.views.get(in.View)
		if !ok || in.Position >= len(v.items) {
			return nil, huma.Error404NotFound("this view is no longer open or has no such position; load the page again")
		}
		item, err := s.item(v, in.Position)
		if err != nil {
			return nil, err
		}
		return &body[Item]{item}, nil
	})
	post(api, "decisions", "Decide", func(ctx context.Context, in *struct{ Body DecisionRequest }) (*body[Saved], error) {
		saved, err := s.decide(ctx, in.Body)
		if err != nil {
			return nil, asHTTP(err)
		}
		return &body[Saved]{saved}, nil
	})
	for _, op := range []string{"undo", "redo"} {
		post(api, op, op, func(ctx context.Context, in *struct {
			Body struct {
				View string `json:"view,omitempty"`
			}
		}) (*body[Undone], error) {
			undone, err := s.reverse(ctx, op, in.Body.View)
			if err != nil {
				return nil, asHTTP(err)
			}
			return &body[Undone]{undone}, nil
		})
	}
	get(api, "activity", "Activity", func(_ context.Context, in *struct {
		Before int64 `query:"before" doc:"Only entries before this one; 0 for the newest"`
		Limit  int   `query:"limit" default:"50" minimum:"1" maximum:"500"`
	}) (*body[Activity], error) {
		return &body[Activity]{s.activity(in.Before, in.Limit)}, nil
	})

	mux.HandleFunc("GET /api/v1/views/{id}/columns", s.serveColumns)
	mux.HandleFunc("GET /api/v1/views/{id}/strip", s.serveStrip)
	mux.HandleFunc("GET /api/v1/images/{index}", s.serveImage)
	mux.HandleFunc("GET /api/v1/images/{index}/thumb", s.serveThumb)
	return api
}

func get[I, O any](api huma.API, path, id string, h func(context.Context, *I) (*O, error)) {
	huma.Register(api, huma.Operation{OperationID: id, Method: http.MethodGet, Path: "/api/v1/" + path}, h)
}

func post[I, O any](api huma.API, path, id string, h func(context.Context, *I) (*O, error)) {
	huma.Register(api, huma.Operation{OperationID: id, Method: http.MethodPost, Path: "/api/v1/" + path, MaxBodyBytes: 64 << 20}, h)
}

// badRequest is an error of the caller's making.
type badRequest struct{ error }

func asHTTP(err error) error {
	var bad badRequest
	if errors.As(err, &bad) {
		return huma.Error422UnprocessableEntity(err.Error())
	}
	return huma.Error500InternalServerError("the decision could not be saved: " + err.Error())
}
