import { parseSync } from 'oxc-parser';

/** Calls of the SDK that write a command into the history; `condition` does with a time-out only. */
const SDK: ReadonlySet<string> = new Set([
  'condition',
  'continueAsNew',
  'deprecatePatch',
  'executeChild',
  'patched',
  'sleep',
  'startChild',
  'upsertMemo',
  'upsertSearchAttributes',
]);
/** Calls on handles of other workflows and on scopes. */
const ON_HANDLES: ReadonlySet<string> = new Set(['signal', 'cancel']);

interface Node {
  readonly type: string;
  readonly [key: string]: unknown;
}
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'type' in value;

/** `a.b.c` as words; a call in the chain is a word with brackets. */
const chainOf = (node: unknown): readonly string[] => {
  if (!isNode(node)) return [];
  if (node.type === 'Identifier' && typeof node['name'] === 'string') return [node['name']];
  if (node.type === 'CallExpression') return chainOf(node['callee']).map((word) => `${word}()`);
  if (node.type === 'MemberExpression') return [...chainOf(node['object']), ...chainOf(node['property'])];
  return [];
};

const importedFrom = (source: string, path: string): ((name: string) => boolean) => {
  const names = new Set(
    parseSync('workflow.ts', source)
      .module.staticImports.filter(({ moduleRequest }) => moduleRequest.value === path)
      .flatMap(({ entries }) => entries.map(({ localName }) => localName.value)),
  );
  return (name) => names.has(name);
};

/**
 * The calls of a workflow file that issue commands, in the order in which they stand, each with the function around it.
 * Two versions with the same list nearly always replay each other's histories; with another list they may not.
 */
export const commandCalls = (source: string): readonly string[] => {
  const isProxy = importedFrom(source, './proxies.js');
  const isSdk = importedFrom(source, '@temporalio/workflow');
  const calls: string[] = [];

  const commandOf = (node: Node): string | undefined => {
    const chain = chainOf(node['callee']);
    const [root = ''] = chain;
    if (isProxy(root) && chain.length > 1) return `${root}.${chain[1]}`;
    if (isSdk(root) && chain.length === 1 && SDK.has(root)) {
      const { arguments: args } = node;
      if (root !== 'condition') return root;
      return Array.isArray(args) && args.length > 1 ? 'condition with a time-out' : undefined;
    }
    const last = chain.at(-1) ?? '';
    return chain.length > 1 && ON_HANDLES.has(last) ? last : undefined;
  };

  const walk = (node: unknown, within: string): void => {
    if (Array.isArray(node)) {
      for (const each of node) walk(each, within);
      return;
    }
    if (!isNode(node)) return;
    const isFunction =
      node.type === 'FunctionDeclaration' ||
      (node.type === 'VariableDeclarator' && /Function/.test(typeOf(node['init']))) ||
      (node.type === 'Property' && /Function/.test(typeOf(node['value'])));
    const inside = isFunction ? (chainOf(node['id'] ?? node['key'])[0] ?? within) : within;
    if (node.type === 'CallExpression') {
      const command = commandOf(node);
      if (command !== undefined) calls.push(`${inside}: ${command}`);
    }
    for (const [key, child] of Object.entries(node)) if (key !== 'parent') walk(child, inside);
  };
  walk(parseSync('workflow.ts', source).program, 'module');
  return calls;
};

const typeOf = (node: unknown): string => (isNode(node) ? node.type : '');
