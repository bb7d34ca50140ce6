import type { ReactNode } from 'react';
import styles from '../styles/table.module.css';

/* A table that becomes a list of cards on a phone; the roles are named because cards would lose them. */

interface DataTableProps {
  readonly label: string;
  readonly heads: readonly string[];
  /** Whether all columns but the first hold numbers. (Default: false) */
  readonly numeric?: boolean;
  /** Whether it stands in a panel that has a border already. (Default: false) */
  readonly inPanel?: boolean;
  readonly children: ReactNode;
}

export const DataTable = ({ label, heads, numeric = false, inPanel = false, children }: DataTableProps) => {
  const table = (
    <table role="table" className={styles['table']} aria-label={label}>
      <thead role="rowgroup">
        <tr role="row">
          {heads.map((head, index) => (
            <th key={head} role="columnheader" scope="col" className={numeric && index > 0 ? styles['end'] : undefined}>
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">{children}</tbody>
    </table>
  );
  return inPanel ? table : <div className={styles['frame']}>{table}</div>;
};

interface DataCellProps {
  /** It stands beside the content where the head of the column is not shown. */
  readonly label?: string;
  readonly numeric?: boolean;
  readonly children: ReactNode;
}

export const DataCell = ({ label, numeric = false, children }: DataCellProps) => (
  <td role="cell" className={numeric ? styles['end'] : undefined}>
    {label === undefined ? null : (
      <span className={styles['label']} aria-hidden>
        {label}
      </span>
    )}
    <div>{children}</div>
  </td>
);

export const Sub = ({ children }: { children: ReactNode }) => <div className={styles['sub']}>{children}</div>;
