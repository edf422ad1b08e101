/** What a script consists of, as the parser gives it and the shell runs it. */
export type Script = readonly Command[];

export type Command =
  | SimpleCommand
  | { readonly kind: 'pipeline'; readonly stages: readonly Command[]; readonly negated: boolean }
  | { readonly kind: 'and' | 'or'; readonly left: Command; readonly right: Command }
  | CompoundCommand;

export interface SimpleCommand {
  readonly kind: 'simple';
  readonly assignments: readonly { readonly name: string; readonly value: Word }[];
  readonly words: readonly Word[];
  readonly redirections: readonly Redirection[];
}

export type CompoundCommand = { readonly redirections: readonly Redirection[] } & (
  | { readonly kind: 'subshell' | 'group'; readonly body: Script }
  | {
      readonly kind: 'if';
      readonly branches: readonly { readonly condition: Script; readonly body: Script }[];
      readonly otherwise?: Script;
    }
  | { readonly kind: 'while' | 'until'; readonly condition: Script; readonly body: Script }
  | { readonly kind: 'for'; readonly name: string; readonly words?: readonly Word[]; readonly body: Script }
);

export interface Redirection {
  /** 0, 1 or 2. */
  readonly descriptor: number;
  readonly operator: '<' | '>' | '>>' | '>&' | '<<';
  /** A path, a descriptor, or the text itself of a here-document. */
  readonly target: Word;
}

export type Word = readonly WordPart[];

/** `quoted`: what it expands to is neither split nor matched against file names. */
export type WordPart = { readonly quoted: boolean } & (
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'variable';
      readonly name: string;
      /** `${NAME:-word}` and its kin. */
      readonly operator?: string;
      readonly operand?: Word;
    }
  | { readonly kind: 'substitution'; readonly script: Script }
  | { readonly kind: 'arithmetic'; readonly expression: Word }
);
