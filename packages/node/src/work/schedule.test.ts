import { describe, expect, it } from 'vitest';
import { Schedule } from './schedule.ts';

describe('Schedule', () => {
  it('gives keys back in the order in which they are due', () => {
    const schedule = new Schedule<string>();
    schedule.add('c', 30);
    schedule.add('a', 10);
    schedule.add('b', 20);
    expect(schedule.nextDueAt).toBe(10);
    expect(schedule.takeDue(25)).toEqual(['a', 'b']);
    expect(schedule.takeDue(25)).toEqual([]);
    expect(schedule.size).toBe(1);
  });

  it('lets the earlier of two times win, whichever came first', () => {
    const schedule = new Schedule<string>();
    schedule.add('x', 20);
    expect(schedule.add('x', 10)).toBe(true);
    expect(schedule.add('x', 15)).toBe(false);
    expect(schedule.size).toBe(1);
    expect(schedule.takeDue(10)).toEqual(['x']);
    expect(schedule.takeDue(100)).toEqual([]);
  });

  it('keeps the order of putting in among keys that are due together', () => {
    const schedule = new Schedule<number>();
    for (let key = 0; key < 50; key++) schedule.add(key, 5);
    expect(schedule.takeDue(5)).toEqual(Array.from({ length: 50 }, (_, key) => key));
  });

  it('takes a key out wherever it stands', () => {
    const schedule = new Schedule<number>();
    for (const key of [5, 3, 8, 1, 9, 2, 7]) schedule.add(key, key);
    expect(schedule.remove(3)).toBe(true);
    expect(schedule.remove(3)).toBe(false);
    expect(schedule.remove(9)).toBe(true);
    expect(schedule.has(9)).toBe(false);
    expect(schedule.takeDue(100)).toEqual([1, 2, 5, 7, 8]);
  });

  it('agrees with a sorted list over a long random history', () => {
    const schedule = new Schedule<number>();
    const model = new Map<number, number>();
    let seed = 7;
    const random = (below: number): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return Math.floor((seed / 2_147_483_648) * below);
    };
    const disagreements: number[] = [];
    for (let step = 0; step < 5_000; step++) {
      const key = random(200);
      const dueAt = random(100_000);
      if (random(4) === 0) {
        if (schedule.remove(key) !== model.delete(key)) disagreements.push(step);
      } else {
        schedule.add(key, dueAt);
        model.set(key, Math.min(dueAt, model.get(key) ?? Number.POSITIVE_INFINITY));
      }
    }
    expect(disagreements).toEqual([]);
    const times = schedule.takeDue(100_000).map((key) => model.get(key));
    expect(times).toEqual([...model.values()].sort((a, b) => a - b));
  });
});
