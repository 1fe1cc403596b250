/** The flow editor by hand: steps found by what they say, lines pulled from their ports. */
import type { Locator, Page } from 'playwright-core';

export class Canvas {
  readonly page: Page;
  constructor(page: Page) {
    this.page = page;
  }

  /** The card whose sentence, or line of figures, says so. */
  step(says: string | RegExp): Locator {
    return this.page.locator('.svelte-flow__node').filter({ hasText: says });
  }

  palette(name: string): Locator {
    return this.page
      .getByRole('toolbar', { name: 'Steps', exact: true })
      .getByRole('button', { name, exact: true });
  }

  get inspector(): Locator {
    return this.page.getByRole('complementary', { name: 'Details' });
  }

  /** Chooses a kind of step in the list that has opened. */
  async choose(kind: string): Promise<void> {
    await this.page
      .getByRole('dialog', { name: 'Add a step' })
      .getByRole('option')
      .filter({ has: this.page.getByText(kind, { exact: true }) })
      .click();
  }

  /** Chooses an entry of a picker in the inspector; what is not listed is typed and made. */
  async pick(field: string, entry: string): Promise<void> {
    await this.inspector.getByRole('button', { name: new RegExp(`^${field}( optional)?(:|$)`) }).click();
    await this.page.getByRole('combobox', { name: field }).fill(entry);
    await this.page.getByRole('option').filter({ hasText: entry }).first().click();
  }

  /** Pulls a line from a step's way out to another step. */
  async connect(from: Locator, wayOut: string | RegExp, to: Locator): Promise<void> {
    const target = await middleOf(to);
    await this.#pull(from, wayOut, target);
  }

  /** Pulls a line into the open, `by` pixels away from where it begins, and chooses what comes there. */
  async extend(
    from: Locator,
    wayOut: string | RegExp,
    by: { x: number; y: number },
    kind: string,
  ): Promise<void> {
    const start = await middleOf(from.getByLabel(wayOut, { exact: true }));
    await this.#pull(from, wayOut, { x: start.x + by.x, y: start.y + by.y });
    await this.choose(kind);
  }

  async #pull(from: Locator, wayOut: string | RegExp, to: { x: number; y: number }): Promise<void> {
    const start = await middleOf(from.getByLabel(wayOut, { exact: true }));
    const { mouse } = this.page;
    await mouse.move(start.x, start.y);
    await mouse.down();
    await mouse.move((start.x + to.x) / 2, (start.y + to.y) / 2, { steps: 4 });
    await mouse.move(to.x, to.y, { steps: 4 });
    await mouse.up();
  }
}

async function middleOf(element: Locator): Promise<{ x: number; y: number }> {
  await element.waitFor();
  const box = await element.boundingBox();
  if (!box) throw new Error(`Not to be seen: ${element}`);
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}
