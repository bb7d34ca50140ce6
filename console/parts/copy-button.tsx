import { Button, CopyButton, type ButtonProps } from '@mantine/core';
import { CheckIcon, CopyIcon } from '../icons.js';
import { words } from '../words.js';

/** Puts a text on the clipboard, and says that it did. */
export const CopyTextButton = ({
  text,
  label = words.errors.copy,
  ...props
}: ButtonProps & { text: string; label?: string }) => (
  <CopyButton value={text}>
    {({ copied, copy }) => (
      <Button
        variant="default"
        size="xs"
        leftSection={copied ? <CheckIcon size={14} /> : <CopyIcon size={14} />}
        onClick={copy}
        {...props}
      >
        <span aria-live="polite">{copied ? words.errors.copied : label}</span>
      </Button>
    )}
  </CopyButton>
);
