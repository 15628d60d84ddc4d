import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CollectionTag, parse, type ScalarTag } from 'yaml';

/** What a statement of a role allows. Resources are as they stand in the file: `Table.Arn`, or the text of a `!Sub`. */
export interface Statement {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** Patterns of partitions of the table; undefined: all. */
  readonly partitions?: readonly string[];
}

interface Policy {
  readonly Action: string | string[];
  readonly Resource: string | string[];
  readonly Condition?: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': string[] } };
}

interface Resource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: what properties there are depends on the type
  readonly Properties: Record<string, any>;
}

interface FunctionOf {
  readonly role: string;
  readonly timeout?: number;
  readonly memorySize?: string;
  readonly reservedConcurrency?: number;
  readonly maximumEventAge?: number;
  readonly maximumRetryAttempts?: number;
  readonly events?: readonly {
    readonly httpApi?: string;
    readonly schedule?: string;
    readonly sqs?: Record<string, unknown>;
  }[];
}

/** `serverless.yml` as it stands there; of CloudFormation's tags only their text is left. */
export interface Stack {
  readonly provider: Record<string, unknown>;
  readonly custom: Readonly<Record<string, string>> & {
    readonly environments: { readonly aws: Record<string, string> };
  };
  readonly functions: Readonly<Record<string, FunctionOf>>;
  readonly resources: { readonly Resources: Readonly<Record<string, Resource>> };
}

const TAGS: ScalarTag[] = ['!GetAtt', '!Ref', '!Sub'].map((tag) => ({ tag, resolve: (text) => text }));

export const readStack = (): Stack =>
  parse(readFileSync(join(__dirname, '../../../serverless.yml'), 'utf8'), {
    customTags: TAGS as (ScalarTag | CollectionTag)[],
    merge: true,
  });

const list = <T>(one: T | readonly T[]): readonly T[] => (Array.isArray(one) ? one : [one as T]);

/** What a function's role allows. */
export function statementsOf({ functions, resources }: Stack, name: string): Statement[] {
  const role = functions[name]!.role.replace('.Arn', '');
  const [policy] = resources.Resources[role]!.Properties.Policies;
  return (policy.PolicyDocument.Statement as Policy[]).map(({ Action, Resource, Condition }) => ({
    actions: list(Action),
    resources: list(Resource),
    ...(Condition && { partitions: Condition['ForAllValues:StringLike']['dynamodb:LeadingKeys'] }),
  }));
}

/** A function's memory unless the deploying shell says otherwise, MB. */
export function memoryOf({ functions, custom }: Stack, name: string): number {
  const setting = /custom\.(\w+)/.exec(functions[name]!.memorySize ?? '')![1]!;
  return Number(/'(\d+)'/.exec(custom[setting]!)![1]);
}

/** Resources of a type, by name. */
export const resourcesOf = ({ resources }: Stack, type: string): Record<string, Resource['Properties']> =>
  Object.fromEntries(
    Object.entries(resources.Resources)
      .filter(([, { Type }]) => Type === type)
      .map(([name, { Properties }]) => [name, Properties]),
  );

/** Whether a pattern of a role is for a partition. */
export const matches = (pattern: string, text: string): boolean =>
  pattern.endsWith('*') ? text.startsWith(pattern.slice(0, -1)) : pattern === text;

/** Whether a role allows an action on a resource of this name; for the table, on a partition of it. */
export const allows = (
  statements: readonly Statement[],
  action: string,
  resource: string,
  partition?: string,
): boolean =>
  statements.some(
    ({ actions, resources, partitions }) =>
      actions.includes(action) &&
      resources.some((one) => one.includes(resource)) &&
      (partition === undefined || !partitions || partitions.some((pattern) => matches(pattern, partition))),
  );

/** The definition of the state machine that closes epochs, as CloudFormation would fill it in. */
export function machineDefinition(stack: Stack, prefix: string, values: Record<string, string>): string {
  const { Definition, DefinitionSubstitutions } = resourcesOf(stack, 'AWS::StepFunctions::StateMachine')
    .CloseMachine!;
  const names = Object.keys(DefinitionSubstitutions);
  const filled = names.reduce(
    (text, name) => text.replaceAll(`\${${name}}`, values[name]!),
    JSON.stringify(Definition).replaceAll(/\$\{self:custom\.prefix\}/g, prefix),
  );
  const left = /\$\{[^}]*\}/.exec(filled);
  if (left) throw new Error(`${left[0]} of the definition has no value`);
  return filled;
}
