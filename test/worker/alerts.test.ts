import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { createPrometheusMetrics } from '../../worker/prometheus.js';

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

interface Dashboard {
  readonly panels: readonly { readonly title: string; readonly targets: readonly { readonly expr: string }[] }[];
}

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const { groups } = parse(read('ops/prometheus/alerts.yml')) as { groups: readonly { rules: readonly Rule[] }[] };
const rules = groups.flatMap(({ rules }) => rules);

/** As in Temporal's documentation of the core's metrics; test/worker/served.test.ts sees them. */
const ofTemporal = ['temporal_request_failure', 'temporal_worker_task_slots_available'];

/** The anchor that GitHub gives a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');

it('watches only metrics that there are', async () => {
  const ours = await createPrometheusMetrics().registry.getMetricsAsJSON();
  const known = new Set([...ofTemporal, ...ours.map(({ name }) => name)]);
  const isKnown = (name: string): boolean => known.has(name) || known.has(name.replace(/_(bucket|sum|count)$/, ''));
  const { panels } = JSON.parse(read('ops/grafana/dashboard.json')) as Dashboard;
  const shown = panels.flatMap(({ title, targets }) => targets.map(({ expr }) => ({ alert: title, expr })));
  const asked = [...rules, ...shown];
  const named = asked.map(({ alert, expr }) => ({ alert, names: expr.match(/\b(xads|temporal)_\w+/g) ?? [] }));
  expect(named.filter(({ names }) => names.length === 0)).toEqual([]);
  expect(named.filter(({ names }) => !names.every(isKnown))).toEqual([]);
});

it('sends whoever is woken to a heading of the runbook', () => {
  const headings = [...read('docs/operating.md').matchAll(/^## (.+)$/gm)].map(([, text = '']) => anchorOf(text));
  const pages = new Set(headings.map((heading) => `docs/operating.md#${heading}`));
  expect(rules.filter(({ annotations }) => !pages.has(annotations['runbook_url'] ?? ''))).toEqual([]);
});

it('judges each account by itself, and pages for nothing that nobody can cure', () => {
  const ofAccounts = rules.filter(({ expr }) => expr.includes('xads_account_'));
  expect(ofAccounts.length).toBeGreaterThan(5);
  // A sum over all accounts would hide one that stands still.
  expect(ofAccounts.filter(({ expr }) => !/by \(account_id[,)]/.test(expr) || / on ?\(/.test(expr))).toEqual([]);
  expect(ofAccounts.find(({ alert }) => alert === 'XAdsJobsStuck')?.expr).toContain('xads_account_standstill_seconds');
  expect(ofAccounts.filter(({ expr }) => expr.includes('unavailable'))).toEqual([]);
});

const isWhole = ({ alert, labels, annotations, for: holds = '0m' }: Rule): boolean =>
  /^XAds[A-Za-z]+$/.test(alert) &&
  ['page', 'ticket', 'info'].includes(labels['severity'] ?? '') &&
  (annotations['summary'] ?? '').endsWith('.') &&
  /^\d+[mh]$/.test(holds);

it('says how urgent each is, and what is the matter, under a name of its own', () => {
  expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
  expect(rules.filter((rule) => !isWhole(rule))).toEqual([]);
});
