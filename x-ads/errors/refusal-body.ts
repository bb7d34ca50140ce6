import { z } from 'zod';

/** The readable part of a refusal. */
export interface RefusalBody {
  /** X's codes in X's order: CAPS words of the Ads API, or the gateway's numbers as text (x-ads-api.md §3.4). */
  readonly codes: readonly string[];
  /** X's words, or the beginning of a plain text; empty for HTML. */
  readonly message: string;
}

const MAX_MESSAGE = 500;

const errorSchema = z.object({
  code: z.union([z.string(), z.number()]).nullish().catch(undefined),
  message: z.string().nullish().catch(undefined),
  parameter: z.string().nullish().catch(undefined),
  attribute: z.string().nullish().catch(undefined),
});
const bodySchema = z.object({ errors: z.union([z.array(errorSchema), errorSchema.transform((error) => [error])]) });

const parse = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
};

/** Reads JSON of either kind, plain text, or a gateway's HTML; never throws. */
export const readRefusal = (body: string): RefusalBody => {
  const result = bodySchema.safeParse(parse(body));
  if (result.success) {
    const errors = result.data.errors;
    const words = errors.map(({ message, parameter, attribute }) => {
      const about = parameter ?? attribute ?? '';
      return about === '' ? (message ?? '') : `${message ?? ''} (${about})`;
    });
    return {
      codes: errors.flatMap(({ code }) => (code === undefined || code === null ? [] : [String(code)])),
      message: words
        .filter((word) => word !== '')
        .join('; ')
        .slice(0, MAX_MESSAGE),
    };
  }
  const text = body.trim();
  const isProse = text !== '' && !text.startsWith('<') && !text.startsWith('{') && !text.startsWith('[');
  return { codes: [], message: isProse ? text.slice(0, MAX_MESSAGE) : '' };
};
