import { keepPreviousData, MutationCache, QueryCache, QueryClient, useMutation, useQuery } from '@tanstack/react-query';
import { call, type AnswerTo, type InputTo, type RouteName } from './api.js';
import { serverLost, serverFound } from './lost-server.js';
import { ApiRefusal } from './api-refusal.js';

const isLost = (error: unknown): boolean => error instanceof ApiRefusal && error.isLost;

/** A session that has ended is noticed by whatever is asked next: the frame of the pages then leads to the sign-in. */
const askWho = (error: unknown): void => {
  if (error instanceof ApiRefusal && error.status === 401) void queryClient.invalidateQueries({ queryKey: ['getMe'] });
};

/** What is shown stays on the page while it is asked for anew, also while the server does not answer. */
export const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({
    onError: (error, { queryKey }) => {
      if (isLost(error)) serverLost();
      else if (queryKey[0] !== 'getMe') askWho(error);
    },
    onSuccess: serverFound,
  }),
  mutationCache: new MutationCache({ onError: (error) => askWho(error) }),
  defaultOptions: {
    queries: {
      networkMode: 'always',
      staleTime: 1000,
      // A lost server is asked again by the one bar that says so, a refusal would be the same.
      retry: (failures, error) => isLost(error) && failures < 2,
      retryDelay: 1000,
    },
    mutations: { networkMode: 'always' },
  },
});

const questionOf = <Name extends RouteName>(name: Name, input: InputTo<Name>) => ({
  queryKey: [name, input],
  queryFn: ({ signal }: { readonly signal: AbortSignal }) => call(name, input, signal),
});

/** Asks beforehand what a page will ask: the answer comes while the page itself is still loaded. */
export const askAhead = <Name extends RouteName>(name: Name, input: InputTo<Name>): void =>
  void queryClient.prefetchQuery(questionOf(name, input));

/**
 * What a route answers, kept on the page and asked for anew.
 * @param every milliseconds between two questions; 0 for none. A hidden tab asks nothing.
 * @param keep whether the answer to the question before stays on the page until this one is answered
 */
export const useAnswer = <Name extends RouteName>(
  name: Name,
  input: InputTo<Name>,
  {
    every = 0,
    enabled = true,
    keep = false,
  }: { every?: number | ((answer: AnswerTo<Name> | undefined) => number); enabled?: boolean; keep?: boolean } = {},
) =>
  useQuery({
    ...questionOf(name, input),
    enabled,
    ...(keep ? { placeholderData: keepPreviousData } : {}),
    refetchInterval: ({ state: { data, error } }) => {
      // What was refused before anything was shown stays as it is: asking again would blank the page each time.
      if (data === undefined && error !== null && !isLost(error)) return false;
      return (typeof every === 'number' ? every : every(data)) || false;
    },
  });

/** Does what a route does; afterwards everything that is on the page is asked for anew. */
export const useDeed = <Name extends RouteName>(name: Name) =>
  useMutation<AnswerTo<Name>, Error, InputTo<Name>>({
    mutationFn: (input) => call(name, input),
    onSettled: () => queryClient.invalidateQueries(),
  });
