package server

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"net"
	"net/http"
	"strings"
)

// cookieName names the cookie that carries the token once the printed address
// has been opened. Cookies do not tell ports apart, so servers that run side by
// side need names of their own.
func cookieName(token string) string {
	h := sha256.Sum256([]byte(token))
	return "errata-" + hex.EncodeToString(h[:4])
}

// newToken returns 128 random bits in hexadecimal.
func newToken() string {
	b := make([]byte, 16)
	_, _ = rand.Read(b) // crypto/rand never fails
	return hex.EncodeToString(b)
}

// guard lets through only requests that are meant for this server and come from
// who opened the printed address: the Host must be a loopback name (against DNS
// rebinding), a state-changing request must come from the same origin, and the
// token must be in the cookie, in an Authorization header, or in the query of
// the first visit.
func (s *Server) guard(next http.Handler) http.Handler {
	origin := http.NewCrossOriginProtection()
	return origin.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Frame-Options", "SAMEORIGIN")
		h.Set("Content-Security-Policy", "default-src 'self'; img-src 'self' blob: data:; style-src 'self' 'unsafe-inline'; worker-src 'self' blob:; frame-ancestors 'self'; base-uri 'none'; form-action 'self'")
		if !s.options.AnyHost && !isLoopback(r.Host) {
			problem(w, http.StatusForbidden, "This server answers only to loopback addresses; the request was for host "+r.Host+".")
			return
		}
		if given := r.URL.Query().Get("token"); given != "" && s.isToken(given) && r.Method == http.MethodGet {
			http.SetCookie(w, &http.Cookie{Name: cookieName(s.token), Value: s.token, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode})
			q := r.URL.Query()
			q.Del("token")
			to := "./"
			if rest := strings.TrimPrefix(r.URL.Path, "/"); rest != "" {
				to = "./" + rest[strings.LastIndex(rest, "/")+1:]
			}
			if len(q) > 0 {
				to += "?" + q.Encode()
			}
			http.Redirect(w, r, to, http.StatusSeeOther)
			return
		}
		if strings.HasPrefix(r.URL.Path, "/api/") && !s.isKnown(r) {
			problem(w, http.StatusUnauthorized, "Open the address with the token that errata printed when it started.")
			return
		}
		next.ServeHTTP(w, r)
	}))
}

func (s *Server) isKnown(r *http.Request) bool {
	if c, err := r.Cookie(cookieName(s.token)); err == nil && s.isToken(c.Value) {
		return true
	}
	bearer, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	return ok && s.isToken(bearer)
}

func (s *Server) isToken(given string) bool {
	return subtle.ConstantTimeCompare([]byte(given), []byte(s.token)) == 1
}

// isLoopback tells whether the host of a request names this machine's loopback.
func isLoopback(host string) bool {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	host = strings.Trim(host, "[]")
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
