import { actorOf, entryOf } from './catalogue.js';
import type { Actor } from './catalogue-entry.js';
import type { Day, Instant } from './calendar.js';
import type { GrantStatus, Phase, Problem } from './connection.js';
import { dayInWords } from './day-in-words.js';
import type { ConnectionId } from './ids.js';
import type { NextStep } from './next-step.js';

/*
 * The one status of a connection, over what is known of each of its days and not over the last run: list, page, API, `xads`
 * and notifications say the same. It is never green before something has landed, nor while a due day is open.
 */

export type StatusWord =
  | 'not_finished'
  | 'starting'
  | 'importing_history'
  | 'up_to_date'
  | 'behind'
  | 'waiting_for_x'
  | 'needs_person'
  | 'paused'
  | 'disconnected';

/** What the status of one account rests on. */
export interface AccountFacts {
  readonly status: GrantStatus;
  readonly problem?: ProblemFact | undefined;
  /** Days that are due and whose sync has had its time, and how many of them are complete or known to be empty. */
  readonly due: number;
  readonly complete: number;
  /** From this day on up to the last due day nothing is missing. */
  readonly usableFrom?: Day | undefined;
  readonly lastImported?: Day | undefined;
  /** Something has landed. */
  readonly landed: boolean;
  /** The oldest due day that is not complete, and when its sync was due. */
  readonly open?: { readonly day: Day; readonly since: Instant } | undefined;
  /** X's limit, or X itself, keeps its import waiting. */
  readonly waits?: { readonly until?: Instant | undefined } | undefined;
}

/** A problem with its step, as data where it is known as data. */
export type ProblemFact = Omit<Problem, 'nextStep'> & { readonly nextStep: NextStep | string };

/** What the status of a connection rests on. */
export interface StatusFacts {
  readonly id: ConnectionId;
  readonly phase: Phase;
  readonly problem?: ProblemFact | undefined;
  /** Why X refuses the credential. */
  readonly credentialProblem?: ProblemFact | undefined;
  readonly screenName?: string | undefined;
  /** Why it is paused. */
  readonly note?: string | undefined;
  /** What it had imported is deleted, or being deleted. */
  readonly dataDeleted?: boolean | undefined;
  readonly accounts: readonly AccountFacts[];
  readonly estimateSeconds?: number | undefined;
  /** The last day on which it is kept, unless somebody finishes it. */
  readonly unfinishedThrough?: Day | undefined;
  readonly now: Instant;
}

export interface StatusMark {
  readonly status: StatusWord;
  /** The status in words. */
  readonly label: string;
  /** What is so, and what follows from it; without times of day, which each reader sees in the own zone. */
  readonly sentence: string;
  /** Who must act. */
  readonly who: Actor;
  /** Until when it waits, where that is known. */
  readonly until?: Instant;
  /** How many accounts need a person, of how many. */
  readonly accountsInTrouble: number;
  readonly accounts: number;
  readonly nextStep?: NextStep;
}

/** A due day may be open for this long after its sync was due. */
export const LATE_AFTER_MS = 2 * 3_600_000;
/** A shorter wait is the usual pace of X's windows. */
const WORTH_SAYING_MS = 60_000;

const LABELS: Readonly<Record<StatusWord, string>> = {
  not_finished: 'Not finished',
  starting: 'Starting',
  importing_history: 'Importing history',
  up_to_date: 'Up to date',
  behind: 'Behind',
  waiting_for_x: 'Waiting for X',
  needs_person: 'Needs you',
  paused: 'Paused',
  disconnected: 'Disconnected',
};

const NEEDS: Readonly<Record<Actor, string>> = {
  nobody: 'Needs you',
  you: 'Needs you',
  administrator: 'Needs your administrator',
  operator: 'Needs the operator',
};

const counted = (n: number, one: string): string => `${n} ${one}${n === 1 ? '' : 's'}`;

const isLate = ({ open }: AccountFacts, now: Instant): boolean =>
  open !== undefined && Date.parse(now) - Date.parse(open.since) > LATE_AFTER_MS;

const isHeld = ({ waits }: AccountFacts, now: Instant): boolean =>
  waits !== undefined && (waits.until === undefined || Date.parse(waits.until) - Date.parse(now) > WORTH_SAYING_MS);

