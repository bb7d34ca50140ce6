import { invalidParameter, missingParameter } from '../../errors.js';
import { GROUPS, LEVELS, PLACEMENTS, type Group } from '../../numbers/metrics.js';
import { SEGMENTATIONS, type Segmentation, type NumbersQuery } from '../../numbers/query.js';
import type { AccountCall } from './call.js';
import type { Params } from './params.js';
import { readWindow } from './window.js';

const MAX_IDS = 20;
const SYNC_DAYS = 7;
const JOB_DAYS = 90;
const SEGMENTED_JOB_DAYS = 45;

const readIds = (params: Params): readonly string[] => {
  const ids = params.list('entity_ids', MAX_IDS) ?? [];
  // X refuses an empty and a missing parameter alike (xdevplatform/twitter-python-ads-sdk#209, docs/x-ads-api.md
  // §17.21).
  if (ids.length === 0) throw invalidParameter('entity_ids', 'A minimum of 1 items must be provided for entity_ids');
  return ids;
};

const readGroups = (params: Params, withMedia: boolean): { groups: readonly Group[]; media: boolean } => {
  const names = params.list('metric_groups', GROUPS.length + 1);
  if (names === undefined || names.length === 0) throw missingParameter('metric_groups');
  const allowed: readonly string[] = withMedia ? [...GROUPS, 'MEDIA'] : GROUPS;
  const wrong = names.find((name) => !allowed.includes(name));
  if (wrong !== undefined) {
    const message = `Expected one of ${allowed.join(', ')}, got "${wrong}" for metric_groups`;
    throw invalidParameter('metric_groups', message, { value: wrong });
  }
  return { groups: GROUPS.filter((group) => names.includes(group)), media: names.includes('MEDIA') };
};

const readSegmentation = (params: Params, groups: readonly Group[]): Segmentation | null => {
  const segmentation = params.choice('segmentation_type', SEGMENTATIONS) ?? null;
  if (segmentation === 'METROS' && !params.has('country')) {
    throw invalidParameter('country', 'country is required for segmentation_type METROS');
  }
  if (segmentation === 'CONVERSION_TAGS' && groups.some((group) => group !== 'WEB_CONVERSION')) {
    throw invalidParameter('segmentation_type', 'CONVERSION_TAGS is available for WEB_CONVERSION only');
  }
  return segmentation;
};

/**
 * Reads a request for numbers. Its bounds are checked against the account's days at the present data time.
 *
 * @throws ApiError for requests that X refuses.
 */
export const readStatsQuery = (
  { params, account, simulator }: Pick<AccountCall, 'params' | 'account' | 'simulator'>,
  kind: 'sync' | 'job',
): NumbersQuery => {
  const { options } = simulator;
  const level = params.required('entity', LEVELS);
  const entityIds = readIds(params);
  const granularity = params.required('granularity', ['HOUR', 'DAY', 'TOTAL']);
  const placements: readonly string[] = options.publisherNetwork ? [...PLACEMENTS, 'PUBLISHER_NETWORK'] : PLACEMENTS;
  const placement = params.required('placement', placements);
  const { groups, media } = readGroups(params, options.mediaGroup);
  // The sync endpoint has no segmentation and ignores the parameter (docs/x-ads-api.md §17.32).
  const segmentation = kind === 'job' ? readSegmentation(params, groups) : null;
  const maxDays = kind === 'sync' ? SYNC_DAYS : segmentation === null ? JOB_DAYS : SEGMENTED_JOB_DAYS;
  const { start, end } = readWindow(params, account.calendar.at(simulator.clock.dataSeconds()), {
    maxDays,
    byDay: granularity === 'DAY',
  });
  const extra = (name: string): string | null => (kind === 'job' ? (params.text(name) ?? null) : null);
  return {
    level,
    entityIds,
    start,
    end,
    granularity,
    placement,
    groups,
    media,
    segmentation,
    country: extra('country'),
    platform: extra('platform'),
  };
};
