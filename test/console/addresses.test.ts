import { describe, expect, it } from 'vitest';
import { addresses } from '../../console/addresses.js';
import { routes } from '../../server/routes/index.js';

describe('the addresses that the console asks', () => {
  it('are those of the routes of the same name', () => {
    const served = new Map(Object.values(routes).map(({ name, method, path }) => [name, `${method} ${path}`]));
    const asked = Object.entries(addresses).map(([name, path]): [string, string] => {
      const [method = ''] = /^[a-z]+/.exec(name) ?? [];
      return [name, `${method.toUpperCase()} ${path}`];
    });
    expect(asked.filter(([name, route]) => served.has(name as never) && served.get(name as never) !== route)).toEqual(
      [],
    );
  });
});
