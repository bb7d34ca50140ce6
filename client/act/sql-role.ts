import { sqlState } from '../../store/pool.js';
import { makeSqlRole } from '../../store/sql-role.js';
import type { SqlRole } from '../answers.js';
import { type Context, requireOperator } from '../context.js';
import { InvalidChoice, InvalidConfiguration } from '../errors.js';

const NAME = /^[a-z_][a-z0-9_]{0,62}$/;
const INSUFFICIENT_PRIVILEGE = '42501';

/** Makes a role of Postgres for dashboards, or gives it the views that are new. */
export const letSqlRoleRead = async (context: Pick<Context, 'db' | 'viewer'>, name: string): Promise<SqlRole> => {
  requireOperator(context, 'make a role of the database');
  if (!NAME.test(name))
    throw new InvalidChoice(`"${name}" cannot be the name of a role: write small letters, digits and underscores.`);
  try {
    return await makeSqlRole(context.db, name);
  } catch (error) {
    if (sqlState(error) !== INSUFFICIENT_PRIVILEGE) throw error;
    const text = `Let its administrator make the role and run: select importer.let_read_views('${name}')`;
    throw new InvalidConfiguration('The importer may not make roles in this database.', {
      nextStep: { action: 'check_configuration', text },
      cause: error,
    });
  }
};
