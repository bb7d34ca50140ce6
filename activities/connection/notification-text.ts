import type { CredentialRefusal } from '../../domain/credential.js';
import type { ConnectionId } from '../../domain/ids.js';
import type { NextStep } from '../../domain/next-step.js';
import { commandIn, type CommandPlace } from '../../domain/place.js';
import type { NotificationSettings } from '../deps.js';
import type { Message, QueuedNotification } from '../../store/notifications.js';

/** This many refused X users at once are probably refused because of the app. */
const MANY = 5;
/** Names beyond this many are counted instead of listed. */
const MAX_NAMES = 20;

const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;
const quoted = (connections: QueuedNotification['connections']): string => {
  const names = connections.slice(0, MAX_NAMES).map(({ name }) => `"${name}"`);
  const more = connections.length - names.length;
  return `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
};

/** What X refuses, by the code of the refusal. */
const REFUSED: Readonly<Record<Exclude<CredentialRefusal, 'CredentialsRejected'>, (user: string) => string>> = {
  AccountLocked: (user) => `X has locked or suspended ${user}`,
  AppNotApproved: (user) => `X refuses ${user}: the app has no access to the Ads API`,
  TokenTooOld: (user) => `X finds the credentials for ${user} older than the app's approval`,
};
const isSpecial = (code: string | undefined): code is keyof typeof REFUSED =>
  code !== undefined && Object.hasOwn(REFUSED, code);
const refused = ({ screenName, problem }: QueuedNotification): string => {
  const user = `@${screenName}`;
  return isSpecial(problem?.code) ? REFUSED[problem.code](user) : `X rejected the credentials for ${user}`;
};

/** One X user has one token pair, so one sign-in serves all its connections. */
const nextStepOf = ({ connections: [first], screenName }: QueuedNotification): NextStep => ({
  action: 'reconnect',
  ...(first === undefined ? {} : { connectionId: first.id }),
  text: `Sign in again as @${screenName}`,
});

/** Mails and web hooks have no button, so they show what to type, where the worker runs. */
const commandOf = ({ action, connectionId }: Omit<NextStep, 'text'>, place: CommandPlace): string =>
  `\`${commandIn(place, { action }, connectionId) ?? action}\``;

/** For a refusal that is special, what X wants comes first. */
const nextStepText = (notification: QueuedNotification, place: CommandPlace): string => {
  const { problem } = notification;
  const before = isSpecial(problem?.code) ? `${problem.nextStep} ` : '';
  const step = nextStepOf(notification);
  return `${before}${step.text}: ${commandOf(step, place)}`;
};

const lineOf = (notification: QueuedNotification, place: CommandPlace): string => {
  const { reason, connections } = notification;
  const stands = connections.length === 1 ? 'stands' : 'stand';
  return [
    `${refused(notification)} (${reason}).`,
    `${count(connections.length, 'connection')} ${stands} still: ${quoted(connections)}. Nothing is lost; the missing days are filled afterwards.`,
    `${nextStepText(notification, place)}.`,
  ].join(' ');
};

/** The JSON of a web hook and the content of a mail. It contains no tokens. */
export interface MessageBody {
  /** The same for each delivery of a message, so that a receiver recognises duplicates. */
  readonly id: string;
  readonly kind: 'credentials_rejected';
  readonly subject: string;
  readonly text: string;
  readonly credentials: readonly {
    readonly xUserId: string;
    readonly screenName: string;
    readonly reason: string;
    readonly at: string;
    readonly nextStep: string;
    readonly connections: readonly { readonly id: ConnectionId; readonly name: string }[];
  }[];
}

const subjectOf = ({ notifications }: Message): string => {
  const [only] = notifications;
  if (only !== undefined && notifications.length === 1) return refused(only);
  const connections = new Set(notifications.flatMap((each) => each.connections.map(({ id }) => id)));
  return `X rejected the credentials of ${count(notifications.length, 'X user')}: ${count(connections.size, 'connection')} stand still`;
};

export const messageBody = (message: Message, { publicUrl, place = 'package' }: NotificationSettings): MessageBody => {
  const { notifications } = message;
  const subject = subjectOf(message);
  const hidden = notifications.length - MAX_NAMES;
  const lines = [
    ...(notifications.length > 1 ? [`${subject}.`] : []),
    ...(notifications.length >= MANY
      ? [
          `So many at once usually mean that X suspended the app or took its access, or that its key has changed: run ${commandOf({ action: 'doctor' }, place)} first.`,
        ]
      : []),
    ...notifications.slice(0, MAX_NAMES).map((each) => lineOf(each, place)),
    ...(hidden > 0
      ? [`And ${count(hidden, 'X user')} more: ${commandOf({ action: 'list_connections' }, place)} lists them.`]
      : []),
    ...(publicUrl === undefined ? [] : [publicUrl]),
  ];
  return {
    id: message.id,
    kind: 'credentials_rejected',
    subject,
    text: lines.join('\n\n'),
    credentials: notifications.map((each) => ({
      xUserId: each.xUserId,
      screenName: each.screenName,
      reason: each.reason,
      at: each.queuedAt,
      nextStep: nextStepText(each, place),
      connections: each.connections,
    })),
  };
};
