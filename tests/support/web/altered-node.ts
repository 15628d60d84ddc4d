import type { Page } from 'playwright-core';

/** What a node answers in place of the chain: a JSON-RPC error, or what the chain answered, changed. */
type Answer = (params: readonly unknown[], real: () => Promise<unknown>) => Promise<unknown>;

/** The error that a node answers with. */
export const REFUSAL = { code: -32_010, message: 'not available from this node' };

/** Thrown by an answer: the node refuses the request. */
export class Refusal extends Error {}

/** Lets some requests of a page to its node be answered otherwise, by method. @returns ends that */
export async function alterNode(
  page: Page,
  rpc: string,
  answers: Readonly<Record<string, Answer>>,
): Promise<() => Promise<void>> {
  const pattern = `${rpc}/**`;
  await page.route(pattern, async (route) => {
    const { id, method, params = [] } = route.request().postDataJSON() ?? {};
    const answer = answers[method];
    if (!answer) return route.fallback();
    const real = async () => ((await (await route.fetch()).json()) as { result: unknown }).result;
    const headers = { 'access-control-allow-origin': '*' };
    try {
      await route.fulfill({ headers, json: { jsonrpc: '2.0', id, result: await answer(params, real) } });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      await route.fulfill({ headers, json: { jsonrpc: '2.0', id, error: REFUSAL } });
    }
  });
  return () => page.unroute(pattern);
}

/** A node that takes no transactions and is far ahead of the block until which one could land. */
export const LOSING: Readonly<Record<string, Answer>> = {
  sendTransaction: async () => {
    throw new Refusal();
  },
  getEpochInfo: async (_, real) => {
    const info = (await real()) as { blockHeight: number };
    return { ...info, blockHeight: info.blockHeight + 1_000 };
  },
};
