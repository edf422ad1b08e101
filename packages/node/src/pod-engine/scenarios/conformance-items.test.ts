import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { conformanceItems } from './conformance-items.ts';

/** Of the list alone: whether what it points to holds is for those tests to say. */
describe('the list of what node conformance asks (a check of documentation)', () => {
  it.each(Object.entries(conformanceItems))('points to words that there are: %s', async (_item, places) => {
    expect(places.length).toBeGreaterThan(0);
    for (const [file, words] of places) {
      const text = await readFile(new URL(file, import.meta.url), 'utf8');
      expect(text, `${file}: ${words}`).toContain(words);
    }
  });
});
