import { z } from 'zod';
import { actionNames, type Command, GROUPS, optionsOf } from './command';

/** What follows an option: nothing, a file, one of some words, or anything else. */
type Value = 'nothing' | 'file' | 'anything' | readonly string[];

/** Options whose value is a file or a folder. */
const FILES = new Set([
  ...[
    'keypair',
    'payer',
    'config',
    'dataset',
    'evidence',
    'receipts',
    'policy',
    'payload',
    'resume',
    'file',
    'usage',
    'book',
  ],
]);
const CLUSTERS = ['localhost', 'devnet', 'testnet', 'mainnet'];

/** A field without what wraps its type. */
function innermost(field: z.core.$ZodType): z.core.$ZodType {
  const {
    innerType,
    in: before,
    element,
  } = field._zod.def as {
    innerType?: z.ZodType;
    in?: z.ZodType;
    element?: z.ZodType;
  };
  const inner = innerType ?? before ?? element;
  return inner ? innermost(inner) : field;
}

/** What follows an option. */
function expected(name: string, field: z.core.$ZodType): Value {
  const inner = innermost(field);
  if (inner instanceof z.ZodBoolean) return 'nothing';
  if (inner instanceof z.ZodEnum) return inner.options.map(String);
  if (name === 'url') return CLUSTERS;
  return FILES.has(name) ? 'file' : 'anything';
}

/** What can follow a command, or a command and its action. */
interface Form {
  readonly command: string;
  /** Empty for a command without actions. */
  readonly action: string;
  readonly options: ReadonlyMap<string, Value>;
  /** Words for what is no option; files, or nothing. */
  readonly operand: Value;
}

/** What can be typed, for the scripts of all shells. */
export interface Words {
  readonly commands: readonly { readonly name: string; readonly summary: string }[];
  /** Of the commands that have actions. */
  readonly actions: ReadonlyMap<string, readonly string[]>;
  readonly forms: readonly Form[];
}

/** Reads from the definitions of commands what can be typed. */
export function wordsOf(commands: readonly Command[]): Words {
  const forms = commands.flatMap((command) => {
    const actions = actionNames(command);
    return (actions.length > 0 ? actions : ['']).map((action): Form => {
      const { shape } = optionsOf(command, action)!;
      const operands = Object.entries(shape).filter(([, field]) => isOperand(field));
      const options = Object.entries(shape).filter(([, field]) => !isOperand(field));
      const known = options.map(([name, field]) => [name, expected(name, field)] as const);
      return {
        command: command.name,
        action,
        options: new Map<string, Value>([...known, ['profile', 'anything'], ['help', 'nothing']]),
        operand: operands.map(([name, field]) => expected(name, field))[0] ?? 'nothing',
      };
    });
  });
  const actions = commands
    .map((command) => [command.name, actionNames(command)] as const)
    .filter(([, names]) => names.length > 0);
  return { commands, actions: new Map(actions), forms };
}

/** Whether a field is what stands by itself, without `--`. */
const isOperand = (field: z.core.$ZodType): boolean => z.globalRegistry.get(field)?.operand === true;

/** Patterns of `command action option`, by what follows the option: those who share it share a line. */
function valuePatterns({ forms }: Words): ReadonlyMap<string, { value: Value; patterns: readonly string[] }> {
  const by = new Map<string, { value: Value; patterns: string[] }>();
  for (const { command, action, options } of forms)
    for (const [name, value] of options) {
      if (value === 'nothing') continue;
      const key = typeof value === 'string' ? value : value.join(' ');
      const found = by.get(key) ?? { value, patterns: [] };
      by.set(key, found);
      found.patterns.push(`${command}:${action}:--${name}`);
    }
  return by;
}

const optionList = ({ options }: Form): string => [...options.keys()].map((name) => `--${name}`).join(' ');

/** Lines of a `case` of bash or zsh, for what bash completes by `words` and files. */
function shellCases(words: Words, files: string, list: (words: string) => string): string {
  const values = [...valuePatterns(words).values()].map(({ value, patterns }) => {
    const what = value === 'file' ? files : typeof value === 'string' ? ':' : list(value.join(' '));
    return `    ${patterns.join('|')}) ${what}; return ;;`;
  });
  return values.join('\n');
}

