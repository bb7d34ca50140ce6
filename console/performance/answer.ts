/* What the API answers about performance. */

export interface Metric {
  readonly id: string;
  readonly label: string;
  readonly unit: 'count' | 'money' | 'ratio' | 'percent';
  readonly formula: string;
}
export type Finality = 'provisional' | 'settling' | 'final';
export type Values = Readonly<Record<string, string | null>>;
export interface Day {
  readonly day: string;
  readonly finality: Finality;
  readonly complete: boolean;
}
export interface Row {
  readonly key: Readonly<Record<string, string | null>>;
  readonly names: Readonly<Record<string, string>>;
  readonly kind: 'entity' | 'not_attributed';
  readonly shared?: true;
  readonly currency: string | null;
  readonly accountId?: string;
  readonly objective?: string;
  readonly result?: string;
  readonly values: Values;
  readonly compared?: Values;
  readonly reasons?: Readonly<Record<string, string>>;
}
export interface Account {
  readonly id: string;
  readonly name: string;
  readonly timezone: string | null;
  readonly currencies: readonly string[];
  readonly through: string | null;
  readonly missingDays: number;
  readonly missing: readonly string[];
}
export interface Total {
  readonly currency: string | null;
  readonly values: Values;
  readonly compared?: Values;
  readonly reasons?: Readonly<Record<string, string>>;
}
export interface Answer {
  readonly range: { readonly from: string; readonly to: string };
  readonly compareRange?: { readonly from: string; readonly to: string };
  readonly dimensions: readonly { readonly id: string; readonly label: string }[];
  readonly metrics: readonly Metric[];
  readonly accounts: readonly Account[];
  readonly days: readonly Day[];
  readonly totals: readonly Total[];
  readonly rows: readonly Row[];
  readonly rowCount: number;
}
