import type { StoreEvent, StoreEventType } from '../store/watch-window.ts';
import type { StoredObject } from '../store/stored-object.ts';
import { isSelected, type ListOptions } from './list-options.ts';

/** What a watcher is told about a change. */
export interface SelectedEvent {
  type: StoreEventType;
  stored: StoredObject;
}

/**
 * What a change means to a watcher with selectors: an object that begins to match is added, one that ceases to match is
 * deleted, and the deletion shows its last matching state under the new resourceVersion.
 */
export function selectEvent(event: StoreEvent, prefix: string, options: ListOptions): SelectedEvent | undefined {
  const { type, current, previous } = event;
  if (!current.key.startsWith(prefix)) return undefined;
  if (options.labels === undefined && options.fields.length === 0) return { type, stored: current };
  const isMatch = isSelected(options, current.object);
  if (type === 'DELETED') return isMatch ? { type, stored: current } : undefined;
  const wasMatch = previous !== undefined && isSelected(options, previous.object);
  if (isMatch) return { type: wasMatch ? 'MODIFIED' : 'ADDED', stored: current };
  return wasMatch ? { type: 'DELETED', stored: previous.withRevision(event.revision) } : undefined;
}