/** The completion of bash. */
export function bashScript(words: Words): string {
  const actions = [...words.actions].map(([name, list]) => `      ${name}) words='${list.join(' ')}' ;;`);
  const forms = words.forms.map((form) => {
    const operand = typeof form.operand === 'string' ? '' : `${form.operand.join(' ')} `;
    const files = form.operand === 'file' ? ' files=1' : '';
    return `    ${form.command}:${form.action}) words='${operand}${optionList(form)}'${files} ;;`;
  });
  return `# bash completion of commonwire, made by: commonwire completion bash
_commonwire() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]}
  local command=\${COMP_WORDS[1]} action='' words='' files=''
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    words='help ${words.commands.map(({ name }) => name).join(' ')}'
    COMPREPLY=($(compgen -W "$words" -- "$current"))
    return
  fi
  case $command in
    ${['help', ...words.actions.keys()].join('|')})
      action=\${COMP_WORDS[2]}
      if ((COMP_CWORD == 2)); then
        case $command in
      help) words='${[...Object.keys(GROUPS), ...words.commands.map(({ name }) => name)].join(' ')}' ;;
${actions.join('\n')}
        esac
        COMPREPLY=($(compgen -W "$words" -- "$current"))
        return
      fi ;;
  esac
  case $command:$action:$previous in
${shellCases(words, 'COMPREPLY=($(compgen -f -- "$current"))', (list) => `COMPREPLY=($(compgen -W '${list}' -- "$current"))`)}
  esac
  case $command:$action in
${forms.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  if [[ $files && $current != -* ]]; then COMPREPLY+=($(compgen -f -- "$current")); fi
}
complete -o filenames -F _commonwire commonwire
`;
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** The completion of zsh. */
export function zshScript(words: Words): string {
  const commands = words.commands.map(({ name, summary }) => `    ${quoted(`${name}:${summary}`)}`);
  const actions = [...words.actions].map(([name, list]) => `      ${name}) compadd -- ${list.join(' ')} ;;`);
  const forms = words.forms.map((form) => {
    const operand = typeof form.operand === 'string' ? '' : `${form.operand.join(' ')} `;
    const files = form.operand === 'file' ? '_files; ' : '';
    return `    ${form.command}:${form.action}) ${files}compadd -- ${operand}${optionList(form)} ;;`;
  });
  return `#compdef commonwire
# zsh completion of commonwire, made by: commonwire completion zsh
_commonwire() {
  local command=\${words[2]} action='' previous=\${words[CURRENT-1]}
  local -a commands
  commands=(
    'help:explains a command, or lists those of a group'
${commands.join('\n')}
  )
  if (( CURRENT == 2 )); then _describe command commands; return; fi
  case $command in
    ${['help', ...words.actions.keys()].join('|')})
      action=\${words[3]}
      if (( CURRENT == 3 )); then
        case $command in
      help) compadd -- ${[...Object.keys(GROUPS), ...words.commands.map(({ name }) => name)].join(' ')} ;;
${actions.join('\n')}
        esac
        return
      fi ;;
  esac
  case $command:$action:$previous in
${shellCases(words, '_files', (list) => `compadd -- ${list}`)}
  esac
  case $command:$action in
${forms.join('\n')}
  esac
}
if [ "$funcstack[1]" = _commonwire ]; then _commonwire "$@"; else compdef _commonwire commonwire; fi
`;
}

/** The completion of fish. */
export function fishScript(words: Words): string {
  const fish = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  const start = "complete -c commonwire -f -n '__fish_use_subcommand'";
  const commands = words.commands.map(({ name, summary }) => `${start} -a ${name} -d ${fish(summary)}`);
  const actions = [...words.actions].map(
    ([name, list]) =>
      `complete -c commonwire -f -n '__fish_seen_subcommand_from ${name}; and not __fish_seen_subcommand_from ${list.join(' ')}' -a ${fish(list.join(' '))}`,
  );
  const options = words.forms.flatMap(({ command, action, options: known, operand }) => {
    const seen = `__fish_seen_subcommand_from ${command}${action === '' ? '' : `; and __fish_seen_subcommand_from ${action}`}`;
    const own = [...known].map(([name, value]) => {
      const what =
        value === 'nothing'
          ? '-f'
          : value === 'file'
            ? '-r -F'
            : value === 'anything'
              ? '-x'
              : `-x -a ${fish(value.join(' '))}`;
      return `complete -c commonwire -n ${fish(seen)} -l ${name} ${what}`;
    });
    const words =
      typeof operand === 'string'
        ? []
        : [`complete -c commonwire -f -n ${fish(seen)} -a ${fish(operand.join(' '))}`];
    const files = operand === 'file' ? [`complete -c commonwire -F -n ${fish(seen)}`] : [];
    return [...own, ...words, ...files];
  });
  return `# fish completion of commonwire, made by: commonwire completion fish
complete -c commonwire -f
${[`${start} -a help -d 'explains a command, or lists those of a group'`, ...commands, ...actions, ...options].join('\n')}
`;
}
