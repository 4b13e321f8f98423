import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { WallPage } from './wall.mjs';

const folder = process.env.ERRATA_SHOTS;

async function shoot(page, name) {
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    await page.waitForTimeout(250);
    await page.screenshot({ path: join(folder, `${name}-${colorScheme}.png`) });
  }
}

export const screenshots = {
  async 'every page, light and dark'({ page, t }) {
    if (!folder) return t.skip('ERRATA_SHOTS is not set');
    await mkdir(folder, { recursive: true });
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.getByRole('heading', { name: 'Confused classes' }).waitFor();
    await page.waitForLoadState('networkidle');
    await shoot(page, 'overview');
    const wall = new WallPage(page);
    await wall.open('kind=wrong-class&verdict=undecided');
    await wall.drag(2, 3);
    await wall.hover(9);
    await page.waitForTimeout(500);
    await shoot(page, 'review');
    await wall.press('Space');
    await page.waitForFunction(() => document.querySelector('.peek-image')?.naturalWidth > 0);
    await page.waitForTimeout(400);
    await shoot(page, 'peek');
    await wall.press('Escape');
    await wall.press('z');
    await wall.expectTile(2, 'Undecided');
    await wall.open('kind=all');
    await shoot(page, 'all-labels');
    await page.getByRole('link', { name: 'Activity' }).click();
    await page.waitForTimeout(400);
    await shoot(page, 'activity');
  },
};
