package labelstudio

import (
	"encoding/base64"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/errata-cv/errata/format/jsontext"
	"github.com/errata-cv/errata/format/source"
	"github.com/errata-cv/errata/pixel"
)

// A page is one picture of a task.
type page struct {
	// key is the member of data that names it, and i where in a list.
	key string
	i   int
	url string
}

// pictureKeys are names that data mostly gives to pictures, for addresses that
// do not look like one.
var pictureKeys = []string{"image", "images", "img", "picture", "photo", "page", "pages", "url", "image_url"}

// pages returns the pictures of a task: those that the configuration names, or
// else what looks like the address of one.
func pages(data jsontext.Node, c *config) []page {
	var out []page
	take := func(key string, v jsontext.Node, sure bool) {
		if u, ok := v.Text(); ok && (sure || isPicture(u)) {
			out = append(out, page{key, 0, u})
			return
		}
		i := 0
		for _, e := range v.Elements() {
			u, ok := e.Text()
			for _, m := range e.Members() {
				if s, isText := m.Text(); !ok && isText && (sure || isPicture(s)) {
					u, ok = s, true
				}
			}
			if ok && (sure || isPicture(u)) {
				out = append(out, page{key, i, u})
			}
			i++
		}
	}
	for i, tag := range c.images {
		if !slices.ContainsFunc(c.images[:i], func(t imageTag) bool { return t.key == tag.key }) {
			take(tag.key, data.Get(tag.key), true)
		}
	}
	if len(out) == 0 {
		for key, v := range data.Members() {
			take(key, v, false)
		}
	}
	for _, key := range pictureKeys {
		if len(out) == 0 {
			take(key, data.Get(key), true)
		}
	}
	return out
}

// isPicture reports whether an address looks like that of a picture.
func isPicture(u string) bool {
	return len(u) <= maxAddress && !strings.ContainsAny(u, "\r\n") && pixel.HasImageExtension(localName(u))
}

// maxAddress bounds an address; what is longer is a text.
const maxAddress = 8 << 10

// localName returns the path that an address means: what local-files or a proxy
// of Label Studio asks for, or the address without its query.
func localName(u string) string {
	if _, query, ok := strings.Cut(u, "?"); ok && (strings.Contains(u, "local-files") || strings.Contains(u, "fileuri=")) {
		if v, err := url.ParseQuery(query); err == nil {
			if d := v.Get("d"); d != "" {
				return d
			}
			if raw, err := base64.StdEncoding.DecodeString(v.Get("fileuri")); err == nil && len(raw) > 0 {
				return localName(string(raw))
			}
		}
	}
	if strings.Contains(u, "://") || strings.HasPrefix(u, "/") {
		u, _, _ = strings.Cut(u, "?")
		u, _, _ = strings.Cut(u, "#")
	}
	return u
}

// upload matches the names that Label Studio gives to uploaded files.
var upload = regexp.MustCompile(`^[0-9a-f]{8}-(.+)$`)

// find returns the path of the picture of an address.
func find(a *source.Album, u string) (name string, ok bool) {
	name = localName(u)
	names := []string{name}
	if plain, err := url.PathUnescape(name); err == nil && plain != name {
		names = append(names, plain)
	}
	for _, n := range names {
		if found, ok := a.Find(n); ok {
			return found, true
		}
	}
	for _, n := range names {
		if m := upload.FindStringSubmatch(path.Base(n)); m != nil {
			if found, ok := a.Find(path.Join(path.Dir(n), m[1])); ok {
				return found, true
			}
		}
	}
	return a.Find(names[len(names)-1])
}

// pageNumber matches the names of pictures in a repeater.
var pageNumber = regexp.MustCompile(`_(\d+)$`)

// pageOf returns which of the pages a result is about; -1 for none of them.
func pageOf(result jsontext.Node, all []page, c *config) int {
	to, _ := result.Get("to_name").Text()
	if i, ok := result.Get("item_index").Int(); ok {
		return numbered(all, int(i))
	}
	for i, p := range all {
		if p.key == to || p.key == c.shows(to) {
			return i
		}
	}
	if m := pageNumber.FindStringSubmatch(to); m != nil && len(all) > 1 {
		i, _ := strconv.Atoi(m[1])
		return numbered(all, i)
	}
	if len(all) == 0 {
		return -1
	}
	return 0
}

func numbered(all []page, i int) int {
	for k, p := range all {
		if p.i == i {
			return k
		}
	}
	return -1
}
