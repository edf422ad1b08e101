import { SelectorError } from './selector-error.ts';

type Operator = 'in' | 'notin' | 'exists' | 'absent' | 'greater' | 'less';

interface Requirement {
  key: string;
  operator: Operator;
  values: readonly string[];
}

export type LabelSelector = (labels: Readonly<Record<string, string>> | undefined) => boolean;

const tokenShape = /\s*(?:(==|!=|[=!(),<>])|([^\s=!(),<>]+))/y;
const keyShape = /^(?:[a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const valueShape = /^(?:[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;
const keyRule =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const valueRule =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

function tokens(text: string): string[] {
  const found: string[] = [];
  tokenShape.lastIndex = 0;
  for (let match = tokenShape.exec(text); match !== null; match = tokenShape.exec(text))
    found.push(match[1] ?? match[2] ?? '');
  return found;
}

const symbols = new Set(['=', '==', '!=', '!', '(', ')', ',', '<', '>']);

class Parser {
  readonly #tokens: readonly string[];
  #position = 0;

  constructor(text: string) {
    this.#tokens = tokens(text);
  }

  requirements(): Requirement[] {
    const found: Requirement[] = [];
    while (this.#peek() !== undefined) {
      found.push(this.#requirement());
      const next = this.#take();
      if (next === undefined) break;
      if (next !== ',') throw new SelectorError(`found '${next}', expected: ',' or 'end of string'`);
      const follower = this.#peek();
      if (follower === undefined || (symbols.has(follower) && follower !== '!')) {
        throw new SelectorError(`found '${follower ?? ''}', expected: identifier after ','`);
      }
    }
    return found;
  }

  #requirement(): Requirement {
    if (this.#peek() === '!') {
      this.#take();
      return { key: this.#key(), operator: 'absent', values: [] };
    }
    const key = this.#key();
    const next = this.#peek();
    if (next === undefined || next === ',') return { key, operator: 'exists', values: [] };
    this.#take();
    switch (next) {
      case '=':
      case '==':
        return { key, operator: 'in', values: [this.#value()] };
      case '!=':
        return { key, operator: 'notin', values: [this.#value()] };
      case '>':
      case '<':
        return this.#comparison(key, next);
      case 'in':
      case 'notin':
        return { key, operator: next, values: this.#values() };
      default:
        throw new SelectorError(`found '${next}', expected: in, notin, =, ==, !=, gt, lt`);
    }
  }

  #comparison(key: string, symbol: string): Requirement {
    const bound = this.#value();
    if (!/^-?\d+$/.test(bound)) {
      throw new SelectorError(
        `values[0][${key}]: Invalid value: ${JSON.stringify(bound)}: for 'Gt', 'Lt' operators, the value must be an integer`,
      );
    }
    return { key, operator: symbol === '>' ? 'greater' : 'less', values: [bound] };
  }

  #key(): string {
    const key = this.#take();
    if (key === undefined || symbols.has(key))
      throw new SelectorError(`found '${key ?? ''}', expected: !, identifier, or 'end of string'`);
    if (!keyShape.test(key)) throw new SelectorError(`key: Invalid value: ${JSON.stringify(key)}: ${keyRule}`);
    return key;
  }

  /** A missing value is the empty one: `a=` selects the label with nothing in it. */
  #value(): string {
    const value = this.#peek();
    if (value === undefined || value === ',') return '';
    if (symbols.has(value)) throw new SelectorError(`found '${value}', expected: identifier`);
    this.#take();
    if (!valueShape.test(value))
      throw new SelectorError(`values[0]: Invalid value: ${JSON.stringify(value)}: ${valueRule}`);
    return value;
  }

  #values(): string[] {
    const opening = this.#take();
    if (opening !== '(') throw new SelectorError(`found '${opening ?? ''}', expected: '('`);
    const values: string[] = [];
    for (;;) {
      const next = this.#take();
      if (next === undefined) throw new SelectorError(`found '', expected: ',' or ')'`);
      if (next === ')') return values.length === 0 ? [''] : values;
      if (next === ',') {
        if (values.length === 0) values.push('');
        if (this.#peek() === ')' || this.#peek() === ',') values.push('');
      } else if (symbols.has(next)) throw new SelectorError(`found '${next}', expected: ',', ')' or identifier`);
      else values.push(next);
    }
  }

  #peek(): string | undefined {
    return this.#tokens[this.#position];
  }

  #take(): string | undefined {
    const token = this.#tokens[this.#position];
    this.#position += 1;
    return token;
  }
}

function matches(requirement: Requirement, labels: Readonly<Record<string, string>>): boolean {
  const value = Object.hasOwn(labels, requirement.key) ? labels[requirement.key] : undefined;
  switch (requirement.operator) {
    case 'in':
      return value !== undefined && requirement.values.includes(value);
    case 'notin':
      return value === undefined || !requirement.values.includes(value);
    case 'exists':
      return value !== undefined;
    case 'absent':
      return value === undefined;
    case 'greater':
      return value !== undefined && Number(value) > Number(requirement.values[0]);
    case 'less':
      return value !== undefined && Number(value) < Number(requirement.values[0]);
  }
}

/** Reads a `labelSelector` query, set-based syntax included. Throws SelectorError. */
export function parseLabelSelector(text: string): LabelSelector {
  let requirements: Requirement[];
  try {
    requirements = new Parser(text).requirements();
  } catch (error) {
    if (!(error instanceof SelectorError)) throw error;
    throw new SelectorError(`unable to parse requirement: ${error.message}`);
  }
  return (labels) => requirements.every((requirement) => matches(requirement, labels ?? {}));
}
