// Line icons on a 16-pixel grid, drawn in the colour of the text.

const paths = {
  sun: 'M8 5.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6ZM8 1.5v1.4M8 13.1v1.4M1.5 8h1.4M13.1 8h1.4M3.4 3.4l1 1M11.6 11.6l1 1M12.6 3.4l-1 1M4.4 11.6l-1 1',
  moon: 'M13 9.6A5.6 5.6 0 0 1 6.4 3a5.6 5.6 0 1 0 6.6 6.6Z',
  auto: 'M8 2.2a5.8 5.8 0 1 0 0 11.6ZM8 2.2a5.8 5.8 0 0 1 0 11.6',
  keyboard:
    'M2.5 4h11c.6 0 1 .4 1 1v6c0 .6-.4 1-1 1h-11c-.6 0-1-.4-1-1V5c0-.6.4-1 1-1ZM4.3 6.7h.1M7 6.7h.1M9.6 6.7h.1M12 6.7h.1M4.3 9.4h.1M6.3 9.4h3.6M12 9.4h.1',
  check: 'M3 8.6l3.2 3.2L13 4.6',
  keep: 'M3.5 6h9M3.5 10h9',
  cross: 'M4 4l8 8M12 4l-8 8',
  arrow: 'M2.5 8h10.5M9 4l4 4-4 4',
  question: 'M5.6 5.8a2.4 2.4 0 1 1 3.7 2c-.8.5-1.3.9-1.3 1.8M8 12.2v.1',
  skip: 'M4 4l4 4-4 4M8.5 4l4 4-4 4',
  undo: 'M3 6.5h6.5a3.5 3.5 0 0 1 0 7H6M3 6.5 6 3.5M3 6.5l3 3',
  redo: 'M13 6.5H6.5a3.5 3.5 0 0 0 0 7H10M13 6.5l-3-3M13 6.5l-3 3',
  filter: 'M2.5 4h11M4.5 8h7M6.5 12h3',
  panel: 'M2.5 3h11c.6 0 1 .4 1 1v8c0 .6-.4 1-1 1h-11c-.6 0-1-.4-1-1V4c0-.6.4-1 1-1ZM10 3v10',
  left: 'M10 3.5 5.5 8l4.5 4.5',
  right: 'M6 3.5 10.5 8 6 12.5',
  down: 'M3.5 6 8 10.5 12.5 6',
  plus: 'M8 3.5v9M3.5 8h9',
  enter: 'M13 3.5v4a2 2 0 0 1-2 2H3.5M6.5 6.5l-3 3 3 3',
  expand: 'M9.5 2.5h4v4M13.5 2.5 9 7M6.5 13.5h-4v-4M2.5 13.5 7 9',
  warn: 'M8 2.5 14.5 13.5h-13ZM8 6.5v3.300M8 11.700v.1',
  pencil: 'M3 13l.7-3L10.5 3.200l2.300 2.300L6 12.300ZM9 4.700 11.300 7',
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
  return (
    <svg className="icon" width={size} height={size} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={paths[name]} />
    </svg>
  );
}
