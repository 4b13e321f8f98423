package labelstudio

import (
	"bytes"
	"encoding/xml"
	"os"
	"path/filepath"
	"strings"
)

// configNames are the names of the labelling configuration beside an export.
var configNames = []string{"label_config.xml", "labeling_config.xml", "config.xml"}

// maxConfig bounds a labelling configuration.
const maxConfig = 4 << 20

// A config is what a labelling configuration says about pictures.
type config struct {
	// controls are in the order of the file.
	controls []*control
	// images are the elements that show pictures.
	images []imageTag
}

// An imageTag shows the picture in a member of data.
type imageTag struct{ name, key string }

// shows returns the member of data that the image of that name shows.
func (c *config) shows(name string) string {
	for _, i := range c.images {
		if i.name == name {
			return i.key
		}
	}
	return ""
}

// A control gives labels.
type control struct {
	tag, name, to string
	labels        []string
	perRegion     bool
}

// readConfig reads the configuration in a folder; it is empty when there is none
// or it is no XML.
func readConfig(dir string) *config {
	c := &config{}
	for _, name := range configNames {
		full := filepath.Join(dir, name)
		if info, err := os.Stat(full); err != nil || !info.Mode().IsRegular() || info.Size() > maxConfig {
			continue
		}
		data, err := os.ReadFile(full)
		if err != nil {
			continue
		}
		if got := parseConfig(data); got != nil {
			return got
		}
	}
	return c
}

// parseConfig returns nil for what is no configuration.
func parseConfig(data []byte) *config {
	c := &config{}
	d := xml.NewDecoder(bytes.NewReader(data))
	d.Strict = false
	var open []*control
	seen := false
	for {
		t, err := d.Token()
		if err != nil {
			break // as far as it can be read
		}
		switch t := t.(type) {
		case xml.StartElement:
			seen = true
			attr := func(name string) string {
				for _, a := range t.Attr {
					if strings.EqualFold(a.Name.Local, name) {
						return a.Value
					}
				}
				return ""
			}
			var here *control
			if len(open) > 0 {
				here = open[len(open)-1]
			}
			switch tag := strings.ToLower(t.Name.Local); {
			case tag == "image":
				value := attr("value") + attr("valuelist")
				value, _, _ = strings.Cut(strings.TrimPrefix(value, "$"), "[")
				c.images = append(c.images, imageTag{attr("name"), value})
			case tag == "label" || tag == "choice":
				label := attr("alias")
				if label == "" {
					label = attr("value")
				}
				if here != nil && label != "" {
					here.labels = append(here.labels, label)
				}
			case attr("toname") != "":
				here = &control{tag: tag, name: attr("name"), to: attr("toname"), perRegion: strings.EqualFold(attr("perregion"), "true")}
				c.controls = append(c.controls, here)
			}
			open = append(open, here)
		case xml.EndElement:
			if len(open) > 0 {
				open = open[:len(open)-1]
			}
		}
	}
	if !seen {
		return nil
	}
	return c
}

// control returns the one of that name.
func (c *config) control(name string) *control {
	for _, k := range c.controls {
		if k.name == name {
			return k
		}
	}
	return nil
}

// gives reports whether the labels of a control become classes.
func (k *control) gives() bool {
	switch k.tag {
	case "rectanglelabels", "polygonlabels", "brushlabels", "labels":
		return true
	case "choices":
		return !k.perRegion
	}
	return false
}

// lists reports whether a label is one of those of the control, which has some.
func (k *control) lists(label string) bool {
	if len(k.labels) == 0 {
		return true
	}
	for _, l := range k.labels {
		if l == label {
			return true
		}
	}
	return false
}
