import assert from 'node:assert/strict';
import { WallPage } from './wall.mjs';

export const durability = {
  async 'what is shown as saved survives a kill, and undo goes on after it'({ page, t, server }) {
    if (!server.restart) return t.skip('the server is not ours to restart');
    const wall = new WallPage(page);
    await wall.open('kind=wrong-class&verdict=undecided&group=none&order=probability');
    await wall.drag(0, 3);
    await wall.saved();
    const images = await page.evaluate(async () => (await (await fetch('api/v1/activity?limit=1')).json()).entries[0]);
    await server.restart();
    await page.goto(server.url);
    await page.waitForSelector('main h1');
    await wall.open('kind=wrong-class&group=none&order=probability');
    const [newest] = await wall.activity();
    assert.deepEqual([newest.seq, newest.summary, newest.count], [images.seq, images.summary, 4]);
    await wall.press('z');
    await page.waitForFunction(
      async () => (await (await fetch('api/v1/activity?limit=1')).json()).entries[0].op === 'undo',
    );
    await server.restart();
    await page.goto(server.url);
    await page.waitForSelector('main h1');
    await wall.open('kind=wrong-class&group=none&order=probability');
    await wall.press('Shift+Z');
    await page.waitForFunction(
      async () => (await (await fetch('api/v1/activity?limit=1')).json()).entries[0].op === 'redo',
    );
    await wall.press('z');
    await page.waitForFunction(
      async () => (await (await fetch('api/v1/activity?limit=1')).json()).entries[0].op === 'undo',
    );
  },

  async 'decisions that cannot be delivered are kept and sent under the same id'({ page }) {
    const wall = new WallPage(page);
    await wall.open('kind=wrong-class&verdict=undecided');
    const seen = [];
    await page.route('**/api/v1/decisions', async (route) => {
      seen.push(JSON.parse(route.request().postData()).request);
      await route.fulfill({
        status: 507,
        contentType: 'application/problem+json',
        body: '{"title":"Full","status":507,"detail":"No space is left on the disk."}',
      });
    });
    await wall.click(0);
    await page.getByRole('alert').getByText('No space is left on the disk.').waitFor();
    await wall.expectTile(0, 'not saved yet');
    await wall.click(1);
    await page.getByText('2 not saved').waitFor();
    await page.unroute('**/api/v1/decisions');
    page.on(
      'request',
      (request) => request.url().endsWith('/decisions') && seen.push(JSON.parse(request.postData()).request),
    );
    await page.getByRole('button', { name: 'Try now' }).click();
    await wall.saved();
    await wall.expectTile(0, 'Kept');
    const ids = new Set(seen);
    assert.equal(ids.size, 2, `two operations went out under ${ids.size} ids`);
    assert.equal(seen[seen.length - 2], seen[0]);
    await wall.press('z');
    await wall.press('z');
    await wall.expectTile(0, 'Undecided');
  },

  async 'a page left open over a restart delivers once the new address was opened'({ page, t, server, context }) {
    if (!server.restart) return t.skip('the server is not ours to restart');
    const wall = new WallPage(page);
    await wall.open('kind=wrong-class&group=none&order=probability');
    await server.kill();
    await wall.click(1);
    await page.getByRole('alert').getByText('Errata does not answer').waitFor();
    await server.revive();
    const other = await context.newPage();
    await other.goto(server.url);
    await other.waitForSelector('main h1');
    // It tries by itself; the button only saves the waiting.
    await page
      .getByRole('button', { name: 'Try now' })
      .click({ timeout: 2000 })
      .catch(() => undefined);
    await wall.saved();
    await wall.expectTile(1, 'Kept');
    assert.equal((await wall.newest()).summary, '1 kept');
    await wall.press('z');
    await wall.expectTile(1, 'Undecided');
  },
};
