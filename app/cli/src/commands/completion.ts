import { parseOptions } from '@commonwire/sdk/node';
import { z } from 'zod';
import type { Command } from '../command';
import { bashScript, fishScript, wordsOf, zshScript } from '../completion';

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript };
type Shell = keyof typeof SCRIPTS;

const options = z.object({
  shell: z.enum(Object.keys(SCRIPTS) as Shell[], 'is none of bash, zsh and fish').meta({ operand: true }),
});

/** `commonwire completion`. @param commands all commands; it completes itself too */
export const completion = (commands: () => readonly Command[]): Command => ({
  name: 'completion',
  group: 'start',
  summary: 'prints what makes a shell complete commands and options',
  usage: `commonwire completion bash|zsh|fish

Prints a script that completes commands, actions, options and their values. It holds all of them, so that nothing runs while
you type.

  bash  eval "$(commonwire completion bash)" in ~/.bashrc
  zsh   eval "$(commonwire completion zsh)" in ~/.zshrc, after compinit
  fish  commonwire completion fish > ~/.config/fish/completions/commonwire.fish`,
  examples: ['commonwire completion bash', 'commonwire completion fish'],
  options,

  async run(argv, write) {
    const { shell } = parseOptions('commonwire completion', argv, options, 'shell');
    write(SCRIPTS[shell](wordsOf(commands())).trimEnd());
    return 0;
  },
});
