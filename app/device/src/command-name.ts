/** Set where the agent is bundled into a package of its own. */
declare const AGENT_COMMAND: string | undefined;

/** What starts the agent, for help, errors and printed command lines. */
export const COMMAND: string =
  typeof AGENT_COMMAND === 'string' ? AGENT_COMMAND : 'npx tsx app/device/src/main.ts';
