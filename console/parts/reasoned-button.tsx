import { Button, Tooltip, type ButtonProps } from '@mantine/core';
import { useId, type ReactNode } from 'react';

type May = { readonly allowed: true } | { readonly allowed: false; readonly reason: string } | undefined;

interface ReasonedButtonProps extends ButtonProps {
  /** Whether it can act, and if not, why. */
  readonly may: May;
  readonly onClick: () => void;
  readonly children: ReactNode;
}

/** A button that says why it cannot act. It keeps its place in the order of tabs, so that the reason can be read by keyboard. */
export const ReasonedButton = ({ may, onClick, children, ...props }: ReasonedButtonProps) => {
  const id = useId();
  if (may === undefined || may.allowed)
    return (
      <Button onClick={onClick} {...props}>
        {children}
      </Button>
    );
  return (
    <>
      <Tooltip label={may.reason}>
        <Button
          {...props}
          data-disabled
          aria-disabled
          aria-describedby={id}
          onClick={(event) => event.preventDefault()}
        >
          {children}
        </Button>
      </Tooltip>
      <span id={id} className="only-read">
        {may.reason}
      </span>
    </>
  );
};
