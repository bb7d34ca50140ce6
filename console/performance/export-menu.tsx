import { Button, Menu } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { ChevronDownIcon, CodeIcon, DownloadIcon } from '../icons.js';
import { words } from '../words.js';
import { curlOf, pandasOf, sqlOf } from './copies.js';
import { queryString, type Question } from './questions.js';
import type { ShownPerformance } from './answer.js';

const w = words.performance.out;

const copy = async (text: string, hint: string): Promise<void> => {
  await navigator.clipboard.writeText(text);
  notifications.show({ title: w.copied, message: hint });
};

/** Takes all rows of the view out of the page: as a file, or as a command that asks the same. */
export const ExportMenu = ({ question, answer }: { question: Question; answer: ShownPerformance | undefined }) => {
  const address = (format: 'csv' | 'json', more: Question = {}): string =>
    `/api/v1/performance?${queryString({ ...question, ...more, format })}`;
  const file = (ending: string): string =>
    `ad-performance-${answer?.range.from ?? ''}-${answer?.range.to ?? ''}.${ending}`;
  const csv = new URL(address('csv'), location.origin).href;
  return (
    <Menu width={220}>
      <Menu.Target>
        <Button
          variant="default"
          leftSection={<DownloadIcon size={15} aria-hidden />}
          rightSection={<ChevronDownIcon size={13} aria-hidden />}
        >
          {w.label}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{w.file}</Menu.Label>
        <Menu.Item component="a" href={address('csv')} download={file('csv')} leftSection={<DownloadIcon size={15} />}>
          {w.csv}
        </Menu.Item>
        <Menu.Item
          component="a"
          href={address('json', { limit: 10_000 })}
          download={file('json')}
          leftSection={<DownloadIcon size={15} />}
        >
          {w.json}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item leftSection={<CodeIcon size={15} />} onClick={() => void copy(curlOf(csv), w.key)}>
          {w.curl}
        </Menu.Item>
        <Menu.Item leftSection={<CodeIcon size={15} />} onClick={() => void copy(pandasOf(csv), w.key)}>
          {w.pandas}
        </Menu.Item>
        {answer === undefined ? null : (
          <Menu.Item leftSection={<CodeIcon size={15} />} onClick={() => void copy(sqlOf(answer.question), w.database)}>
            {w.sql}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
};
