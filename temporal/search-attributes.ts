import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';

/**
 * What the Temporal UI can filter by. Temporal stores them unencrypted, so that they hold ids and stable words only.
 * All are of type `Keyword`: a namespace on a SQL server has ten of those, each of at most 255 characters.
 */
const keyword = (name: string) => defineSearchAttributeKey(name, SearchAttributeType.KEYWORD);

export const connectionIdAttribute = keyword('ConnectionId');
export const adAccountIdAttribute = keyword('AdAccountId');
/** `history`, `manual` or `daily`. */
export const importKindAttribute = keyword('ImportKind');
export const phaseAttribute = keyword('Phase');
/** `another_run` while an import waits for days that another run imports. Other waits show as pending activities. */
export const waitReasonAttribute = keyword('WaitReason');

/** A namespace must have all of them before a workflow can start. */
export const searchAttributes = [
  connectionIdAttribute,
  adAccountIdAttribute,
  importKindAttribute,
  phaseAttribute,
  waitReasonAttribute,
] as const;
