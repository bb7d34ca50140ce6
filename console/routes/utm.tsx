import { Anchor, Checkbox, Select, Stack, Text } from '@mantine/core';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import type { AnswerTo } from '../api.js';
import { formatMoneyOf, formatPercent, formatRange } from '../clock.js';
import { ChartIcon } from '../icons.js';
import { DataCell, DataTable, Sub } from '../parts/data-table.js';
import { backStyle, PageFrame, Panel } from '../parts/page.js';
import { Failure, RowsSkeleton, State } from '../parts/states.js';
import { PRESETS } from '../performance/ranges.js';
import { DEFAULT_LAST } from '../performance/view.js';
import { useAnswer } from '../queries.js';
import styles from '../styles/performance.module.css';
import { words } from '../words.js';
import { utmWords as w } from '../words-utm.js';

type Worklist = AnswerTo<'getUtm'>;

const nameOf = ({ id, name }: { readonly id: string; readonly name: string | null }): string => name ?? id;

const Totals = ({ totals }: { totals: Worklist['totals'] }) => (
  <DataTable numeric label={w.totals.label} heads={w.totals.heads}>
    {totals.map(({ currency, spend, withUtm, withoutUtm, withoutLink, notAttributed }) => (
      <tr role="row" key={currency}>
        <DataCell>
          <b>{currency ?? w.noCurrency}</b>
          {Number(spend) === 0 ? null : (
            <Sub>{w.totals.share(formatPercent(String(Number(withoutUtm) / Number(spend))))}</Sub>
          )}
        </DataCell>
        {[spend, withUtm, withoutUtm, withoutLink, notAttributed].map((value, index) => (
          <DataCell key={w.totals.heads[index + 1]} numeric label={w.totals.heads[index + 1] ?? ''}>
            <data value={value} className="numbers">
              {formatMoneyOf(value, currency)}
            </data>
          </DataCell>
        ))}
      </tr>
    ))}
  </DataTable>
);

const Ads = ({ ads, adCount }: Pick<Worklist, 'ads' | 'adCount'>) => (
  <Panel title={w.ads.title} flush={ads.length > 0}>
    {ads.length === 0 ? (
      <Text c="dimmed">{w.ads.none}</Text>
    ) : (
      <>
        <DataTable inPanel label={w.ads.title} heads={w.ads.heads}>
          {ads.map(({ accountId, id, name, shared, campaigns, url, currency, spend, problems }) => (
            <tr role="row" key={`${accountId} ${id} ${currency}`}>
              <DataCell>
                <span className="name">{name ?? w.ads.unnamed(id)}</span>
                {shared ? <Sub>{w.ads.shared}</Sub> : null}
                <Sub>
                  <span className="name">{url}</span>
                </Sub>
              </DataCell>
              <DataCell label={w.ads.heads[1]}>
                <span className="name">{w.values.campaigns(campaigns.map(nameOf)) || w.none}</span>
              </DataCell>
              <DataCell label={w.ads.heads[2]}>
                <data value={spend} className="numbers">
                  {formatMoneyOf(spend, currency)}
                </data>
              </DataCell>
              <DataCell label={w.ads.heads[3]}>
                {problems.map(({ kind, parameter = '' }) => (
                  <div key={`${kind} ${parameter}`} className="name">
                    {w.problems[kind](parameter)}
                  </div>
                ))}
              </DataCell>
            </tr>
          ))}
        </DataTable>
        {ads.length === adCount ? null : (
          <Text className={styles['padded'] ?? ''} size="xs" c="dimmed">
            {w.ads.more(ads.length, adCount)}
          </Text>
        )}
      </>
    )}
  </Panel>
);

const Values = ({ values }: Pick<Worklist, 'values'>) => (
  <Panel title={w.values.title} flush={values.length > 0}>
    {values.length === 0 ? (
      <Text c="dimmed">{w.values.none}</Text>
    ) : (
      <DataTable inPanel label={w.values.title} heads={w.values.heads}>
        {values.map(({ parameter, value, spellings, campaigns, ads, spend }) => (
          <tr role="row" key={`${parameter} ${value}`}>
            <DataCell>
              <b className="name">{value}</b>
              <Sub>
                {parameter} · {w.values.ads(ads)}
              </Sub>
            </DataCell>
            <DataCell label={w.values.heads[1]}>
              <span className="name">{spellings.join(', ')}</span>
            </DataCell>
            <DataCell label={w.values.heads[2]}>
              <span className="name">{w.values.campaigns(campaigns.map(nameOf)) || w.none}</span>
            </DataCell>
            <DataCell label={w.values.heads[3]}>
              {spend.map((each) => (
                <div key={each.currency} className="numbers">
                  {formatMoneyOf(each.spend, each.currency)}
                </div>
              ))}
            </DataCell>
          </tr>
        ))}
      </DataTable>
    )}
  </Panel>
);

/** How much spend carries no UTM parameters, which ads to mend, and which values to sort out. */
export const UtmPage = () => {
  const { last = DEFAULT_LAST, from, to, account, fold } = useSearch({ from: '/frame/performance/utm' });
  const navigate = useNavigate({ from: '/performance/utm' });
  const range = from === undefined && to === undefined ? { last } : { from, to };
  const query = { ...range, account, foldCase: fold === 'yes' ? ('true' as const) : undefined };
  const { data, error, refetch } = useAnswer('getUtm', { query }, { keep: true });
  return (
    <PageFrame
      title={w.title}
      lead={data === undefined ? w.lead : `${w.lead} ${formatRange(data.range.from, data.range.to)}.`}
      back={
        <Anchor
          className={backStyle ?? ''}
          renderRoot={(props) => <Link to="/performance" search={{ ...range, account }} {...props} />}
        >
          {w.back}
        </Anchor>
      }
    >
      <div className={styles['tools']}>
        <Select
          aria-label={w.range}
          data={PRESETS.map((value) => ({ value, label: words.performance.range.presets[value] }))}
          value={from === undefined && to === undefined ? last : null}
          placeholder={words.performance.range.custom}
          allowDeselect={false}
          onChange={(value) =>
            void navigate({
              search: (now) => ({ ...now, from: undefined, to: undefined, last: value ?? undefined }),
              replace: true,
            })
          }
        />
        <Checkbox
          label={w.foldCase}
          checked={fold === 'yes'}
          onChange={({ currentTarget: { checked } }) =>
            void navigate({ search: (now) => ({ ...now, fold: checked ? 'yes' : undefined }), replace: true })
          }
        />
      </div>
      {data === undefined ? (
        error === null ? (
          <RowsSkeleton rows={8} />
        ) : (
          <Failure error={error} retry={() => void refetch()} order={2} />
        )
      ) : data.totals.length === 0 ? (
        <State icon={<ChartIcon size={20} />} title={w.empty} />
      ) : (
        <Stack gap="md">
          <Totals totals={data.totals} />
          <Ads ads={data.ads} adCount={data.adCount} />
          <Values values={data.values} />
        </Stack>
      )}
    </PageFrame>
  );
};
