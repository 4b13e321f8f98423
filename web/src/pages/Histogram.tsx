import { max } from 'd3-array';
import { scaleLinear, scaleSqrt } from 'd3-scale';
import { useRef } from 'react';
import type { HistogramBin } from '../api/types';
import { hrefOf, navigate } from '../app/router';
import { integer, percent, t } from '../i18n';
import { useSize } from '../ui/useSize';

const MARGIN = { top: 10, right: 8, bottom: 24, left: 44 };

/** How probably the labels are wrong; heights on a root scale so that few stay visible beside many. */
export function Histogram({ bins }: { bins: readonly HistogramBin[] }) {
  const top = max(bins, (bin) => bin.labels) ?? 0;
  const frame = useRef<HTMLDivElement>(null);
  const { width, height } = useSize(frame, { width: 520, height: 220 });
  const x = scaleLinear([0, 1], [MARGIN.left, width - MARGIN.right]);
  const y = scaleSqrt([0, Math.max(1, top)], [height - MARGIN.bottom, MARGIN.top]);
  const floor = y(0);
  const ticks = ticksOf(top);
  return (
    <section className="card card-fill" aria-labelledby="histogram">
      <h2 id="histogram">{t.overview.histogram}</h2>
      <p className="card-detail">{t.overview.histogramDetail}</p>
      <div className="histogram-frame" ref={frame}>
        <svg className="histogram" width={width} height={height} role="group" aria-label={t.overview.histogram}>
          {ticks.map((tick) => (
            <g key={tick} className="tick">
              <line x1={MARGIN.left} x2={width - MARGIN.right} y1={y(tick)} y2={y(tick)} />
              <text x={MARGIN.left - 8} y={y(tick)} dy="0.32em" textAnchor="end">
                {integer(tick)}
              </text>
            </g>
          ))}
          {bins.map((bin) => {
            const left = x(bin.from) + 1;
            const wide = Math.max(1, x(bin.to) - x(bin.from) - 2);
            const label = t.overview.histogramBar(bin.from, bin.to, bin.labels, bin.findings);
            const open = () =>
              navigate(
                hrefOf('review', {
                  order: 'probability',
                  group: 'none',
                  ...(bin.from > 0 ? { min: bin.from.toFixed(2) } : {}),
                }),
              );
            return (
              <g
                key={bin.from}
                className="bar"
                role="button"
                tabIndex={bin.labels > 0 ? 0 : -1}
                aria-label={label}
                onClick={open}
                onKeyDown={(event) => event.key === 'Enter' && open()}
              >
                <title>{label}</title>
                <rect
                  className="bar-hit"
                  x={x(bin.from)}
                  y={MARGIN.top}
                  width={x(bin.to) - x(bin.from)}
                  height={floor - MARGIN.top}
                />
                <rect
                  className="bar-all"
                  x={left}
                  y={y(bin.labels)}
                  width={wide}
                  height={floor - y(bin.labels)}
                  rx="1.5"
                />
                <rect
                  className="bar-findings"
                  x={left}
                  y={y(bin.findings)}
                  width={wide}
                  height={floor - y(bin.findings)}
                  rx="1.5"
                />
              </g>
            );
          })}
          <g className="axis">
            {[0, 0.25, 0.5, 0.75, 1].map((tick) => (
              <text
                key={tick}
                x={x(tick)}
                y={height - 6}
                textAnchor={tick === 0 ? 'start' : tick === 1 ? 'end' : 'middle'}
              >
                {percent(tick)}
              </text>
            ))}
          </g>
        </svg>
      </div>
    </section>
  );
}

/** A few round numbers up to the top, spread evenly on the root scale. */
function ticksOf(top: number): number[] {
  const out: number[] = [];
  for (const share of [0.05, 0.3, 1]) {
    const value = top * share;
    const unit = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, value))));
    const round = Math.floor(value / unit) * unit;
    if (round > 0 && !out.includes(round)) out.push(round);
  }
  return out;
}
