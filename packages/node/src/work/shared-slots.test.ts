import { describe, expect, it } from 'vitest';
import { SharedSlots, type SlotTaker } from './shared-slots.ts';

function setUp(count: number) {
  const slots = new SharedSlots(count);
  const got: string[] = [];
  const taker = (name: string, wants = true): SlotTaker & { ask: () => boolean } => {
    const self = {
      ask: () => {
        const taken = slots.tryTake(self);
        if (taken) got.push(name);
        return taken;
      },
      onSlotFree: () => void (wants && self.ask()),
    };
    return self;
  };
  return { slots, got, taker };
}

describe('SharedSlots', () => {
  it('are as many as they are, and go to those who wait in the order in which they asked', () => {
    const { slots, got, taker } = setUp(2);
    const takers = ['a', 'b', 'c', 'd'].map((name) => taker(name));
    expect(takers.map(({ ask }) => ask())).toEqual([true, true, false, false]);
    takers[2]?.ask();
    slots.give();
    expect(got).toEqual(['a', 'b', 'c']);
    slots.give();
    expect(got).toEqual(['a', 'b', 'c', 'd']);
  });

  it('go to the next when the one whose turn it is wants none any more', () => {
    const { slots, got, taker } = setUp(1);
    const takers = [taker('a'), taker('gone', false), taker('b')];
    for (const { ask } of takers) ask();
    slots.give();
    expect(got).toEqual(['a', 'b']);
  });

  it('are free for whoever asks next when nobody wants them', () => {
    const { slots, got, taker } = setUp(1);
    const takers = [taker('a'), taker('gone', false), taker('b')];
    takers[0]?.ask();
    takers[1]?.ask();
    slots.give();
    expect(takers[2]?.ask()).toBe(true);
    expect(got).toEqual(['a', 'b']);
  });
});
