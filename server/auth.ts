/**
 * Passwords, sessions and their cookies: better-auth, asked by our own routes, on our own tables. Its sign-up is closed, its
 * links, throttles and routes are not used.
 */
import { hkdfSync } from 'node:crypto';
import { betterAuth } from 'better-auth';
import { APIError, createAuthEndpoint } from 'better-auth/api';
import { setSessionCookie } from 'better-auth/cookies';
import { Kysely, PostgresDialect } from 'kysely';
import { z } from 'zod';
import type { Db } from '../store/pool.js';

const DAY_S = 86_400;
const TIMESTAMPTZ = 1184;
/** From our routes to better-auth: the address that a session is made from. */
export const ADDRESS_HEADER = 'x-session-address';

const PASSWORD_LENGTHS = { min: 12, max: 256 } as const;
export const passwordShape = z
  .string()
  .min(PASSWORD_LENGTHS.min, { error: `A password has at least ${PASSWORD_LENGTHS.min} characters.` })
  .max(PASSWORD_LENGTHS.max, { error: `A password has at most ${PASSWORD_LENGTHS.max} characters.` });

/** Our pool as Kysely's. better-auth wants instants as dates, which our pool gives as text. */
const kyselyOver = (db: Db) =>
  new Kysely({
    dialect: new PostgresDialect({
      pool: {
        connect: () =>
          Promise.resolve({
            query: async (sql: string, params: readonly unknown[]) => {
              const result = await db.query(sql, [...params]);
              const instants = result.fields.filter(({ dataTypeID }) => dataTypeID === TIMESTAMPTZ);
              for (const row of result.rows)
                for (const { name } of instants) if (typeof row[name] === 'string') row[name] = new Date(row[name]);
              return result;
            },
            release: () => undefined,
          }) as never,
        end: () => Promise.resolve(),
      },
    }),
  });

/** Starts a session for a person whom a link has let in: a password and other sessions stay as they are. */
const startSession = createAuthEndpoint(
  '/start-session',
  { method: 'POST', body: z.object({ personId: z.string() }), metadata: { SERVER_ONLY: true } },
  async (ctx) => {
    const { internalAdapter } = ctx.context;
    const user = await internalAdapter.findUserById(ctx.body.personId);
    if (!user) throw new APIError('NOT_FOUND');
    const session = await internalAdapter.createSession(user.id);
    await setSessionCookie(ctx, { session, user });
    return ctx.json({ ok: true });
  },
);

export interface AuthOptions {
  readonly db: Db;
  readonly publicUrl: string;
  /** `IMPORTER_KEY`: cookies are signed with a key derived of the first. */
  readonly importerKeys: readonly Buffer[];
}

/** Derived, so that a cookie says nothing of the key that seals the tokens of X. */
const cookieSecret = ([first]: readonly Buffer[]): string =>
  Buffer.from(hkdfSync('sha256', first ?? '', '', 'x-ads-importer/session-cookies', 32)).toString('base64');

const times = { createdAt: 'created_at', updatedAt: 'updated_at' };

export const createAuth = ({ db, publicUrl, importerKeys }: AuthOptions) =>
  betterAuth({
    appName: 'X Ads Importer',
    baseURL: publicUrl,
    basePath: '/api/v1/auth',
    secret: cookieSecret(importerKeys),
    database: { db: kyselyOver(db), type: 'postgres', schemaName: 'app' },
    telemetry: { enabled: false },
    logger: { disabled: true },
    rateLimit: { enabled: false },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: PASSWORD_LENGTHS.min,
      maxPasswordLength: PASSWORD_LENGTHS.max,
    },
    user: { modelName: 'people', fields: { emailVerified: 'email_verified', ...times } },
    session: {
      modelName: 'sessions',
      expiresIn: 14 * DAY_S,
      updateAge: DAY_S,
      fields: {
        userId: 'person_id',
        expiresAt: 'expires_at',
        ipAddress: 'ip_address',
        userAgent: 'user_agent',
        ...times,
      },
      additionalFields: {
        activeWorkspaceId: { type: 'string', required: false, input: false, fieldName: 'active_workspace_id' },
      },
    },
    account: {
      modelName: 'sign_in_methods',
      fields: {
        userId: 'person_id',
        providerId: 'provider',
        accountId: 'subject',
        accessToken: 'access_token',
        refreshToken: 'refresh_token',
        idToken: 'id_token',
        accessTokenExpiresAt: 'access_token_expires_at',
        refreshTokenExpiresAt: 'refresh_token_expires_at',
        ...times,
      },
    },
    verification: { modelName: 'verifications', fields: { expiresAt: 'expires_at', ...times } },
    advanced: {
      cookiePrefix: 'xads',
      useSecureCookies: publicUrl.startsWith('https:'),
      ipAddress: { disableIpTracking: true },
      database: { generateId: 'uuid' },
    },
    databaseHooks: {
      session: {
        create: {
          before: (session, context) =>
            Promise.resolve({ data: { ...session, ipAddress: context?.headers?.get(ADDRESS_HEADER) ?? null } }),
        },
      },
    },
    plugins: [{ id: 'links', endpoints: { startSession } }],
  });

export type Auth = ReturnType<typeof createAuth>;
