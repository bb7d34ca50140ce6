import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Json, Row } from '../../json.js';
import { LEVELS, PLACEMENTS } from '../../numbers/metrics.js';
import { truthLines } from '../../numbers/truth.js';
import { faultSchema } from '../../state/faults.js';
import type { Simulator } from '../../state/simulator.js';
import { ownerOf, USERS } from '../../world/users.js';
import { epochDay } from '../../zone-days.js';

const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
const moment = z.iso.datetime({ offset: true });

const truthQuery = z.strictObject({
  level: z.enum(LEVELS).optional(),
  placement: z.enum(PLACEMENTS).optional(),
  from: day,
  to: day,
  as_of: moment.optional(),
});

const clockBody = z.strictObject({
  now: moment.optional(),
  advance_seconds: z.number().optional(),
  rate: z.number().min(0).optional(),
  frozen: z.boolean().optional(),
  wire_advance_seconds: z.number().min(0).optional(),
});

const restatementBody = z.strictObject({ day, factor: z.number().min(0).max(10) });

const LOOPBACK = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);

const bodyOf = (request: FastifyRequest): unknown => {
  try {
    return typeof request.body === 'string' && request.body !== '' ? JSON.parse(request.body) : {};
  } catch {
    throw new z.ZodError([{ code: 'custom', path: [], message: 'the body is not JSON', input: request.body }]);
  }
};

const json = (reply: FastifyReply, value: Json): FastifyReply =>
  reply.type('application/json;charset=utf-8').send(`${JSON.stringify(value, null, 1)}\n`);

const accountsJson = (simulator: Simulator): Json =>
  simulator.world.accounts.map((account) => ({
    id: account.id,
    name: account.name,
    timezone: account.calendar.at(simulator.clock.dataSeconds()).zone,
    currencies: account.currencies,
    entities: {
      funding_instruments: account.fundings.length,
      campaigns: account.campaigns.length,
      line_items: account.lineItems.length,
      promoted_tweets: account.promotedTweets.length,
      promoted_accounts: account.promotedAccounts.length,
      tweets: account.tweets.length,
      cards: account.cards.length,
    },
    users: [...USERS, ownerOf(account.index)]
      .filter((user) => simulator.permissions(account, user).length > 0)
      .map((user): Row => ({
        screen_name: user.screenName,
        user_id: user.userId,
        permissions: simulator.permissions(account, user),
      })),
  }));

/** The control calls for scripts and tests: on the loopback address only, without signatures, spared by all faults. */
export const controlRoutes = (app: FastifyInstance, simulator: Simulator): void => {
  // Only callers on this machine may move the clock and read the truth, whatever address the simulator listens on.
  app.addHook('onRequest', async (request, reply) => {
    if (!request.url.startsWith('/_simulator') || LOOPBACK.has(request.ip)) return;
    await reply.code(403).send({ error: 'control calls are answered on the loopback address only' });
  });
  const root = '/_simulator';

  app.get<{ Params: { account_id: string } }>(`${root}/truth/:account_id`, async (request, reply) => {
    const account = simulator.world.accountById(request.params.account_id);
    if (account === undefined) return reply.code(404).send({ error: 'no such account' });
    const { level, placement, from, to, as_of } = truthQuery.parse(request.query);
    const observed = as_of === undefined ? simulator.clock.data() : Date.parse(as_of);
    const levels = level === undefined ? LEVELS : [level];
    const unreadable = new Set(
      account.leftOut.flatMap((one) => (one.what === 'numbers' ? `${one.level} ${one.id}` : [])),
    );
    const entities = levels
      .flatMap((one) => [...(account.measured.get(one)?.values() ?? [])])
      .filter((entity) => !unreadable.has(`${entity.level} ${entity.id}`));
    const placements = placement === undefined ? [0, 1, 2] : [PLACEMENTS.indexOf(placement)];
    const seconds = Math.floor(observed / 1000);
    const lines = truthLines(entities, account.calendar.at(seconds), placements, epochDay(from), epochDay(to), seconds);
    return reply.type('application/x-ndjson').send(Readable.from(batched(lines)));
  });

  app.post<{ Params: { account_id: string } }>(`${root}/restatements/:account_id`, async (request, reply) => {
    const account = simulator.world.accountById(request.params.account_id);
    if (account === undefined) return reply.code(404).send({ error: 'no such account' });
    const order = restatementBody.parse(bodyOf(request));
    account.orders.push({ ...order, day: epochDay(order.day), at: simulator.clock.dataSeconds() });
    return reply.code(204).send();
  });

  app.get<{ Params: { account_id: string } }>(`${root}/left_out/:account_id`, async (request, reply) => {
    const account = simulator.world.accountById(request.params.account_id);
    if (account === undefined) return reply.code(404).send({ error: 'no such account' });
    return json(
      reply,
      account.leftOut.map(({ what, level, id, why }) => ({ what, level, id, why })),
    );
  });

  app.get(`${root}/accounts`, async (_request, reply) => json(reply, accountsJson(simulator)));

  app.get(`${root}/requests`, async (_request, reply) => {
    simulator.jobs.endDue();
    return json(reply, simulator.log.report());
  });
  app.delete(`${root}/requests`, async (_request, reply) => {
    simulator.log.reset();
    return json(reply, simulator.log.report());
  });

  app.get(`${root}/clock`, async (_request, reply) => reply.send(simulator.clock.describe()));
  app.put(`${root}/clock`, async (request, reply) => {
    simulator.clock.change(clockBody.parse(bodyOf(request)));
    return reply.send(simulator.clock.describe());
  });

  app.get(`${root}/faults`, async (_request, reply) => reply.send(simulator.faults.list()));
  app.put(`${root}/faults`, async (request, reply) => {
    simulator.faults.replace(z.array(faultSchema).parse(bodyOf(request)));
    return reply.send(simulator.faults.list());
  });

  app.post(`${root}/tokens`, async (request, reply) => {
    const { screen_name } = z.strictObject({ screen_name: z.string() }).parse(bodyOf(request));
    const granted = simulator.tokens.forScreenName(screen_name);
    if (granted === null) return reply.code(404).send({ error: 'no such user' });
    return json(reply, {
      oauth_token: granted.token,
      oauth_token_secret: granted.secret,
      user_id: granted.user.userId,
      screen_name: granted.user.screenName,
    });
  });
};

/** Joins lines into chunks of about 256 kB: a stream of single lines costs more than the numbers in it. */
function* batched(lines: Iterable<string>): Generator<string> {
  let batch = '';
  for (const line of lines) {
    batch += line;
    if (batch.length > 262_144) {
      yield batch;
      batch = '';
    }
  }
  if (batch !== '') yield batch;
}
