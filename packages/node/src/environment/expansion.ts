import type { ExpandedText } from '../provider/environment.ts';
import { joinTexts } from './expanded-text.ts';

/** What stands behind a name in `$(NAME)`; undefined leaves the reference as it is written. */
export type ReferenceMapping = (name: string) => ExpandedText | undefined;

/**
 * Replaces `$(NAME)` in a text. `$$` gives one `$`, so that `$$(NAME)` stays as `$(NAME)`; an unknown name, an unclosed
 * `$(` and a `$` before anything else stay as they are. What was put in is not expanded again.
 *
 * Source of the rule: Kubernetes documentation, "Define Dependent Environment Variables", and the kubelet's expansion.
 */
export function expand(text: string, mapping: ReferenceMapping): ExpandedText {
  if (!text.includes('$')) return text;
  const texts: ExpandedText[] = [];
  let copied = 0;
  let dollar = text.indexOf('$');
  while (dollar !== -1 && dollar + 1 < text.length) {
    texts.push(text.slice(copied, dollar));
    const end = text[dollar + 1] === '(' ? text.indexOf(')', dollar + 2) : -1;
    if (text[dollar + 1] === '$') {
      texts.push('$');
      copied = dollar + 2;
    } else if (end !== -1) {
      texts.push(mapping(text.slice(dollar + 2, end)) ?? text.slice(dollar, end + 1));
      copied = end + 1;
    } else {
      texts.push('$');
      copied = dollar + 1;
    }
    dollar = text.indexOf('$', copied);
  }
  texts.push(text.slice(copied));
  return joinTexts(texts);
}
