import { z } from 'zod';
import { instantShape } from '../../client/shapes.js';
import { readAudit } from '../../store/people/audit.js';
import { defineRoute } from '../route.js';

const PAGE = 50;
const valuesShape = z.record(z.string(), z.unknown());

const entryShape = z.strictObject({
  id: z.int(),
  at: instantShape,
  actor: z.string(),
  /** As they were called then. */
  actorName: z.string(),
  /** A stable word, such as `member.role_changed`. */
  action: z.string(),
  subject: z.strictObject({ kind: z.string(), id: z.string().exactOptional(), name: z.string().exactOptional() }),
  from: valuesShape.exactOptional(),
  to: valuesShape.exactOptional(),
});

export const getAudit = defineRoute({
  name: 'getAudit',
  method: 'GET',
  path: '/audit',
  access: 'see_audit',
  summary: 'Who did what in the workspace, newest first, fifty at a time: `before` is the last id of the page before.',
  query: { before: z.coerce.number().int().positive().exactOptional() },
  answer: z.strictObject({ entries: z.array(entryShape), next: z.int().exactOptional() }),
  handle: async ({ db, viewer }, { query }) => {
    const entries = await readAudit(db, viewer.workspaceId, { ...query, limit: PAGE });
    const last = entries.length === PAGE ? entries.at(-1) : undefined;
    return {
      entries: entries.map(({ subjectKind, subjectId, subjectName, was, became, ...entry }) => ({
        ...entry,
        subject: {
          kind: subjectKind,
          ...(subjectId === null ? {} : { id: subjectId }),
          ...(subjectName === null ? {} : { name: subjectName }),
        },
        ...(was === null ? {} : { from: { ...was } }),
        ...(became === null ? {} : { to: { ...became } }),
      })),
      ...(last === undefined ? {} : { next: last.id }),
    };
  },
});
