import { prepareNamespace } from '../../temporal/namespace.js';
import type { SetUp } from '../answers.js';
import type { Context } from '../context.js';
import { NotPermitted } from '../errors.js';
import { callTemporal } from '../temporal.js';

/** Makes the namespace and the search attributes that Temporal lacks. Repeating it changes nothing. */
export const setUpTemporal = async (context: Context): Promise<SetUp> => {
  const { temporal, viewer } = context;
  if (viewer.kind !== 'operator') throw new NotPermitted('Only the operator may set up Temporal.');
  const { namespace } = temporal.options;
  const searchAttributes = await callTemporal(context, 'set up Temporal', () =>
    prepareNamespace(temporal.connection, namespace),
  );
  return { namespace, searchAttributes };
};
