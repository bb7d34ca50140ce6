import { Button, Group, Text, TextInput } from '@mantine/core';
import { notificationWords as w } from '../words-notifications.js';

/** What becomes of a hook: undefined keeps it, null removes it, a text is its new address. */
export type HookDraft = string | null | undefined;

interface HookFieldProps {
  readonly label: string;
  readonly hint: string;
  /** Of the one that is set. */
  readonly host: string | undefined;
  readonly draft: HookDraft;
  readonly onChange: (draft: HookDraft) => void;
  readonly error: string | undefined;
}

/** The address of a hook is a secret: it goes in, and only its host comes out. */
export const HookField = ({ label, hint, host, draft, onChange, error }: HookFieldProps) => {
  const isShown = host !== undefined && typeof draft !== 'string';
  return (
    <div>
      {isShown ? (
        <>
          <Text size="sm" fw={500}>
            {label}
          </Text>
          <Text size="sm" c="dimmed" className="name">
            {draft === null ? w.removed : w.isSet(host)}
          </Text>
        </>
      ) : (
        <TextInput
          label={label}
          description={hint}
          value={draft ?? ''}
          maxLength={2000}
          placeholder="https://"
          autoComplete="off"
          onChange={({ currentTarget }) => onChange(currentTarget.value)}
          error={error}
        />
      )}
      {host === undefined ? null : (
        <Group gap="xs" mt="xs">
          {draft === undefined ? (
            <>
              <Button size="xs" variant="default" aria-label={w.replaceOf(label)} onClick={() => onChange('')}>
                {w.replace}
              </Button>
              <Button size="xs" variant="default" aria-label={w.removeOf(label)} onClick={() => onChange(null)}>
                {w.remove}
              </Button>
            </>
          ) : (
            <Button size="xs" variant="default" onClick={() => onChange(undefined)}>
              {w.keep}
            </Button>
          )}
        </Group>
      )}
    </div>
  );
};
