import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';

/**
 * What the Temporal UI can filter by. These are never encrypted, so they hold ids and stable words only. All are
 * `Keyword`: on SQL servers there are ten of those, each of at most 255 characters.
 */
const keyword = (name: string) => defineSearchAttributeKey(name, SearchAttributeType.KEYWORD);

export const connectionIdAttribute = keyword('ConnectionId');
export const adAccountIdAttribute = keyword('AdAccountId');
/** `history`, `manual` or `daily`. */
export const importKindAttribute = keyword('ImportKind');
export const phaseAttribute = keyword('Phase');
/** `another_run` while an import waits for the days that another has under way; other waits are pending activities. */
export const waitReasonAttribute = keyword('WaitReason');

/** Everything that a namespace must know before a workflow can start. */
export const searchAttributes = [
  connectionIdAttribute,
  adAccountIdAttribute,
  importKindAttribute,
  phaseAttribute,
  waitReasonAttribute,
] as const;
