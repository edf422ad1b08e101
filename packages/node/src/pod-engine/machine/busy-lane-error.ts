/** Two actions at once in one lane: a defect of the machine, which would forget the first one. */
export class BusyLaneError extends Error {
  override readonly name = 'BusyLaneError';
  readonly code = 'BusyLane';

  constructor(lane: string) {
    super(`an action is under way in ${lane}`);
  }
}
