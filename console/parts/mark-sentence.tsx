import type { Mark } from '../answers.js';
import { formatUntil } from '../clock.js';
import { words } from '../words.js';

/** What a status says, with the end of a wait in the viewer's zone. */
export const MarkSentence = ({ mark }: { mark: Pick<Mark, 'sentence' | 'until'> }) => (
  <>
    {mark.sentence}
    {mark.until === undefined ? null : ` ${words.connections.until(formatUntil(mark.until))}`}
  </>
);
