/** Tells each person who wants it of the week that is over, as far as that person may see it. */
import { DeliveryFailed } from '../../delivery/failed.js';
import { postHook } from '../../delivery/hook.js';
import { sendMail } from '../../delivery/mail.js';
import type { DayRange } from '../../domain/calendar.js';
import { digestWeek } from '../../domain/digest.js';
import { type DueDigest, sendDigests } from '../../store/people/digests.js';
import { membershipsOf } from '../../store/people/memberships.js';
import type { ServerOptions } from '../options.js';
import { type SendOptions, troubleOf } from './channels.js';
import { DIGEST_METRICS, digestText } from './digest-text.js';

export interface DigestOptions extends SendOptions, Pick<ServerOptions, 'importerFor'> {
  readonly publicUrl: string;
  /** (Default: this machine's clock) */
  readonly now?: (() => Date) | undefined;
}

const tell = async (
  { db, importerFor, publicUrl, mail, hookNetworks = [] }: DigestOptions,
  week: DayRange,
  { workspaceId, personId, channel, email, openWebhook }: DueDigest,
): Promise<void> => {
  const membership = (await membershipsOf(db, personId)).find((each) => each.workspaceId === workspaceId);
  if (membership === undefined) return;
  const { role, teams, workspaceName } = membership;
  const viewer = { kind: 'member', workspaceId, personId, teamIds: teams.map(({ id }) => id), role } as const;
  const answer = await importerFor(viewer, personId).performance({
    ...week,
    groupBy: ['account'],
    metrics: DIGEST_METRICS,
    compare: 'previous_period',
    limit: 10_000,
  });
  // Whoever sees no account has nothing to be told of.
  if (answer.accounts.length === 0) return;
  const { subject, body } = digestText(answer, week, {
    publicUrl,
    workspace: { id: workspaceId, name: workspaceName },
  });
  const id = `digest-${workspaceId}-${personId}-${week.from}`;
  if (channel === 'email') {
    if (mail === undefined) throw new DeliveryFailed('no mail server is set (SMTP_URL)');
    return await sendMail(mail, { id, to: [email], subject, text: body.text });
  }
  const url = openWebhook();
  if (url === undefined) throw new DeliveryFailed('it is not set any more');
  await postHook({ url, name: 'it', reach: { allowed: hookNetworks } }, id, { id, ...body });
};

/** Tells everybody who was not told yet. Answers how many were. */
export const tellDigests = async (options: DigestOptions): Promise<number> => {
  const week = digestWeek(options.now?.() ?? new Date());
  if (week === undefined) return 0;
  return await sendDigests(options.db, options.sealer, week.from, (digest) =>
    troubleOf(() => tell(options, week, digest)),
  );
};
