import { prepareNamespace } from '../../temporal/namespace.js';
import type { SetUp } from '../answers.js';
import { type Context, requireOperator } from '../context.js';
import { callTemporal } from '../temporal.js';

/** Makes the namespace and the search attributes that Temporal lacks. Repeating it changes nothing. */
export const setUpTemporal = async (context: Context): Promise<SetUp> => {
  requireOperator(context, 'set up Temporal');
  const { temporal } = context;
  const { namespace } = temporal.options;
  const searchAttributes = await callTemporal(context, 'set up Temporal', () =>
    prepareNamespace(temporal.connection, namespace),
  );
  return { namespace, searchAttributes };
};
