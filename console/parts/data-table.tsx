import type { ReactNode } from 'react';
import styles from '../styles/table.module.css';

/* A table that becomes a list of cards on a phone; the roles are named because cards would lose them. */

export const DataTable = ({
  label,
  heads,
  children,
}: {
  label: string;
  heads: readonly string[];
  children: ReactNode;
}) => (
  <div className={styles['frame']}>
    <table role="table" className={styles['table']} aria-label={label}>
      <thead role="rowgroup">
        <tr role="row">
          {heads.map((head) => (
            <th key={head} role="columnheader" scope="col">
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">{children}</tbody>
    </table>
  </div>
);

/** The label stands beside the content where the head of the column is not shown. */
export const DataCell = ({ label, children }: { label?: string; children: ReactNode }) => (
  <td role="cell">
    {label === undefined ? null : (
      <span className={styles['label']} aria-hidden>
        {label}
      </span>
    )}
    <div>{children}</div>
  </td>
);

export const Sub = ({ children }: { children: ReactNode }) => <div className={styles['sub']}>{children}</div>;
