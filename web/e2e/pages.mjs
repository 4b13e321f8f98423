import assert from 'node:assert/strict';
import { WallPage } from './wall.mjs';

export const pages = {
  async 'the overview leads to the wall of a class pair'({ page }) {
    await page.getByRole('heading', { name: 'What was found' }).waitFor();
    const pair = page.locator('.pairs a').first();
    const names = await pair.locator('.class-label').evaluateAll((all) => all.map((e) => e.title));
    await pair.click();
    const wall = new WallPage(page);
    await wall.ready();
    await wall.expectTile(0, `${names[0]}, looks like ${names[1]}`);
    assert.match(page.url(), /given=\d+&suggested=\d+/);
    await page.goBack();
    await page.getByRole('heading', { name: 'Confused classes' }).waitFor();
    await page.getByRole('button', { name: 'Matrix' }).click();
    await page.locator('.matrix td a').first().click();
    await wall.ready();
  },

  async 'a bar of the histogram opens what is above it'({ page }) {
    await page.locator('.histogram .bar').nth(10).click();
    const wall = new WallPage(page);
    await wall.ready();
    assert.match(page.url(), /min=0\.50/);
    await page.getByRole('button', { name: /Remove the filter ≥ 50/ }).waitFor();
  },

  async 'the filter narrows the wall and is kept in the address'({ page }) {
    const wall = new WallPage(page);
    await wall.open('kind=all');
    const all = await page.locator('.dock-progress strong').innerText();
    await wall.press('f');
    await page.getByLabel('Path contains').fill('0001');
    await wall.press('Enter');
    await page.waitForURL(/text=0001/);
    await wall.ready();
    const some = await page.locator('.dock-progress strong').innerText();
    assert.notEqual(some, all);
    await page.reload();
    await wall.ready();
    assert.equal(await page.locator('.dock-progress strong').innerText(), some);
    await page.getByRole('button', { name: /Remove the filter/ }).click();
    await page.waitForFunction((text) => document.querySelector('.dock-progress strong')?.textContent === text, all);
  },

  async 'a filter that matches nothing offers to be cleared'({ page }) {
    await page.goto(new URL('review?kind=all&text=no-such-file', page.url()).href);
    await page.getByRole('heading', { name: 'No picture matches' }).waitFor();
    await page.getByRole('button', { name: 'Clear the filter' }).click();
    await new WallPage(page).ready();
  },

  async 'Space shows the whole image; verdicts and arrows work there'({ page }) {
    const wall = new WallPage(page);
    await wall.open('kind=wrong-class&verdict=undecided');
    await wall.press('Space');
    const dialog = page.getByRole('dialog', { name: 'Whole image' });
    const image = dialog.locator('.peek-image');
    await image.waitFor();
    await page.waitForFunction(() => document.querySelector('.peek-image')?.naturalWidth > 0);
    await dialog.getByRole('heading', { name: 'Nearest look-alikes' }).waitFor();
    const first = await image.getAttribute('src');
    await wall.press('ArrowRight');
    await page.waitForFunction((src) => document.querySelector('.peek-image')?.getAttribute('src') !== src, first);
    await wall.press('u');
    await wall.press('Space');
    await dialog.waitFor({ state: 'detached' });
    await wall.expectTile(1, 'Unsure');
    await wall.press('z');
    await wall.expectTile(1, 'Undecided');
  },

  async 'brackets and the list go through the groups'({ page }) {
    const wall = new WallPage(page);
    await wall.open('kind=all&group=class');
    const label = () => page.locator('.group-navigation .button').innerText();
    assert.match(await label(), /^1 of/);
    await wall.press(']');
    await page.waitForFunction(() =>
      document.querySelector('.group-navigation .button')?.textContent?.startsWith('2 of'),
    );
    await wall.press('[');
    await page.waitForFunction(() =>
      document.querySelector('.group-navigation .button')?.textContent?.startsWith('1 of'),
    );
    await wall.press('g');
    await page.getByRole('dialog', { name: 'Groups' }).locator('li button').nth(2).click();
    await page.waitForFunction(() =>
      document.querySelector('.group-navigation .button')?.textContent?.startsWith('3 of'),
    );
  },

  async 'keys change the size and hide the panel; the choice is remembered'({ page }) {
    const wall = new WallPage(page);
    await wall.open('kind=all');
    const many = await wall.cells().count();
    await wall.press('-');
    await page.waitForFunction((n) => document.querySelectorAll('[role=gridcell]').length > n, many);
    await wall.press('i');
    await page.locator('.inspector').waitFor({ state: 'detached' });
    await page.locator('.digit-hint li').first().waitFor();
    await page.reload();
    await wall.ready();
    assert.equal(await page.locator('.inspector').count(), 0);
    assert.ok((await wall.cells().count()) > many);
  },

  async 'activity lists what was done and takes it back'({ page }) {
    const wall = new WallPage(page);
    await wall.open('kind=wrong-class&verdict=undecided');
    await wall.drag(0, 1);
    await wall.saved();
    await page.getByRole('link', { name: 'Activity' }).click();
    await page.locator('.entry').first().getByText('2 kept').waitFor();
    await page.getByRole('button', { name: 'Undo the last' }).click();
    await page.locator('.entry-undone').first().waitFor();
    await page.getByRole('button', { name: 'Redo' }).click();
    await page.locator('.entry-redo').first().waitFor();
    await page.getByRole('button', { name: 'Undo the last' }).click();
    await page.locator('.entry').first().getByText('Undo').waitFor();
  },

  async 'the key sheet opens anywhere'({ page }) {
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys' }).getByText('Decide everything undecided').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor({ state: 'detached' });
  },

  async 'without the token the page says what to do'({ page, context }) {
    const { origin } = new URL(page.url());
    await context.clearCookies();
    await page.goto(origin);
    await page.getByRole('heading', { name: /Open the address/ }).waitFor();
  },
};
