package quality

import (
	"fmt"

	"github.com/errata-cv/errata/dataset"
)

// evidence lists the numbers behind a finding.
func evidence(r *Row, rule Rule, sizes sizes) map[string]any {
	e := map[string]any{"threshold": rule.Threshold}
	q := &r.Quality
	switch rule.Kind {
	case dataset.Unreadable:
		return map[string]any{"error": r.Error}
	case dataset.Dark:
		e["brightness_p99"] = q.BrightnessP99
	case dataset.Bright:
		e["brightness_p5"] = q.BrightnessP5
	case dataset.Blurry:
		e["edge_deviation"], e["histogram_deviation"] = q.EdgeDeviation, q.HistogramDeviation
	case dataset.LowInformation:
		e["entropy_bits"] = q.Entropy
	case dataset.OddSize:
		e["usual_low"], e["usual_high"] = sizes.low, sizes.high
	case dataset.RotatedByEXIF:
		return map[string]any{"orientation": r.Orientation}
	case dataset.Truncated, dataset.Grayscale:
		delete(e, "threshold")
	}
	e["width"], e["height"] = r.Width, r.Height
	return e
}

// turns say in words what an EXIF orientation asks for.
var turns = map[int]string{
	2: "mirrored", 3: "turned by 180°", 4: "turned upside down and mirrored",
	5: "turned by 90° and mirrored", 6: "turned by 90° clockwise",
	7: "turned by 270° and mirrored", 8: "turned by 90° anticlockwise",
}

func message(r *Row, kind dataset.Kind, sizes sizes) string {
	q := &r.Quality
	switch kind {
	case dataset.Unreadable:
		if r.Error == "" {
			return "The file is no picture that can be decoded."
		}
		return fmt.Sprintf("The file cannot be read as a picture: %s.", r.Error)
	case dataset.Truncated:
		return "The file ends before the picture does; many programs refuse to load it."
	case dataset.Dark:
		return fmt.Sprintf("99 of 100 pixels have at most %.0f %% of full brightness.", 100*q.BrightnessP99)
	case dataset.Bright:
		return fmt.Sprintf("95 of 100 pixels have at least %.0f %% of full brightness.", 100*q.BrightnessP5)
	case dataset.Blurry:
		return fmt.Sprintf("There are almost no sharp edges (score %.2f).", q.Blurry)
	case dataset.LowInformation:
		return fmt.Sprintf("The picture is nearly flat: its colours hold %.1f bits.", q.Entropy)
	case dataset.OddSize:
		return fmt.Sprintf("At %d × %d pixels it is far from the usual size of about %.0f pixels a side.", r.Width, r.Height, sizes.middle)
	case dataset.OddAspect:
		return fmt.Sprintf("At %d × %d pixels it is a narrow strip.", r.Width, r.Height)
	case dataset.Grayscale:
		return "The file stores no colour, though most others do."
	case dataset.RotatedByEXIF:
		turn := turns[r.Orientation]
		if turn == "" {
			turn = "turned"
		}
		return fmt.Sprintf("The file asks to be shown %s; programs that ignore EXIF see it otherwise.", turn)
	}
	return ""
}
