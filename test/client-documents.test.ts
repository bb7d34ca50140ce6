import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { doctorCheckShape } from '../cli/documents.js';
import { backfillsCancelledShape, backfillStartedShape, choiceShape } from '../client/answers.js';
import * as reports from '../client/report-shapes.js';
import { leftOutShape } from '../client/left-out-shape.js';
import { performanceShape } from '../client/performance-shapes.js';
import * as shapes from '../client/shapes.js';

const guide = readFileSync(new URL('../docs/client.md', import.meta.url), 'utf8');
const chapter = /^## Documents\n([^]*?)^## /m.exec(guide)?.[1] ?? '';

/** The documents as the guide names them; those that extend another list only what is their own. */
const documents: Readonly<Record<string, z.ZodReadonly<z.ZodObject>>> = {
  Connection: shapes.connectionSummaryShape,
  Mark: shapes.statusMarkShape,
  ConnectionDays: shapes.connectionDaysShape,
  AccountDays: shapes.accountDaysShape,
  Problem: shapes.problemShape,
  NextStep: shapes.nextStepShape,
  Account: shapes.accountSummaryShape,
  Choice: choiceShape,
  Status: shapes.connectionStatusShape,
  Grant: shapes.grantSummaryShape,
  Run: shapes.runSummaryShape,
  Hold: shapes.holdShape,
  HoldSummary: shapes.holdSummaryShape,
  LeftOut: leftOutShape,
  Progress: shapes.progressShape,
  Coverage: shapes.accountCoverageShape,
  CoverageDay: shapes.coverageDayShape,
  BackfillStarted: backfillStartedShape,
  BackfillsCancelled: backfillsCancelledShape,
  Restatements: reports.accountRestatementsShape,
  Movement: reports.movementSummaryShape,
  Change: reports.changeShape,
  Settling: reports.settlingShape,
  Reconciliation: reports.accountReconciliationShape,
  CampaignTotal: reports.campaignTotalShape,
  Comparison: reports.levelComparisonShape,
  Performance: performanceShape,
  BlindCheck: reports.blindCheckShape,
  Check: doctorCheckShape,
};
const extended: Readonly<Record<string, string>> = {
  Status: 'Connection',
  HoldSummary: 'Hold',
  AccountDays: 'ConnectionDays',
};

/** `name`, or `name?` where it may be absent. */
const fieldsOf = (name: string): readonly string[] =>
  Object.entries(documents[name]?.unwrap().shape ?? {}).map(
    ([field, type]) => `${field}${type instanceof z.ZodExactOptional ? '?' : ''}`,
  );
const listed = new Map(
  chapter
    .split(/^### /m)
    .slice(1)
    .map((section) => [
      /^`(\w+)`/.exec(section)?.[1] ?? section,
      [...section.matchAll(/^\| `(\w+)`(\??) \|/gm)].map(([, field, optional]) => `${field}${optional}`),
    ]),
);

test('docs/client.md describes every document', () => {
  expect([...listed.keys()].toSorted()).toEqual(Object.keys(documents).toSorted());
});

test.each(Object.keys(documents))('docs/client.md lists exactly the fields of a %s', (name) => {
  const inherited = extended[name] === undefined ? [] : fieldsOf(extended[name]);
  expect([...inherited, ...(listed.get(name) ?? [])].toSorted()).toEqual([...fieldsOf(name)].toSorted());
});

test('docs/client.md lists every action of a next step', () => {
  const row = /^\| `action` \| (.*) \|$/m.exec(chapter)?.[1] ?? '';
  const actions = [...row.matchAll(/`(\w+)`/g)].map(([, action]) => action);
  expect(actions).toEqual(shapes.nextStepShape.unwrap().shape.action.options);
});
