package xmltext

import (
	"fmt"
	"os"
	"strings"
)

// maxAnnotation bounds the bytes of the XML file of one picture.
const maxAnnotation = 64 << 20

// ReadAnnotation reads the XML file of one picture, whose first element is
// <annotation>, as LabelMe and Pascal VOC have it. Format is named in errors.
func ReadAnnotation(file, format string) (*Element, error) {
	info, err := os.Stat(file)
	if err != nil {
		return nil, err
	}
	if info.Size() > maxAnnotation {
		return nil, fmt.Errorf("it has more than %d MiB; expected the annotation of one picture", maxAnnotation>>20)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	root, err := Parse(data)
	if err != nil {
		return nil, err
	}
	if root.Name != "annotation" {
		return nil, fmt.Errorf("it is no %s annotation: its first element is <%s>, expected <annotation>", format, Clip(root.Name))
	}
	return root, nil
}

// Clip shortens a text for a message.
func Clip(s string) string {
	if len(s) > 40 {
		return strings.ToValidUTF8(s[:40], "") + "…"
	}
	return s
}