/** The status of one account of an active connection. */
export const accountStatus = (
  account: AccountFacts,
  now: Instant,
): Exclude<StatusWord, 'not_finished' | 'paused' | 'disconnected'> => {
  if (account.status === 'blocked') return 'needs_person';
  const unfinished = account.status === 'backfilling' || account.complete < account.due || account.open !== undefined;
  if (unfinished && isHeld(account, now)) return 'waiting_for_x';
  if (!account.landed && account.complete === 0) return isLate(account, now) ? 'behind' : 'starting';
  if (account.status === 'backfilling') return 'importing_history';
  if (isLate(account, now)) return 'behind';
  return unfinished ? 'importing_history' : 'up_to_date';
};

/** The gravest first. */
const GRAVITY = ['needs_person', 'behind', 'waiting_for_x', 'importing_history', 'starting', 'up_to_date'] as const;

const stepOf = (id: ConnectionId, problem: ProblemFact): NextStep =>
  typeof problem.nextStep === 'string'
    ? { action: entryOf(problem.code)?.action ?? 'reconnect', connectionId: id, text: problem.nextStep }
    : problem.nextStep;

const sum = (accounts: readonly AccountFacts[], of: (account: AccountFacts) => number): number =>
  accounts.reduce((total, account) => total + of(account), 0);

const latest = (days: readonly (Day | undefined)[]): Day | undefined =>
  days.reduce((a, b) => (a === undefined || b === undefined ? undefined : a > b ? a : b), days[0]);
const earliest = (days: readonly Day[]): Day | undefined => days.toSorted()[0];

const minutesText = (seconds: number): string =>
  seconds < 60 ? 'Less than a minute' : `About ${Math.round(seconds / 60)} min`;

const importingSentence = ({ accounts, estimateSeconds }: StatusFacts): string => {
  const [due, complete] = [sum(accounts, (each) => each.due), sum(accounts, (each) => each.complete)];
  const usable = latest(accounts.map(({ usableFrom }) => usableFrom));
  return [
    `${complete} of ${counted(due, 'day')}${accounts.length > 1 ? ` in ${accounts.length} accounts` : ''}.`,
    ...(usable === undefined ? [] : [`Usable from ${dayInWords(usable)}.`]),
    ...(estimateSeconds === undefined || complete >= due ? [] : [`${minutesText(estimateSeconds)}.`]),
  ].join(' ');
};

type Said = Pick<StatusMark, 'status' | 'sentence'> & Partial<Pick<StatusMark, 'label' | 'who' | 'until' | 'nextStep'>>;

const needsPerson = (id: ConnectionId, problem: ProblemFact, sentence: string): Said => {
  const nextStep = stepOf(id, problem);
  const who = actorOf(problem.code, nextStep.action);
  return { status: 'needs_person', label: NEEDS[who], sentence, who, nextStep };
};

const problemSentence = (problem: ProblemFact): string => {
  const step = typeof problem.nextStep === 'string' ? problem.nextStep : problem.nextStep.text;
  const cause = entryOf(problem.code)?.cause ?? 'Something stands in the way.';
  return step === '' || cause === step ? cause : `${cause} ${step}`;
};

const credentialSentence = (screenName: string | undefined, problem: ProblemFact): string =>
  problem.code === 'CredentialsRejected' && screenName !== undefined
    ? `X no longer accepts @${screenName}'s authorization. Reconnect.`
    : problemSentence(problem);

const UNKNOWN_REFUSAL: ProblemFact = { code: 'CredentialsRejected', nextStep: 'Reconnect.' };
const NOTHING_CHOSEN: ProblemFact = { code: 'choice_refused', nextStep: 'Choose the accounts to read.' };

const blockedOf = ({ accounts }: StatusFacts): readonly AccountFacts[] =>
  accounts.filter(({ status }) => status === 'blocked');

const blockedSaid = (facts: StatusFacts): Said => {
  const blocked = blockedOf(facts);
  const problem = blocked.find((each) => each.problem !== undefined)?.problem ?? NOTHING_CHOSEN;
  const said = needsPerson(facts.id, problem, problemSentence(problem));
  if (facts.accounts.length === 1) return said;
  const whom = said.who === 'administrator' || said.who === 'operator' ? `your ${said.who}` : 'you';
  const need = blocked.length === 1 ? 'needs' : 'need';
  const named = whom === 'your operator' ? 'the operator' : whom;
  return { ...said, sentence: `${blocked.length} of ${facts.accounts.length} accounts ${need} ${named}.` };
};

