import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Site } from './site.js';

/** Runs the script that holds 50 random cells against what X answered under the receipts. Rejects where one differs. */
export const checkReceipts = async (
  site: Site,
  { apiUrl, key, account, from, to }: Readonly<Record<'apiUrl' | 'key' | 'account' | 'from' | 'to', string>>,
): Promise<{ readonly stdout: string }> => {
  const granted = (await site.control('POST', 'tokens', { screen_name: 'all_accounts' })) as Record<string, string>;
  const env = {
    ...process.env,
    API_URL: apiUrl,
    API_KEY: key,
    DATABASE_URL: site.databaseUrl,
    X_ADS_API_URL: site.url,
    X_CONSUMER_KEY: site.consumer.key,
    X_CONSUMER_SECRET: site.consumer.secret,
    X_TOKEN: granted['oauth_token'],
    X_TOKEN_SECRET: granted['oauth_token_secret'],
  };
  const script = ['ops/check-receipts.mjs', account, from, to, '50', '7'];
  return await promisify(execFile)(process.execPath, script, { env });
};
