import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { WallPage } from './wall.mjs';

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Fails on anything axe calls serious or critical. */
async function check(page, where) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
  const serious = violations.filter((v) => v.impact === 'serious' || v.impact === 'critical');
  const told = serious.map(
    (v) =>
      `${v.id}: ${v.help} (${v.nodes
        .map((n) => n.target.join(' '))
        .slice(0, 3)
        .join('; ')})`,
  );
  assert.deepEqual(told, [], `${where} has accessibility violations`);
}

const both = (run) => async (given) => {
  for (const colorScheme of ['light', 'dark']) {
    await given.page.emulateMedia({ colorScheme });
    await run(given, colorScheme);
  }
};

export const accessibility = {
  overview: both(async ({ page }, scheme) => {
    await page.getByRole('heading', { name: 'Confused classes' }).waitFor();
    await check(page, `the ${scheme} overview`);
    await page.getByRole('button', { name: 'Matrix' }).click();
    await check(page, `the ${scheme} matrix`);
    await page.getByRole('button', { name: 'List' }).click();
  }),

  'the wall and its panels': both(async ({ page }, scheme) => {
    const wall = new WallPage(page);
    await wall.open('kind=wrong-class');
    await check(page, `the ${scheme} wall`);
    for (const [key, title] of [
      ['Space', 'Whole image'],
      ['r', 'Set the class'],
      ['f', 'Filter'],
      ['g', 'Groups'],
      ['?', 'Keys'],
    ]) {
      await wall.press(key);
      await page.getByRole('dialog', { name: title }).waitFor({ timeout: 5000 });
      await page.waitForTimeout(300);
      await check(page, `the ${scheme} dialog ${title}`);
      await wall.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    }
    await wall.press('Shift+ArrowRight');
    await page.getByText('2 selected').waitFor();
    await check(page, `the ${scheme} wall with a selection`);
    await wall.press('k');
    await wall.expectTile(0, 'Kept');
    await check(page, `the ${scheme} wall with verdicts`);
    await wall.press('z');
    await wall.expectTile(0, 'Undecided');
  }),

  activity: both(async ({ page }, scheme) => {
    await page.getByRole('link', { name: 'Activity' }).click();
    await page.getByRole('heading', { name: 'Activity' }).waitFor();
    await page.waitForTimeout(300);
    await check(page, `the ${scheme} activity page`);
  }),
};
