package masks

import "slices"

// entryOf makes an entry of a built-in list.
func entryOf(name string, index, colour uint32) entry {
	return entry{name: name, index: index, train: noTrain, colour: colour, coloured: true, void: isVoid(name), things: true}
}

// coloursOf makes a legend of names and colours, with indices in their order.
func coloursOf(title string, names []string, colours []uint32) *legend {
	l := &legend{name: title, standard: true}
	for i, n := range names {
		l.entries = append(l.entries, entryOf(n, uint32(i), colours[i]))
	}
	return l
}

// VOC's colours: the bits of the index spread over the channels.
func vocColour(i int) uint32 {
	var r, g, b uint32
	for bit := range 8 {
		shift := 7 - bit
		r |= uint32(i>>(3*bit)&1) << shift
		g |= uint32(i>>(3*bit+1)&1) << shift
		b |= uint32(i>>(3*bit+2)&1) << shift
	}
	return r<<16 | g<<8 | b
}

// vocIndex is the reverse of vocColour.
func vocIndex(colour uint32) uint32 {
	var i uint32
	for bit := range 8 {
		shift := 7 - bit
		i |= (colour>>(16+shift)&1 | colour>>(8+shift)&1<<1 | colour>>shift&1<<2) << (3 * bit)
	}
	return i
}

// vocBorder is the colour of the border around the objects of VOC, index 255.
const vocBorder = 0xe0e0c0

// vocLegend is that of Pascal VOC: twenty classes, the background and the
// border.
func vocLegend() *legend {
	l := &legend{name: "the list of Pascal VOC", standard: true}
	for i, n := range []string{"background", "aeroplane", "bicycle", "bird", "boat", "bottle", "bus", "car", "cat", "chair", "cow", "diningtable", "dog", "horse", "motorbike", "person", "pottedplant", "sheep", "sofa", "train", "tvmonitor"} {
		l.entries = append(l.entries, entryOf(n, uint32(i), vocColour(i)))
	}
	l.entries = append(l.entries, entryOf("ignored", 255, vocBorder))
	return l
}

// cityscapesLegend is the label table of Cityscapes: the number, the number for
// training, whether objects are told apart, and the colour.
func cityscapesLegend() *legend {
	l := &legend{name: "the list of Cityscapes", standard: true}
	for i, c := range []struct {
		name   string
		train  uint32
		things bool
		colour uint32
	}{
		{"unlabeled", 255, false, 0}, {"ego vehicle", 255, false, 0}, {"rectification border", 255, false, 0}, {"out of roi", 255, false, 0}, {"static", 255, false, 0},
		{"dynamic", 255, false, 0x6f4a00}, {"ground", 255, false, 0x510051}, {"road", 0, false, 0x804080}, {"sidewalk", 1, false, 0xf423e8},
		{"parking", 255, false, 0xfaaaa0}, {"rail track", 255, false, 0xe6968c}, {"building", 2, false, 0x464646}, {"wall", 3, false, 0x66669c},
		{"fence", 4, false, 0xbe9999}, {"guard rail", 255, false, 0xb4a5b4}, {"bridge", 255, false, 0x966464}, {"tunnel", 255, false, 0x96785a},
		{"pole", 5, false, 0x999999}, {"polegroup", 255, false, 0x999999}, {"traffic light", 6, false, 0xfaaa1e}, {"traffic sign", 7, false, 0xdcdc00},
		{"vegetation", 8, false, 0x6b8e23}, {"terrain", 9, false, 0x98fb98}, {"sky", 10, false, 0x4682b4}, {"person", 11, true, 0xdc143c},
		{"rider", 12, true, 0xff0000}, {"car", 13, true, 0x00008e}, {"truck", 14, true, 0x000046}, {"bus", 15, true, 0x003c64},
		{"caravan", 255, true, 0x00005a}, {"trailer", 255, true, 0x00006e}, {"train", 16, true, 0x005064}, {"motorcycle", 17, true, 0x0000e6}, {"bicycle", 18, true, 0x770b20},
	} {
		e := entryOf(c.name, uint32(i), c.colour)
		e.train, e.things = c.train, c.things
		l.entries = append(l.entries, e)
	}
	return l
}

// bddLegend is that of BDD100K's semantic segmentation: Cityscapes' classes by
// their numbers for training.
func bddLegend() *legend {
	l := &legend{name: "the list of BDD100K", standard: true}
	for _, e := range cityscapesLegend().entries {
		if e.train != noTrain {
			e.index = e.train
			l.entries = append(l.entries, e)
		}
	}
	l.entries = append(l.entries, entryOf("unlabeled", noTrain, 0))
	return l
}

