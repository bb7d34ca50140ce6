import { Radio, Text } from '@mantine/core';
import styles from '../styles/set-up.module.css';

interface OptionCardProps {
  readonly value: string;
  readonly title: string;
  readonly text?: string;
  readonly disabled?: boolean;
}

/** One of a few choices, with what it means; within a `Radio.Group`. */
export const OptionCard = ({ value, title, text, disabled = false }: OptionCardProps) => (
  <Radio.Card value={value} disabled={disabled} className={styles['option'] ?? ''} radius="md">
    <Radio.Indicator mt={2} disabled={disabled} />
    <span>
      <Text fw={600} size="sm">
        {title}
      </Text>
      {text === undefined ? null : (
        <Text size="xs" c="dimmed">
          {text}
        </Text>
      )}
    </span>
  </Radio.Card>
);
