package fix

import (
	"encoding/json"
	"unicode/utf8"
)

// text is a name that may hold any bytes. In JSON it is a string when it is
// UTF-8, and {"base64": "..."} when it is not.
type text string

type textBytes struct {
	Base64 []byte `json:"base64"`
}

func (t text) MarshalJSON() ([]byte, error) {
	if utf8.ValidString(string(t)) {
		return json.Marshal(string(t))
	}
	return json.Marshal(textBytes{[]byte(t)})
}

func (t *text) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '{' {
		var raw textBytes
		if err := json.Unmarshal(b, &raw); err != nil {
			return err
		}
		*t = text(raw.Base64)
		return nil
	}
	return json.Unmarshal(b, (*string)(t))
}
