/* The view as a command for other programs, which ask the same. */

const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

export const curlOf = (address: string): string =>
  `curl --fail-with-body -H "Authorization: Bearer $XADS_API_KEY" ${quoted(address)}`;

export const pandasOf = (address: string): string =>
  [
    'import os',
    'import pandas as pd',
    '',
    'performance = pd.read_csv(',
    `    ${JSON.stringify(address)},`,
    `    storage_options={"Authorization": "Bearer " + os.environ["XADS_API_KEY"]},`,
    ')',
  ].join('\n');
