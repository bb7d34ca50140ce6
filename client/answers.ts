import { z } from 'zod';
import { dayRangeShape, dayShape, instantShape } from './shapes.js';

/* What the façade's acts answer, as schemas; `shapes.ts` says how ids, days and instants are written. */

/** A sign-in that waits for a person: open `authorizeUrl`, allow, come back. */
export const signInShape = z
  .strictObject({
    connectionId: z.uuid(),
    oauthRequestId: z.uuid(),
    /** The page at X where the person allows the importer to read. */
    authorizeUrl: z.url(),
    /** Where X sends the person back to, or `oob` for a PIN. */
    callbackUrl: z.string(),
    /** After this the sign-in is given up. */
    expiresAt: instantShape,
  })
  .readonly();
export interface SignIn extends z.output<typeof signInShape> {}

/** What X's redirect carries when the person has allowed: `?oauth_token=…&oauth_verifier=…`. */
export const oauthCallbackShape = z
  .strictObject({
    requestToken: z.string(),
    verifier: z.string(),
    /** The browser session that it comes in. */
    session: z.string().exactOptional(),
  })
  .readonly();
export interface OAuthCallback extends z.output<typeof oauthCallbackShape> {}

/** A sign-in whose callback has been stored. */
export const signInCompletedShape = z.strictObject({ connectionId: z.uuid(), oauthRequestId: z.uuid() }).readonly();
export interface SignInCompleted extends z.output<typeof signInCompletedShape> {}

const historyShape = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('none') }),
    z.strictObject({
      kind: z.literal('days'),
      days: z.union([z.literal(30), z.literal(90), z.literal(180), z.literal(365)]),
    }),
    z.strictObject({ kind: z.literal('from'), day: dayShape }),
  ])
  .readonly();

/** What a person chose. */
export const choiceShape = z
  .strictObject({
    /** `all` takes in accounts that appear later, too. */
    accounts: z.union([z.literal('all'), z.array(z.string()).readonly()]),
    /** How far back to import. */
    history: historyShape,
    /** Days to let X settle a day before it is first imported. */
    wait: z.union([z.literal(1), z.literal(3)]),
    /** When the daily sync begins, `HH:MM` in the time zone of each account. */
    dailyAt: z.string().exactOptional(),
    /** For how many days back X's corrections are read again; 0 imports each day once. */
    lookBack: z.int().min(0).max(30).exactOptional(),
  })
  .readonly();

export const chosenShape = z
  .strictObject({
    choice: choiceShape,
    /** False when it was taken and is still being worked on: `status` says when it is in force. */
    inForce: z.boolean(),
  })
  .readonly();
export interface Chosen extends z.output<typeof chosenShape> {}

/** A manual backfill that has been asked for. */
export const backfillStartedShape = z
  .strictObject({
    /** What `cancelBackfills` takes. */
    requestId: z.string(),
    /** The days that any of the accounts can have. */
    range: dayRangeShape,
    accounts: z.array(z.string()).readonly(),
    /** One per account; what `waitForWorkflows` takes. */
    workflowIds: z.array(z.string()).readonly(),
    /** Which days were cut off, and which imports go on beside it, in sentences. */
    notes: z.array(z.string()).readonly(),
  })
  .readonly();
export interface BackfillStarted extends z.output<typeof backfillStartedShape> {}

/** What a manual backfill really reads, once it has begun. */
export const daysImportedShape = z
  .strictObject({
    /** Absent when no account had a day that was due. */
    range: dayRangeShape.exactOptional(),
    /** What was left out by X's clock, in sentences. */
    notes: z.array(z.string()).readonly(),
  })
  .readonly();
export interface DaysImported extends z.output<typeof daysImportedShape> {}

export const backfillsCancelledShape = z
  .strictObject({
    /** Manual backfills that were going on. */
    workflowIds: z.array(z.string()).readonly(),
    /** Those of them that have not ended yet: they end when X has answered. */
    stopping: z.array(z.string()).readonly(),
  })
  .readonly();
export interface BackfillsCancelled extends z.output<typeof backfillsCancelledShape> {}

/** How many stored secrets were sealed again with the first key. */
export const secretsResealedShape = z
  .strictObject({
    credentials: z.int().nonnegative(),
    oauthRequests: z.int().nonnegative(),
    hooks: z.int().nonnegative(),
  })
  .readonly();
export interface SecretsResealed extends z.output<typeof secretsResealedShape> {}

/** What Temporal lacked and has now. */
export const setUpShape = z
  .strictObject({ namespace: z.string(), searchAttributes: z.array(z.string()).readonly() })
  .readonly();
export interface SetUp extends z.output<typeof setUpShape> {}

/** The workflows that Temporal had lost and that have been started anew. */
export const restoredShape = z
  .strictObject({
    connections: z.array(z.uuid()).readonly(),
    /** How many imports go on. */
    runs: z.int().nonnegative(),
    /** How many deletions go on. */
    deletions: z.int().nonnegative(),
  })
  .readonly();
export interface Restored extends z.output<typeof restoredShape> {}

/** A person who was deleted. */
export const personDeletedShape = z
  .strictObject({
    email: z.string(),
    /** Of how many they were a member. */
    workspaces: z.int().nonnegative(),
    connectionsHandedOver: z.int().nonnegative(),
  })
  .readonly();
export interface PersonDeleted extends z.output<typeof personDeletedShape> {}

/** A workspace that was deleted, with how much went with it. */
export const workspaceDeletedShape = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    connections: z.int().nonnegative(),
    members: z.int().nonnegative(),
  })
  .readonly();
export interface WorkspaceDeleted extends z.output<typeof workspaceDeletedShape> {}

/** A link that signs in to the console, once. */
export const signInLinkShape = z
  .strictObject({
    url: z.string(),
    /** `first_person` makes the first owner. */
    kind: z.enum(['first_person', 'sign_in']),
    /** Whom it signs in; absent for the first owner. */
    email: z.string().exactOptional(),
    expiresAt: instantShape,
  })
  .readonly();
export interface SignInLink extends z.output<typeof signInLinkShape> {}

/** A role of the database that reads the views. */
export const sqlRoleShape = z
  .strictObject({
    name: z.string(),
    /** Null where the role was there already: it is as it was. */
    password: z.string().nullable(),
  })
  .readonly();
export interface SqlRole extends z.output<typeof sqlRoleShape> {}

/** A backup that has been written. */
export const backedUpShape = z
  .strictObject({
    tables: z.int().nonnegative(),
    rows: z.int().nonnegative(),
    /** The ids of the keys that open the tokens in it: keep IMPORTER_KEY apart from it. */
    sealedWith: z.array(z.string()).readonly(),
  })
  .readonly();
export interface BackedUp extends z.output<typeof backedUpShape> {}

/** A backup that has been restored; `createdAt` is the moment whose data it has. */
export const databaseRestoredShape = z
  .strictObject({ ...backedUpShape.unwrap().shape, createdAt: instantShape })
  .readonly();
export interface DatabaseRestored extends z.output<typeof databaseRestoredShape> {}
