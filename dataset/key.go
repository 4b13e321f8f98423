package dataset

import (
	"encoding/json"
	"unicode/utf8"
)

// keyJSON is the spelling of a Key in JSON. File names are bytes, JSON strings
// are Unicode: a path that is not valid UTF-8 travels as base64.
type keyJSON struct {
	Image      string `json:"image,omitempty"`
	ImageBytes []byte `json:"image_bytes,omitempty"`
	Ordinal    int    `json:"ordinal,omitempty"`
}

// MarshalJSON writes {"image": path}, with "ordinal" when it is not zero and
// "image_bytes" (base64) in place of "image" when the path is not UTF-8.
func (k Key) MarshalJSON() ([]byte, error) {
	j := keyJSON{Ordinal: k.Ordinal}
	if utf8.ValidString(k.Image) {
		j.Image = k.Image
	} else {
		j.ImageBytes = []byte(k.Image)
	}
	return json.Marshal(j)
}

// UnmarshalJSON reads what MarshalJSON writes.
func (k *Key) UnmarshalJSON(b []byte) error {
	var j keyJSON
	if err := json.Unmarshal(b, &j); err != nil {
		return err
	}
	k.Image, k.Ordinal = j.Image, j.Ordinal
	if j.ImageBytes != nil {
		k.Image = string(j.ImageBytes)
	}
	return nil
}
