/** Lets everything else in the process have its turn: a loop in a container must not stop the node. */
export function eventLoopTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