// camvidLegend is that of CamVid's 32 classes by colour.
func camvidLegend() *legend {
	return coloursOf("the list of CamVid",
		[]string{"Void", "Animal", "Archway", "Bicyclist", "Bridge", "Building", "Car", "CartLuggagePram", "Child", "Column_Pole", "Fence", "LaneMkgsDriv", "LaneMkgsNonDriv", "Misc_Text", "MotorcycleScooter", "OtherMoving", "ParkingBlock", "Pedestrian", "Road", "RoadShoulder", "Sidewalk", "SignSymbol", "Sky", "SUVPickupTruck", "TrafficCone", "TrafficLight", "Train", "Tree", "Truck_Bus", "Tunnel", "VegetationMisc", "Wall"},
		[]uint32{0, 0x408040, 0xc00080, 0x0080c0, 0x008040, 0x800000, 0x400080, 0x4000c0, 0xc08040, 0xc0c080, 0x404080, 0x8000c0, 0xc00040, 0x808040, 0xc000c0, 0x804040, 0x40c080, 0x404000, 0x804080, 0x8080c0, 0x0000c0, 0xc08080, 0x808080, 0x4080c0, 0x000040, 0x004040, 0xc04080, 0x808000, 0xc080c0, 0x400040, 0xc0c000, 0x40c000})
}

// segnetLegend is that of CamVid's eleven classes by index, as SegNet trains
// with them.
func segnetLegend() *legend {
	l := &legend{name: "the list of CamVid with eleven classes", standard: true}
	for i, n := range []string{"sky", "building", "pole", "road", "pavement", "tree", "sign", "fence", "car", "pedestrian", "bicyclist", "unlabelled"} {
		l.entries = append(l.entries, entryOf(n, uint32(i), 0))
		l.entries[i].coloured = false
	}
	return l
}

// synthiaLegend is that of SYNTHIA-RAND and SYNTHIA-AL.
func synthiaLegend() *legend {
	return coloursOf("the list of SYNTHIA",
		[]string{"Void", "Sky", "Building", "Road", "Sidewalk", "Fence", "Vegetation", "Pole", "Car", "Sign", "Pedestrian", "Cyclist", "Lanemarking", "TrafficLight"},
		[]uint32{0, 0x808080, 0x800000, 0x804080, 0x0000c0, 0x404080, 0x808000, 0xc0c080, 0x400080, 0xc08080, 0x404000, 0x0080c0, 0x00af00, 0x008080})
}

// synthiaALLegend is that of SYNTHIA-AL, which names and colours some classes
// in another way.
func synthiaALLegend() *legend {
	l := synthiaLegend()
	l.name = "the list of SYNTHIA-AL"
	for i := range l.entries {
		switch e := &l.entries[i]; e.name {
		case "Sign":
			e.name = "TrafficSign"
		case "Cyclist":
			e.name = "Bicycle"
		case "Lanemarking":
			e.colour = 0x00ac00
		}
	}
	return l
}

// synthiaSFLegend is that of SYNTHIA-SF.
func synthiaSFLegend() *legend {
	l := coloursOf("the list of SYNTHIA-SF",
		[]string{"Void", "Road", "Sidewalk", "Building", "Wall", "Fence", "Pole", "TrafficLight", "TrafficSign", "Vegetation", "Terrain", "Sky", "Person", "Rider", "Car", "Truck", "Bus", "Train", "Motorcycle", "Bicycle", "RoadLines", "Other", "RoadWorks"},
		[]uint32{0, 0x804080, 0xf423e8, 0x464646, 0x66669c, 0xbe9999, 0x999999, 0xfaaa1e, 0xdcdc00, 0x6b8e23, 0x98fb98, 0x4682b4, 0xdc143c, 0xff0000, 0x00008e, 0x000046, 0x003c64, 0x005064, 0x0000e6, 0x770b20, 0x9dea32, 0x480062, 0xa76a1d})
	// Both colours of bicycles are in use.
	l.entries = append(l.entries, entryOf("Bicycle", 19, 0x770b1f))
	return l
}

// motsLegend is that of MOTS: its values are 1000 times the class plus the
// object.
func motsLegend(names []string) *legend {
	l := &legend{name: "labels.txt", standard: true}
	l.entries = append(l.entries, entryOf("background", 0, 0))
	for i, n := range names {
		l.entries = append(l.entries, entryOf(n, uint32(i+1), 0))
	}
	l.entries = append(l.entries, entryOf("ignored", 10, 0))
	l.entries = slices.Clip(l.entries)
	return l
}

// oneClass is the legend of pictures that tell objects of one class apart.
func oneClass(name string) *legend {
	e := entryOf(name, 1, 0)
	e.coloured = false
	return &legend{name: "the list of classes", standard: true, entries: []entry{e}}
}

// openLegend has no list: each value is a class of that name.
func openLegend() *legend { return &legend{name: "the list of classes", open: true} }
