import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { conformanceItems } from './conformance-items.ts';

describe('what node conformance asks', () => {
  it.each(Object.entries(conformanceItems))('has a test: %s', async (_item, places) => {
    expect(places.length).toBeGreaterThan(0);
    for (const [file, words] of places) {
      const text = await readFile(new URL(file, import.meta.url), 'utf8');
      expect(text, `${file}: ${words}`).toContain(words);
    }
  });
});