const activeSaid = (facts: StatusFacts): Said => {
  const { id, accounts, now, credentialProblem, problem } = facts;
  if (credentialProblem !== undefined)
    return needsPerson(id, credentialProblem, credentialSentence(facts.screenName, credentialProblem));
  if (problem !== undefined) return needsPerson(id, problem, problemSentence(problem));
  if (accounts.length === 0) return needsPerson(id, NOTHING_CHOSEN, 'No account is read.');
  const words = accounts.map((account) => accountStatus(account, now));
  const status = GRAVITY.find((word) => words.includes(word)) ?? 'starting';
  switch (status) {
    case 'needs_person':
      return blockedSaid(facts);
    case 'behind': {
      const late = accounts.filter((account) => isLate(account, now)).flatMap(({ open }) => open?.day ?? []);
      const day = earliest(late);
      return {
        status,
        sentence: `${day === undefined ? 'A day' : dayInWords(day)} is late; it is tried again by itself.`,
      };
    }
    case 'waiting_for_x': {
      const until = accounts
        .flatMap(({ waits }) => waits?.until ?? [])
        .toSorted()
        .at(-1);
      const sentence =
        until === undefined ? 'X does not answer now. Nothing to do.' : "X's limit is reached. Nothing to do.";
      return { status, sentence, ...(until === undefined ? {} : { until }) };
    }
    case 'starting':
    case 'importing_history': {
      if (words.every((word) => word === 'starting')) {
        const due = sum(accounts, (account) => account.due);
        const sentence = due === 0 ? 'First numbers once the first day is due.' : 'First numbers in a moment.';
        return { status: 'starting', sentence };
      }
      const isHistory = accounts.some((account) => account.status === 'backfilling');
      return {
        status: 'importing_history',
        ...(isHistory ? {} : { label: 'Importing' }),
        sentence: importingSentence(facts),
      };
    }
    case 'up_to_date': {
      const through = earliest(accounts.flatMap(({ lastImported }) => lastImported ?? []));
      return {
        status,
        sentence: through === undefined ? 'Every due day is there.' : `Through ${dayInWords(through)}.`,
      };
    }
  }
};

const unfinishedSaid = (
  { id, problem, unfinishedThrough }: StatusFacts,
  sentence: string,
  nextStep: Pick<NextStep, 'action' | 'text'>,
): Said => {
  const why = problem === undefined ? sentence : problemSentence(problem);
  const end =
    unfinishedThrough === undefined ? '' : ` Kept until ${dayInWords(unfinishedThrough)} unless it is finished.`;
  return {
    status: 'not_finished',
    sentence: `${why}${end}`,
    who: problem === undefined ? 'you' : actorOf(problem.code),
    nextStep: problem === undefined ? { ...nextStep, connectionId: id } : stepOf(id, problem),
  };
};

const said = (facts: StatusFacts): Said => {
  const { id, phase, problem, screenName, note } = facts;
  const user = screenName === undefined ? '' : ` as @${screenName}`;
  switch (phase) {
    case 'disconnected':
      return {
        status: 'disconnected',
        sentence: facts.dataDeleted === true ? 'Its data are deleted.' : 'Data kept until deleted.',
      };
    case 'authorizing':
      return unfinishedSaid(facts, 'Not authorised at X yet. Continue to finish.', {
        action: 'reconnect',
        text: 'Sign in.',
      });
    case 'choosing':
      return unfinishedSaid(facts, `Authorised${user}. Choose accounts to finish.`, {
        action: 'choose',
        text: 'Choose accounts.',
      });
    case 'paused': {
      const left = sum(facts.accounts, ({ due, complete }) => due - complete);
      const why = note === undefined || note === '' ? 'By a person.' : `${note.replace(/\.$/, '')}.`;
      return {
        status: 'paused',
        sentence: left === 0 ? why : `${why} ${counted(left, 'day')} will be fetched on resume.`,
      };
    }
    case 'needs_reauthorization': {
      const refusal = facts.credentialProblem ?? problem ?? UNKNOWN_REFUSAL;
      return needsPerson(id, refusal, credentialSentence(screenName, refusal));
    }
    case 'active':
      return activeSaid(facts);
  }
};

/** The status of a connection: exactly one, whatever the facts; of several only the gravest is said. */
export const statusOf = (facts: StatusFacts): StatusMark => {
  const { status, label = LABELS[status], who = 'nobody', ...rest } = said(facts);
  return { status, label, who, ...rest, accountsInTrouble: blockedOf(facts).length, accounts: facts.accounts.length };
};
