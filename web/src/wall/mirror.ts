// The wall as assistive technology sees it: one light cell for each visible tile,
// laid over the picture on the canvas.

import type { Layout } from './layout';

export interface MirrorTile {
  label: string;
  selected: boolean;
}

export interface MirrorFrame {
  layout: Layout;
  count: number;
  offset: number;
  height: number;
  margin: number;
  cursor: number;
  tile(position: number): MirrorTile;
}

export const cellId = (position: number): string => `tile-${position}`;

export class Mirror {
  private readonly root: HTMLElement;

  constructor(root: HTMLElement) {
    this.root = root;
    root.setAttribute('role', 'grid');
    root.setAttribute('aria-multiselectable', 'true');
  }

  /** Rebuilds the cells; call when scrolling has stopped or tiles changed. */
  rebuild(frame: MirrorFrame): void {
    const { layout, offset, height, margin } = frame;
    const rows: HTMLElement[] = [];
    layout.eachRow(offset, offset + height, ({ from, to, x, y }) => {
      const row = document.createElement('div');
      row.setAttribute('role', 'row');
      for (let p = from; p < to; p++) {
        row.append(this.cell(frame, p, margin + x + (p - from) * (layout.side + layout.options.gap), y - offset));
      }
      rows.push(row);
    });
    this.root.setAttribute('aria-rowcount', String(Math.ceil(frame.count / layout.perRow)));
    this.root.setAttribute('aria-colcount', String(layout.perRow));
    this.root.replaceChildren(...rows);
    this.point(frame.cursor);
  }

  /** Tells which cell the cursor is on. */
  point(cursor: number): void {
    const id = cellId(cursor);
    if (cursor >= 0 && this.root.querySelector(`#${id}`)) this.root.setAttribute('aria-activedescendant', id);
    else this.root.removeAttribute('aria-activedescendant');
  }

  private cell(frame: MirrorFrame, position: number, x: number, y: number): HTMLElement {
    const cell = document.createElement('div');
    const { label, selected } = frame.tile(position);
    cell.id = cellId(position);
    cell.setAttribute('role', 'gridcell');
    cell.setAttribute('aria-label', label);
    cell.setAttribute('aria-selected', String(selected));
    cell.style.transform = `translate(${x}px, ${y}px)`;
    cell.style.width = `${frame.layout.side}px`;
    cell.style.height = `${frame.layout.side}px`;
    return cell;
  }
}
