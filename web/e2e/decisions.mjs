import assert from 'node:assert/strict';
import { WallPage } from './wall.mjs';

/** Each test starts on the undecided tiles of a wall of its own. */
const fresh = async (page, query = 'kind=wrong-class') => {
  const wall = new WallPage(page);
  await wall.open(`${query}&verdict=undecided&group=none&order=probability`);
  return wall;
};

export const decisions = {
  async 'Enter accepts the screen and turns the page'({ page }) {
    const wall = await fresh(page);
    const n = await wall.actionable();
    assert.ok(n > 0, 'there is nothing to accept');
    await wall.press('Enter');
    const entry = await wall.newest();
    assert.equal(entry.count, n);
    assert.match(entry.summary, /accepted/);
    const { decided } = await wall.progress();
    assert.ok(decided >= n);
    await page.locator('.dock-progress').getByText(`${n} of`).waitFor();
    await wall.press('z');
    await page.locator('.dock-progress').getByText('0 of').waitFor();
  },

  async 'a click makes an exception and takes it back'({ page }) {
    const wall = await fresh(page);
    const before = await wall.actionable();
    await wall.click(1);
    await wall.expectTile(1, 'Kept');
    assert.equal(await wall.actionable(), before - 1);
    await wall.click(1);
    await wall.expectTile(1, 'Undecided');
    await wall.click(2);
    await wall.press('Enter');
    await wall.saved();
    await page.evaluate(() => document.querySelector('.wall').scrollTo(0, 0));
    await wall.expectTile(2, 'Kept');
    await wall.expectTile(1, 'Accepted');
    await wall.press('z');
    await wall.press('z');
    await wall.expectTile(2, 'Undecided');
  },

  async 'press and drag paints every tile passed, as one operation'({ page }) {
    const wall = await fresh(page);
    await wall.drag(0, 3);
    for (const p of [0, 1, 2, 3]) await wall.expectTile(p, 'Kept');
    assert.equal((await wall.newest()).count, 4);
    await wall.drag(3, 2);
    await wall.expectTile(2, 'Undecided');
    await wall.expectTile(1, 'Kept');
    assert.equal((await wall.newest()).count, 2);
    await wall.press('z');
    await wall.press('z');
    await wall.expectTile(0, 'Undecided');
  },

  async 'a digit sets the class it stands for'({ page }) {
    const wall = await fresh(page);
    await wall.hover(1);
    const names = await wall.digitClasses();
    await wall.press('2');
    await wall.expectTile(1, `Relabelled: ${names[1]}`);
    assert.match((await wall.newest()).summary, new RegExp(`relabelled to ${names[1]}`));
    await wall.press('1');
    await wall.expectTile(1, `Accepted: ${names[0]}`);
    await wall.press('Backspace');
    await wall.expectTile(1, 'Undecided');
  },

  async 'a class is set by typing a part of its name, and repeated'({ page }) {
    const wall = await fresh(page);
    await wall.hover(2);
    const names = await wall.digitClasses();
    const name = names[3];
    await wall.press('r');
    await page.getByRole('combobox', { name: 'Type a class name' }).waitFor();
    await page.keyboard.type(name.slice(0, -1));
    await wall.press('Enter');
    await wall.expectTile(2, `: ${name}`);
    await wall.hover(3);
    await wall.press('.');
    await wall.expectTile(3, name);
    await wall.press('z');
    await wall.press('z');
    await wall.expectTile(3, 'Undecided');
    await wall.expectTile(2, 'Undecided');
  },

  async 'dropping, being unsure and keeping have a key each'({ page }) {
    const wall = await fresh(page);
    for (const [p, key, word] of [
      [0, 'x', 'Dropped'],
      [1, 'u', 'Unsure'],
      [2, 'k', 'Kept'],
      [3, 'a', 'Accepted'],
      [4, 'd', 'Dropped'],
    ]) {
      await wall.hover(p);
      await wall.press(key);
      await wall.expectTile(p, word);
    }
    await wall.hover(4);
    await wall.press('d');
    await wall.expectTile(4, 'Undecided');
    for (let i = 0; i < 6; i++) await wall.press('z');
    for (let p = 0; p < 4; p++) await wall.expectTile(p, 'Undecided');
  },

  async 'undo and redo go through operations whole'({ page }) {
    const wall = await fresh(page);
    await wall.drag(0, 2);
    await wall.hover(4);
    await wall.press('x');
    await wall.press('z');
    await wall.expectTile(4, 'Undecided');
    await wall.press('Control+z');
    await wall.expectTile(0, 'Undecided');
    await wall.press('Shift+Z');
    await wall.expectTile(2, 'Kept');
    await wall.press('Control+Shift+Z');
    await wall.expectTile(4, 'Dropped');
    await page.getByRole('button', { name: 'Undo' }).click();
    await wall.expectTile(4, 'Undecided');
    await wall.press('z');
    await wall.expectTile(0, 'Undecided');
  },

  async 'a selection is judged at once'({ page }) {
    const wall = await fresh(page);
    await wall.click(1, ['Control']);
    await wall.click(4, ['Shift']);
    await page.getByText('4 selected').waitFor();
    await page.locator('#tile-3[aria-selected=true]').waitFor({ state: 'attached' });
    await page
      .locator('.dock')
      .getByRole('button', { name: /Unsure/ })
      .click();
    for (const p of [1, 2, 3, 4]) await wall.expectTile(p, 'Unsure');
    assert.equal((await wall.newest()).count, 4);
    await wall.press('z');
    await wall.expectTile(1, 'Undecided');
  },

  async 'the keyboard alone suffices'({ page }) {
    const wall = await fresh(page);
    const active = () => page.locator('.wall-mirror').getAttribute('aria-activedescendant');
    assert.equal(await active(), 'tile-0');
    await wall.press('ArrowRight');
    assert.equal(await active(), 'tile-1');
    await wall.press('k');
    await wall.expectTile(1, 'Kept');
    assert.equal(await active(), 'tile-2', 'the cursor steps on after a key');
    await wall.press('Shift+ArrowRight');
    await wall.press('Shift+ArrowRight');
    await page.getByText('3 selected').waitFor();
    await wall.press('x');
    for (const p of [2, 3, 4]) await wall.expectTile(p, 'Dropped');
    const n = await wall.actionable();
    await wall.press('Enter');
    assert.equal((await wall.newest()).count, n);
    for (let i = 0; i < 3; i++) await wall.press('z');
    await wall.press('Home');
    await wall.expectTile(1, 'Undecided');
  },

  async 'all labels: a click selects, a digit relabels, Enter keeps the rest'({ page }) {
    const wall = new WallPage(page);
    await wall.open('kind=all&verdict=undecided');
    await wall.click(0);
    await wall.click(1);
    await page.getByText('2 selected').waitFor();
    const names = await wall.digitClasses();
    await wall.press('2');
    await wall.expectTile(0, names[1]);
    await wall.expectTile(1, names[1]);
    await wall.drag(2, 3);
    await page.getByText('2 selected').waitFor();
    const n = await wall.actionable();
    await wall.press('Enter');
    const entry = await wall.newest();
    assert.equal(entry.count, n);
    assert.match(entry.summary, /kept/);
    await wall.press('z');
    await wall.press('z');
    await wall.press('Home');
    await wall.expectTile(0, 'Undecided');
    await wall.expectTile(2, 'Undecided');
  },

  async 'pictures: a click drops, Enter keeps'({ page }) {
    const kinds = await page.evaluate(async () => (await (await fetch('api/v1/session')).json()).kinds);
    const kind = kinds.find((k) => !k.label && k.count > 1);
    assert.ok(kind, 'the dataset has no findings about pictures');
    const wall = new WallPage(page);
    await wall.open(`kind=${kind.kind}&verdict=undecided`);
    await wall.click(0);
    await wall.expectTile(0, 'Dropped');
    await wall.press('Enter');
    const entry = await wall.newest();
    assert.match(entry.summary, /kept/);
    await wall.press('z');
    await wall.press('z');
    await wall.press('Home');
    await wall.expectTile(0, 'Undecided');
  },
};
