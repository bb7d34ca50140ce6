import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { classify, MalformedResponse, XAdsError } from '../../x-ads/errors/index.js';
import { parseJson } from '../../x-ads/json.js';
import { parseStatsFile } from '../../x-ads/resources/stats.js';

const call = {
  method: 'POST',
  path: '/12/stats/jobs/accounts/a1',
  host: 'ads',
  scope: 'user',
  windowSeconds: 60,
  aheadMs: undefined,
} as const;

test('any refusal, whatever its body and headers, is some XAdsError', () => {
  const codes = fc.array(fc.record({ code: fc.jsonValue(), message: fc.jsonValue() }));
  const body = fc.oneof(
    fc.string(),
    fc.json(),
    codes.map((errors) => JSON.stringify({ errors })),
  );
  const headers = fc.dictionary(
    fc.constantFrom('date', 'retry-after', 'x-rate-limit-limit', 'x-rate-limit-reset', 'x-rate-limit-remaining'),
    fc.oneof(fc.string(), fc.nat().map(String)),
  );
  fc.assert(
    fc.property(fc.integer({ min: 300, max: 599 }), headers, body, (status, sent, text) => {
      const error = classify(status, sent, text, call);
      expect(error).toBeInstanceOf(XAdsError);
      expect(error.status).toBe(status);
    }),
    { numRuns: 1000 },
  );
});

test('any JSON that is not a stats file is malformed, and nothing else', () => {
  const entry = fc.oneof(fc.jsonValue(), fc.record({ id: fc.string(), id_data: fc.jsonValue() }));
  const file = fc.record({ time_series_length: fc.nat(3), data: fc.array(entry) });
  fc.assert(
    fc.property(
      fc.oneof(
        fc.json(),
        fc.string(),
        file.map((value) => JSON.stringify(value)),
      ),
      (text) => {
        try {
          parseStatsFile(text);
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedResponse);
        }
      },
    ),
    { numRuns: 1000 },
  );
});

test('JSON without long numbers reads as JSON.parse reads it', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.bigInt({ min: 2n ** 53n, max: 2n ** 63n }), (value, id) => {
      const text = JSON.stringify(value);
      // Texts with long numbers are rewritten, and are tested elsewhere.
      if (!/\d{16}|\d[.eE]|\\u/.test(text)) expect(parseJson(text)).toEqual(JSON.parse(text));
      expect(parseJson(`{"id":${id},"text":${JSON.stringify(`"${id}\\`)},"id_str":"${id}"}`)).toEqual({
        id: String(id),
        text: `"${id}\\`,
        id_str: String(id),
      });
    }),
  );
});
