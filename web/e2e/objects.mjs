import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { review } from './server.mjs';
import { WallPage } from './wall.mjs';

/** Boxes on pictures of the signs: one without area, one given twice, one too wide. */
function plant(folder, dataset) {
  const inside = join(dataset, 'train');
  const classFolder = readdirSync(inside)[0];
  const names = readdirSync(join(inside, classFolder)).slice(0, 3);
  const box = (id, image, bbox) => ({ id, image_id: image, category_id: 1, bbox, iscrowd: 0 });
  const text = JSON.stringify({
    images: names.map((name, i) => ({ id: i + 1, file_name: `train/${classFolder}/${name}` })),
    annotations: [
      box(1, 1, [5, 5, 20, 20]),
      box(2, 1, [5, 5, 20, 20]),
      box(3, 2, [9, 9, 0, 4]),
      box(4, 2, [5, 5, 400, 20]),
      box(5, 3, [2, 2, 12, 14]),
    ],
    categories: [{ id: 1, name: 'sign' }],
  });
  const file = join(folder, 'instances.json');
  writeFileSync(file, text);
  return { file, text };
}

export const objects = {
  async 'what is wrong with objects is shown, accepted and written back'({ page, server, t }) {
    if (!server.bin) return t.skip('the server under test is not ours');
    const { file, text } = plant(server.folder, server.dataset);
    const running = await review(server.bin, [file, '--images', server.dataset]);
    try {
      await page.goto(running.url);
      await page.getByText('Duplicate objects').first().waitFor();
      assert.equal(await page.locator('.histogram').count(), 0, 'there is nothing to draw a histogram of');
      const wall = new WallPage(page);
      await page.goto(new URL('review?kind=duplicate-object&group=none', running.url).href);
      await wall.ready();
      await wall.expectTile(0, 'sign, looks like delete');
      await wall.press('Space');
      const dialog = page.getByRole('dialog', { name: 'Whole image' });
      await dialog.locator('.outline-current').waitFor();
      assert.equal(await dialog.locator('.outline').count(), 2);
      await wall.press('a');
      await wall.press('Space');
      await wall.expectTile(0, 'Accepted');
      await page.goto(new URL('review?kind=artifact&group=none', running.url).href);
      await wall.ready();
      await wall.press('Enter');
      await wall.saved();
    } finally {
      await running.stop();
    }
    const out = join(server.folder, 'fixed.json');
    execFileSync(server.bin, ['fix', file, '--images', server.dataset, '-o', out, '-q']);
    const fixed = JSON.parse(readFileSync(out, 'utf8'));
    assert.deepEqual(
      fixed.annotations.map((a) => a.id),
      [1, 4, 5],
    );
    assert.ok(fixed.annotations[1].bbox[2] < 400, 'the box that is too wide was not cut');
    assert.equal(readFileSync(file, 'utf8'), text, 'the source was changed');
  },
};
