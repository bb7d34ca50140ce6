import { Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import type { ReactNode } from 'react';
import styles from '../styles/page.module.css';
import { words } from '../words.js';

interface PageProps {
  readonly title: string;
  /** Of the browser's tab, where it says more than the heading. */
  readonly tabTitle?: string | undefined;
  readonly lead?: ReactNode;
  readonly back?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

export const PageFrame = ({ title, tabTitle = title, lead, back, actions, children }: PageProps) => {
  useDocumentTitle(`${tabTitle} – ${words.product}`);
  return (
    <>
      <div className={styles['head']}>
        <div className={styles['titles']}>
          {back}
          <Title order={1} className="name">
            {title}
          </Title>
          {lead === undefined ? null : (
            <Text c="dimmed" mt={2} component="div">
              {lead}
            </Text>
          )}
        </div>
        {actions === undefined ? null : <div className={styles['actions']}>{actions}</div>}
      </div>
      {children}
    </>
  );
};

export const backStyle = styles['back'];

interface PanelProps {
  readonly title?: string;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
  /** Whether the content reaches the border, as a table does. */
  readonly flush?: boolean;
}

export const Panel = ({ title, aside, children, flush = false }: PanelProps) => (
  <section className={styles['panel']} aria-label={title}>
    {title === undefined ? null : (
      <div className={styles['panelHead']}>
        <Title order={2} size="h3">
          {title}
        </Title>
        {aside}
      </div>
    )}
    <div className={flush ? undefined : styles['panelBody']}>{children}</div>
  </section>
);

/** A page of nobody who has signed in yet: one card. */
export const LonePage = ({ title, lead, children }: { title: string; lead?: ReactNode; children?: ReactNode }) => {
  useDocumentTitle(`${title} – ${words.product}`);
  return (
    <main className={styles['lone']}>
      <div className={styles['card']}>
        <Stack gap="lg">
          <img src="/icon.svg" alt="" width={36} height={36} />
          <div>
            <Title order={1}>{title}</Title>
            {lead === undefined ? null : (
              <Text c="dimmed" mt={4} component="div">
                {lead}
              </Text>
            )}
          </div>
          {children}
        </Stack>
      </div>
    </main>
  );
};
