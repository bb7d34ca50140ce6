import { z } from 'zod';
import {
  backedUpShape,
  backfillsCancelledShape,
  backfillStartedShape,
  choiceShape,
  databaseRestoredShape,
  restoredShape,
  secretsResealedShape,
  setUpShape,
  personDeletedShape,
  signInLinkShape,
  workspaceDeletedShape,
  sqlRoleShape,
} from '../client/answers.js';
import { performanceShape } from '../client/performance-shapes.js';
import { accountReconciliationShape, accountRestatementsShape } from '../client/report-shapes.js';
import {
  accountCoverageShape,
  accountSummaryShape,
  connectionStatusShape,
  connectionSummaryShape,
  nextStepShape,
} from '../client/shapes.js';

/* What `--json` prints: the façade's answers, and around some of them what only the command line knows. */

/** What a refused or failed command prints. */
export const errorDocumentShape = z
  .strictObject({
    error: z
      .strictObject({
        /** A stable word. */
        code: z.string(),
        message: z.string(),
        nextStep: nextStepShape.exactOptional(),
      })
      .readonly(),
  })
  .readonly();
export interface ErrorDocument extends z.output<typeof errorDocumentShape> {}

export const connectDocumentShape = z
  .strictObject({
    connection: connectionSummaryShape,
    choice: choiceShape,
    accounts: z.array(accountSummaryShape).readonly(),
  })
  .readonly();

export const backfillDocumentShape = z
  .strictObject({
    ...backfillStartedShape.unwrap().shape,
    /** With `--watch`, at the end. */
    status: connectionStatusShape.exactOptional(),
  })
  .readonly();

export const syncDocumentShape = z
  .strictObject({ connectionId: z.uuid(), accounts: z.array(z.string()).readonly() })
  .readonly();

export const backupDocumentShape = z.strictObject({ file: z.string(), ...backedUpShape.unwrap().shape }).readonly();

export const restoreDocumentShape = z
  .strictObject({
    ...restoredShape.unwrap().shape,
    /** Of a backup that was restored before. */
    database: databaseRestoredShape.exactOptional(),
  })
  .readonly();

export const doctorCheckShape = z
  .strictObject({
    /** What was checked. */
    name: z.string(),
    status: z.enum(['ok', 'warning', 'failed', 'skipped']),
    detail: z.string(),
    /** The one step that cures it. */
    nextStep: nextStepShape.exactOptional(),
    /** What the command ends with if this is the worst. */
    exitCode: z.int().min(0).max(6).exactOptional(),
  })
  .readonly();

export const doctorDocumentShape = z
  .strictObject({ healthy: z.boolean(), checks: z.array(doctorCheckShape).readonly() })
  .readonly();

/** The document of each command that ends without an error. */
export const documentShapes = {
  connect: connectDocumentShape,
  accounts: z.array(accountSummaryShape),
  connections: z.array(connectionSummaryShape),
  /** A list where several connections are shown. */
  status: z.union([connectionStatusShape, z.array(connectionStatusShape)]),
  backfill: backfillDocumentShape,
  cancel: backfillsCancelledShape,
  sync: syncDocumentShape,
  reconnect: connectionSummaryShape,
  pause: connectionSummaryShape,
  resume: connectionSummaryShape,
  disconnect: connectionSummaryShape,
  coverage: z.array(accountCoverageShape),
  restatements: z.array(accountRestatementsShape),
  reconcile: z.array(accountReconciliationShape),
  report: performanceShape,
  /** By what was done. */
  admin: z.union([signInLinkShape, personDeletedShape, workspaceDeletedShape]),
  'sql-role': sqlRoleShape,
  'rotate-key': secretsResealedShape,
  setup: setUpShape,
  backup: backupDocumentShape,
  restore: restoreDocumentShape,
  doctor: doctorDocumentShape,
} as const satisfies Readonly<Record<string, z.ZodType>>;
