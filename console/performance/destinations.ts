import { useAnswer } from '../queries.js';
import type { ShownPerformance } from './answer.js';
import { destinationsQuestion } from './questions.js';
import { useView } from './use-view.js';

/** Where the ads of a page of the table lead, by their ids. */
export const useDestinations = ({ dimensions, rows }: ShownPerformance): ReadonlyMap<string, string> => {
  const { view } = useView();
  const ads = [...new Set(rows.flatMap(({ key }) => key['ad'] ?? []))];
  const isOfAds = dimensions.some(({ id }) => id === 'ad') && ads.length > 0;
  const { data } = useAnswer(
    'getPerformance',
    { query: destinationsQuestion(view, ads) },
    { enabled: isOfAds, keep: true },
  );
  return new Map(
    data?.rows.flatMap(({ key }) => {
      const { ad, destination_host: host, destination_path: path } = key;
      return typeof ad === 'string' && typeof host === 'string' ? [[ad, `${host}${path ?? ''}`] as const] : [];
    }),
  );
};
