import type { ConnectionId } from './ids.js';

/** What a person can do next. The command line renders it as a command, a console as a button, a mail as a link. */
export type NextStepAction =
  | 'connect'
  | 'reconnect'
  | 'choose'
  | 'backfill'
  | 'resume'
  | 'sync'
  | 'list_connections'
  | 'list_accounts'
  | 'see_status'
  | 'see_coverage'
  | 'migrate'
  /** All that the importer needs, on this machine. */
  | 'start'
  /** Temporal has lost the connection's workflow; Postgres knows enough to start it anew. */
  | 'restore'
  /** Temporal lacks what the importer needs of it. */
  | 'set_up'
  | 'start_worker'
  | 'check_configuration'
  | 'doctor'
  | 'see_temporal'
  /** Only the Business Administrator of the account at X can do it. */
  | 'ask_administrator'
  /** It must be done at X: in X Ads, or in X's developer portal. */
  | 'see_x'
  | 'retry'
  /** It heals by itself. */
  | 'wait';

/** The one step that solves a problem, as data: the text names no command, so that every surface can show it. */
export interface NextStep {
  readonly action: NextStepAction;
  /** The connection that the step is for; absent for steps of the installation or of the person. */
  readonly connectionId?: ConnectionId;
  /** One sentence for people. */
  readonly text: string;
}
