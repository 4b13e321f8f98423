// Measures the wall of a running review app: first screen, frames while flinging,
// random jumps, a key press until its frame.
//
//   ERRATA_URL='http://127.0.0.1:8787/?token=…' node e2e/bench.mjs [query]
//
// `query` are parameters of the review page, by default kind=all.

import { launch } from './browser.mjs';

const url = process.env.ERRATA_URL;
if (!url) throw new Error('ERRATA_URL must hold the address that errata review printed');
const query = process.argv[2] ?? 'kind=all';

const browser = await launch();
const page = await browser.newPage({ viewport: { width: 1600, height: 1000 } });
await page.goto(url);
await page.waitForSelector('main h1');

const ready = () =>
  page.waitForFunction(() => document.querySelector('.wall-mirror')?.getAttribute('aria-busy') === 'false', null, {
    polling: 'raf',
  });

const review = new URL(`review?${query}`, page.url()).href;
const start = Date.now();
await page.goto(review);
await ready();
const shown = await page.evaluate(() => {
  const list = performance.getEntriesByType('navigation');
  return performance.now() - list[0].startTime;
});
console.log(`first screen ${Math.round(shown)} ms after navigation (${Date.now() - start} ms seen from outside)`);
await page.waitForTimeout(400);
const facts = await page.evaluate(() => ({
  cells: document.querySelectorAll('[role=gridcell]').length,
  rows: Number(document.querySelector('.wall-mirror').getAttribute('aria-rowcount')),
  columns: Number(document.querySelector('.wall-mirror').getAttribute('aria-colcount')),
}));
console.log(`${facts.cells} tiles on the screen, about ${facts.rows * facts.columns} in the view`);

for (const speed of [2000, 10000, 40000]) {
  const result = await page.evaluate(
    (speed) =>
      new Promise((resolve) => {
        const scroller = document.querySelector('.wall');
        const mirror = document.querySelector('.wall-mirror');
        scroller.scrollTop = 0;
        const times = [];
        let busy = 0;
        const begin = performance.now();
        let last = begin;
        const step = (now) => {
          scroller.scrollTop += (speed * (now - last)) / 1000;
          times.push(now - last);
          last = now;
          if (mirror.getAttribute('aria-busy') === 'true') busy++;
          if (now - begin < 3000) requestAnimationFrame(step);
          else {
            const sorted = times.slice(1).sort((a, b) => a - b);
            resolve({
              fps: (1000 * times.length) / (now - begin),
              p95: sorted[Math.floor(sorted.length * 0.95)],
              worst: sorted[sorted.length - 1],
              busy: busy / times.length,
            });
          }
        };
        requestAnimationFrame(step);
      }),
    speed,
  );
  const { fps, p95, worst, busy } = result;
  console.log(
    `${speed} px/s: ${fps.toFixed(1)} fps, frame p95 ${p95.toFixed(1)} ms, worst ${worst.toFixed(1)} ms, ${Math.round(busy * 100)} % of frames with a tile still to come`,
  );
}

const jumps = [];
for (let i = 0; i < 20; i++) {
  const took = await page.evaluate(
    (share) =>
      new Promise((resolve) => {
        const scroller = document.querySelector('.wall');
        const mirror = document.querySelector('.wall-mirror');
        const begin = performance.now();
        scroller.scrollTop = share * (scroller.scrollHeight - scroller.clientHeight);
        let frames = 0;
        const wait = () => {
          if (++frames > 2 && mirror.getAttribute('aria-busy') === 'false') resolve(performance.now() - begin);
          else requestAnimationFrame(wait);
        };
        requestAnimationFrame(wait);
      }),
    ((i * 7 + 3) % 20) / 20,
  );
  jumps.push(took);
  await page.waitForTimeout(250);
}
jumps.sort((a, b) => a - b);
console.log(
  `random jump until every tile is painted: median ${jumps[10].toFixed(0)} ms, p95 ${jumps[18].toFixed(0)} ms`,
);

const key = await page.evaluate(
  () =>
    new Promise((resolve) => {
      const begin = performance.now();
      document.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true }));
      requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - begin)));
    }),
);
console.log(`key to painted frame: ${key.toFixed(0)} ms`);
await browser.close();
