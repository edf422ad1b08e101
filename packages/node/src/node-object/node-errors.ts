/** There is a Node of this name that no virtual kubelet made: a real kubelet's, perhaps. */
export class NodeNotOursError extends Error {
  override readonly name = 'NodeNotOursError';
  readonly code = 'NodeNotOurs';

  constructor(node: string) {
    super(
      `node "${node}" exists and was not registered by a virtual kubelet; choose another name (--nodename), or take it over with --adopt-node`,
    );
  }
}

/** The credentials do not allow what `--on-exit` asks for. */
export class OnExitForbiddenError extends Error {
  override readonly name = 'OnExitForbiddenError';
  readonly code = 'OnExitForbidden';

  constructor(node: string, onExit: string, verb: string) {
    super(
      `--on-exit=${onExit} needs the right to ${verb} node "${node}", which these credentials do not have; use --on-exit=leave or not-ready`,
    );
  }
}

/** The Node could not be made because there was one, and there was none when it was read: deleted in between. It is tried again. */
export class NodeVanishedError extends Error {
  override readonly name = 'NodeVanishedError';
  readonly code = 'NodeVanished';

  constructor(node: string) {
    super(`node "${node}" was deleted while it was being registered`);
  }
}
