package server

import (
	"bytes"
	"fmt"
	"image/jpeg"
	"net/http"
	"strconv"

	"github.com/errata-cv/errata/format/source"
	"github.com/errata-cv/errata/pixel"
)

// maxStrip is the most crops one strip may hold; 64 of them make a picture
// 8192 pixels tall, which every browser can draw.
const maxStrip = 64

// immutable lets a browser keep what an address with a view id answers.
const immutable = "private, max-age=31536000, immutable"

func (s *Server) serveColumns(w http.ResponseWriter, r *http.Request) {
	v, ok := s.view(w, r.PathValue("id"))
	if !ok {
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Cache-Control", "no-store")
	if err := s.writeColumns(w, v); err != nil {
		s.log.Debug("columns not sent", "error", err)
	}
}

func (s *Server) serveStrip(w http.ResponseWriter, r *http.Request) {
	v, ok := s.view(w, r.PathValue("id"))
	if !ok {
		return
	}
	from, err1 := strconv.Atoi(r.FormValue("from"))
	n, err2 := strconv.Atoi(r.FormValue("n"))
	if err1 != nil || err2 != nil || from < 0 || n < 1 || n > maxStrip || from >= len(v.items) {
		problem(w, http.StatusBadRequest, fmt.Sprintf("A strip needs from in 0 to %d and n in 1 to %d.", len(v.items)-1, maxStrip))
		return
	}
	items := v.items[from:min(from+n, len(v.items))]
	thumbs := make([][]byte, len(items))
	for i, it := range items {
		thumbs[i] = s.thumb(int(it.image))
	}
	var b bytes.Buffer
	if err := pixel.Strip(&b, thumbSide, thumbs); err != nil {
		problem(w, http.StatusInternalServerError, "The thumbnails could not be put together: "+err.Error())
		return
	}
	w.Header().Set("Content-Type", "image/jpeg")
	w.Header().Set("Cache-Control", immutable)
	_, _ = w.Write(b.Bytes()) // the client may have gone
}

// thumb returns the stored crop of an image, or a blank one.
func (s *Server) thumb(image int) []byte {
	if c := s.res.Images[image]; c != nil {
		if b, err := s.ws.Thumb(c.Slot); err == nil {
			return b
		}
	}
	return s.blank
}

func (s *Server) serveThumb(w http.ResponseWriter, r *http.Request) {
	i, ok := s.imageIndex(w, r)
	if !ok {
		return
	}
	w.Header().Set("Content-Type", "image/jpeg")
	w.Header().Set("Cache-Control", "private, max-age=3600")
	_, _ = w.Write(pixel.StandaloneJPEG(thumbSide, s.thumb(i)))
}

// serveImage answers with the picture: the file itself where browsers can show
// it, a JPEG of it where they cannot.
func (s *Server) serveImage(w http.ResponseWriter, r *http.Request) {
	i, ok := s.imageIndex(w, r)
	if !ok {
		return
	}
	ds := s.res.Dataset
	data, err := source.ReadPicture(ds, &ds.Images[i])
	if err != nil {
		problem(w, http.StatusNotFound, fmt.Sprintf("%q could not be read: %v.", ds.Images[i].Path, err))
		return
	}
	format, _ := pixel.Sniff(data[:min(len(data), 64)])
	w.Header().Set("Cache-Control", "private, max-age=60")
	switch format {
	case "jpeg", "png", "gif", "webp", "bmp":
		w.Header().Set("Content-Type", "image/"+format)
		_, _ = w.Write(data)
		return
	}
	picture, _, err := pixel.Decode(data, pixel.DecodeOptions{})
	if err != nil {
		problem(w, http.StatusUnsupportedMediaType, fmt.Sprintf("%q could not be decoded: %v.", ds.Images[i].Path, err))
		return
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, picture, &jpeg.Options{Quality: 92}); err != nil {
		problem(w, http.StatusInternalServerError, err.Error())
		return
	}
	w.Header().Set("Content-Type", "image/jpeg")
	_, _ = w.Write(b.Bytes())
}

func (s *Server) imageIndex(w http.ResponseWriter, r *http.Request) (int, bool) {
	i, err := strconv.Atoi(r.PathValue("index"))
	if err != nil || i < 0 || i >= len(s.res.Dataset.Images) {
		problem(w, http.StatusNotFound, fmt.Sprintf("There is no image %q: the dataset has images 0 to %d.", r.PathValue("index"), len(s.res.Dataset.Images)-1))
		return 0, false
	}
	return i, true
}

func (s *Server) view(w http.ResponseWriter, id string) (*View, bool) {
	v, ok := s.views.get(id)
	if !ok {
		problem(w, http.StatusNotFound, "This view is no longer open; load the page again.")
	}
	return v, ok
}

const thumbSide = pixel.ThumbSide
