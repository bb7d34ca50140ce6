import type { ConnectionId } from '../../domain/ids.js';
import type { Message, QueuedNotification } from '../../store/notifications.js';

/** So many X users at once point at the app, and not at the people. */
const MANY = 5;
const named = 20;

const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;
const quoted = (connections: QueuedNotification['connections']): string => {
  const names = connections.slice(0, named).map(({ name }) => `"${name}"`);
  const more = connections.length - names.length;
  return `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
};

/** What X refuses, by the code of the refusal. */
const REFUSED: Readonly<Record<string, (user: string) => string>> = {
  AccountLocked: (user) => `X has locked or suspended ${user}`,
  AppNotApproved: (user) => `X refuses ${user}: the app has no access to the Ads API`,
  TokenTooOld: (user) => `X finds the credentials for ${user} older than the app's approval`,
};
const refused = ({ screenName, problem }: QueuedNotification): string =>
  (REFUSED[problem?.code ?? ''] ?? ((user: string) => `X rejected the credentials for ${user}`))(`@${screenName}`);

/** The cure: one X user has one token pair, so one sign-in serves every connection on it. Before it, what X wants. */
const nextStepOf = ({ connections, screenName, problem }: QueuedNotification): string => {
  const [first] = connections;
  const command = first === undefined ? 'xads reconnect' : `xads reconnect ${first.id}`;
  const before = problem && Object.hasOwn(REFUSED, problem.code) ? `${problem.nextStep} ` : '';
  return `${before}Sign in again as @${screenName}: \`${command}\``;
};

const lineOf = (notification: QueuedNotification): string => {
  const { reason, connections } = notification;
  const stands = connections.length === 1 ? 'stands' : 'stand';
  return [
    `${refused(notification)} (${reason}).`,
    `${count(connections.length, 'connection')} ${stands} still: ${quoted(connections)}. Nothing is lost; the missing days are filled afterwards.`,
    `${nextStepOf(notification)}.`,
  ].join(' ');
};

/** What a web hook is posted, and a mail says. No tokens: it knows none. */
export interface MessageBody {
  /** The same each time that a message is sent: who gets it twice can tell. */
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

export const messageBody = (message: Message, publicUrl: string | undefined): MessageBody => {
  const { notifications } = message;
  const subject = subjectOf(message);
  const hidden = notifications.length - named;
  const lines = [
    ...(notifications.length > 1 ? [`${subject}.`] : []),
    ...(notifications.length >= MANY
      ? [
          'So many at once usually mean that X suspended the app or took its access, or that its key has changed: run `xads doctor` first.',
        ]
      : []),
    ...notifications.slice(0, named).map(lineOf),
    ...(hidden > 0 ? [`And ${count(hidden, 'X user')} more: \`xads connections\` lists them.`] : []),
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
      nextStep: nextStepOf(each),
      connections: each.connections,
    })),
  };
};
