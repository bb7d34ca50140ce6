import { Anchor, Badge, Code, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { PageFrame, Panel } from '../parts/page.js';
import { Failure, RowsSkeleton } from '../parts/states.js';
import styles from '../styles/api-reference.module.css';
import { words } from '../words.js';

const w = words.apiReference;
const DOCUMENT = '/api/v1/openapi.json';

interface Operation {
  readonly summary?: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  readonly parameters?: readonly unknown[];
  readonly requestBody?: unknown;
  readonly responses?: unknown;
}

interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

const readDocument = async ({ signal }: { signal: AbortSignal }): Promise<ApiDocument> => {
  const response = await fetch(DOCUMENT, { signal });
  if (!response.ok) throw new Error(w.unreadable);
  return (await response.json()) as ApiDocument;
};

const Shape = ({ title, shape }: { title: string; shape: unknown }) =>
  shape === undefined ? null : (
    <div>
      <Text size="sm" fw={600}>
        {title}
      </Text>
      <Code block className={styles['shape']} tabIndex={0}>
        {JSON.stringify(shape, undefined, 2)}
      </Code>
    </div>
  );

const Route = ({ method, path, operation }: { method: string; path: string; operation: Operation }) => (
  <details className={styles['route']}>
    <summary>
      <Group gap="xs" wrap="wrap" component="span" className={styles['line']}>
        <Badge variant="default" radius="sm" className={styles['method']}>
          {method}
        </Badge>
        <Code>{path}</Code>
        <Text span size="sm">
          {operation.summary}
        </Text>
      </Group>
    </summary>
    <Stack gap="sm" mt="sm">
      {operation.description === undefined ? null : <Text size="sm">{operation.description}</Text>}
      <Shape title={w.parameters} shape={operation.parameters} />
      <Shape title={w.body} shape={operation.requestBody} />
      <Shape title={w.answers} shape={operation.responses} />
    </Stack>
  </details>
);

/** Every route of the API, read from the document that programs read. */
export const ApiReferencePage = () => {
  const { data, error, refetch } = useQuery({ queryKey: ['openapi'], queryFn: readDocument, staleTime: Infinity });
  const operations = Object.entries(data?.paths ?? {}).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );
  const tags = [...new Set(operations.flatMap(({ operation }) => operation.tags ?? []))];
  return (
    <PageFrame title={w.title} lead={w.lead} actions={<Anchor href={DOCUMENT}>{w.document}</Anchor>}>
      {data === undefined ? (
        error === null ? (
          <RowsSkeleton />
        ) : (
          <Failure error={error} retry={() => void refetch()} order={2} />
        )
      ) : (
        <Stack gap="lg">
          {tags.map((tag) => (
            <Panel key={tag} title={w.tags[tag as keyof typeof w.tags] ?? tag} flush>
              {operations
                .filter(({ operation }) => operation.tags?.includes(tag) === true)
                .map(({ path, method, operation }) => (
                  <Route key={`${method} ${path}`} path={path} method={method} operation={operation} />
                ))}
            </Panel>
          ))}
        </Stack>
      )}
    </PageFrame>
  );
};
