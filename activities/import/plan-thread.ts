/** The thread that plans (planner.ts). It knows neither Postgres nor Temporal: questions and answers are text. */
import { parentPort } from 'node:worker_threads';
import { planRange } from '../../domain/plan.js';
import { fromJson, toJson } from '../../store/json-text.js';
import type { PlanAnswer, PlanQuestion, PlanReply, PlanRequest } from './planner.js';

const plan = ({ activity, ledger, ...input }: PlanQuestion): PlanAnswer => {
  const { slices, held, blind } = planRange({ ...input, activity: fromJson(activity), ledger: fromJson(ledger) });
  return { slices: toJson(slices), held, blind: toJson(blind) };
};

const answer = ({ id, question }: PlanRequest): PlanReply => {
  try {
    return { id, kind: 'planned', plan: plan(question) };
  } catch (error) {
    return { id, kind: 'failed', error };
  }
};

parentPort?.on('message', (question: PlanRequest) => parentPort?.postMessage(answer(question)));
