package server

import "sync"

// maxViews is how many views are kept open; each costs some 24 bytes an item.
const maxViews = 32

// views keeps the views opened last, the oldest making room for new ones.
type views struct {
	mu    sync.Mutex
	byID  map[string]*View
	order []string // least recently used first
}

func (c *views) put(v *View) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.byID == nil {
		c.byID = map[string]*View{}
	}
	c.byID[v.ID] = v
	c.touch(v.ID)
	for len(c.order) > maxViews {
		delete(c.byID, c.order[0])
		c.order = c.order[1:]
	}
}

func (c *views) get(id string) (*View, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	v, ok := c.byID[id]
	if ok {
		c.touch(id)
	}
	return v, ok
}

func (c *views) touch(id string) {
	for i, x := range c.order {
		if x == id {
			c.order = append(c.order[:i], c.order[i+1:]...)
			break
		}
	}
	c.order = append(c.order, id)
}
