// What the tests do to the wall and read from it, in the words of the page.

import assert from 'node:assert/strict';

export class WallPage {
  constructor(page) {
    this.page = page;
  }

  /** Opens the review page and waits until its pictures are painted. */
  async open(query = '') {
    await this.page.goto(new URL(`review${query ? `?${query}` : ''}`, this.page.url()).href);
    await this.ready();
  }

  async ready() {
    await this.page.waitForFunction(
      () => document.querySelector('.wall-mirror')?.getAttribute('aria-busy') === 'false',
    );
    await this.page.waitForTimeout(250);
  }

  cells() {
    return this.page.getByRole('gridcell');
  }

  cell(position) {
    return this.page.locator(`#tile-${position}`);
  }

  async middle(position) {
    // The cells are made anew whenever tiles change.
    for (let tries = 0; tries < 20; tries++) {
      const box = await this.cell(position).boundingBox({ timeout: 5000 });
      if (box) return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
      await this.page.waitForTimeout(50);
    }
    return assert.fail(`tile ${position} is not on the screen`);
  }

  async hover(position) {
    const { x, y } = await this.middle(position);
    await this.page.mouse.move(x - 1, y);
    await this.page.mouse.move(x, y);
  }

  async click(position, modifiers = []) {
    const { x, y } = await this.middle(position);
    for (const key of modifiers) await this.page.keyboard.down(key);
    await this.page.mouse.click(x, y);
    for (const key of modifiers) await this.page.keyboard.up(key);
  }

  async drag(from, to) {
    const a = await this.middle(from);
    const b = await this.middle(to);
    await this.page.mouse.move(a.x, a.y);
    await this.page.mouse.down();
    await this.page.mouse.move(b.x, b.y, { steps: 3 });
    await this.page.mouse.up();
  }

  press(key) {
    return this.page.keyboard.press(key);
  }

  /** Waits until the tile's description holds the words. */
  async expectTile(position, words) {
    const cell = this.cell(position);
    await this.page
      .waitForFunction(
        ([id, text]) => document.getElementById(id)?.getAttribute('aria-label')?.includes(text),
        [`tile-${position}`, words],
        { timeout: 5000 },
      )
      .catch(async () =>
        assert.fail(
          `tile ${position} should say "${words}" but says "${await cell.getAttribute('aria-label').catch(() => 'nothing')}"`,
        ),
      );
  }

  /** Waits until the page says that everything is in the journal. */
  async saved() {
    await this.page.getByText('All saved').waitFor({ timeout: 10_000 });
    await this.page.waitForFunction(() => !document.querySelector('.wall-mirror')?.textContent?.includes('not saved'));
  }

  /** What the server has: the newest entry of the journal. */
  async newest() {
    await this.saved();
    return (await this.activity())[0];
  }

  activity() {
    return this.page.evaluate(async () => (await (await fetch('api/v1/activity?limit=20')).json()).entries);
  }

  progress() {
    return this.page.evaluate(async () => (await (await fetch('api/v1/session')).json()).progress);
  }

  button() {
    return this.page.locator('.button-enter');
  }

  /** The number that Enter would decide. */
  async actionable() {
    await this.page.waitForTimeout(200);
    return Number(/\d[\d,]*/.exec(await this.button().innerText())?.[0].replaceAll(',', '') ?? 0);
  }

  /** The names of the classes that digits set, as the panel lists them. */
  async digitClasses() {
    await this.page.waitForFunction(() => document.querySelectorAll('.inspector .class-bars li').length > 2);
    return this.page
      .locator('.inspector .class-bars button:not(.class-given) .class-label')
      .evaluateAll((all) => all.map((e) => e.title));
  }

  async notice() {
    return this.page.locator('.notice p').innerText();
  }
}
