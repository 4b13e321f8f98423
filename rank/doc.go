// Package rank turns what is known of each label into one probability that the
// label is wrong, so that one list, most probable first, can be worked off.
//
//	r, err := rank.Labels(given, rank.Signals{Probs: probs})
//	for _, i := range r.Order() {
//		fmt.Println(i, r.Probability[i], "more likely", classes[r.Suggestion[i]])
//	}
//	fmt.Println("about", r.Estimate.Errors, "labels are wrong in all")
//
// The formula is fixed; nothing in it is fitted to known errors. See [Labels].
package rank
