// End-to-end tests of the review app in Chromium against the real program.
//
//   ERRATA_BIN=../bin/errata npm run e2e
//   ERRATA_URL='http://127.0.0.1:8787/?token=…' npm run e2e   (without the restarts)
//
// ERRATA_SHOTS names a folder for screenshots, light and dark.

import { after, before, test } from 'node:test';
import { launch } from './browser.mjs';
import { accessibility } from './accessibility.mjs';
import { decisions } from './decisions.mjs';
import { durability } from './durability.mjs';
import { objects } from './objects.mjs';
import { pages } from './pages.mjs';
import { screenshots } from './screenshots.mjs';
import { start } from './server.mjs';

const context = {};

before(async () => {
  context.server = await start();
  context.browser = await launch();
});

after(async () => {
  await context.browser?.close();
  await context.server?.stop();
});

const suites = { decisions, pages, durability, objects, accessibility, screenshots };
const only = process.env.ERRATA_ONLY;

for (const [suite, tests] of Object.entries(suites)) {
  if (only && only !== suite) continue;
  for (const [name, run] of Object.entries(tests)) {
    test(`${suite}: ${name}`, { timeout: 120_000 }, async (t) => {
      const errors = [];
      const browsing = await context.browser.newContext({ viewport: { width: 1280, height: 800 } });
      const page = await browsing.newPage();
      page.on('pageerror', (error) => errors.push(error.message));
      page.on(
        'console',
        (message) =>
          message.type() === 'error' && !/Failed to load resource/.test(message.text()) && errors.push(message.text()),
      );
      try {
        await page.goto(context.server.url);
        await page.waitForSelector('main h1');
        await run({ page, t, server: context.server, context: browsing });
        if (errors.length > 0) throw new Error(`the page reported: ${errors.join('; ')}`);
      } finally {
        await browsing.close();
      }
    });
  }
}
