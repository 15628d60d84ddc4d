/**
 * Answers invocations of Lambda functions in front of moto, which sends there what a state machine calls. Each function
 * runs in a process of its own, as on AWS, so that it can be killed.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { bundle } from '../../bundle';
import { STEPS } from '../../src/epoch/steps/stores';
import type { Answer, Invocation } from './lambda-process';

const INVOKED = /^\/2015-03-31\/functions\/(.+)\/invocations$/;
/** Processes at once: as many as the machines of those who run this have cores, or so. */
const PROCESSES = 2;

/** What a worker was seen to do, for a test that wants to kill it then. */
export interface Seen {
  readonly function: string;
  readonly event: { readonly shard?: number };
  /** What it just stored, as a path of S3. */
  readonly stored: string;
}

export class LambdaHost {
  /** How often each function was invoked, and how often its process was killed meanwhile. */
  readonly invoked: Record<string, number> = {};
  killed = 0;
  /** Whether to kill a worker that was seen to do this. */
  kills: (seen: Seen) => boolean = () => false;
  private readonly server: Server;
  private readonly idle: Worker[] = [];
  private readonly all = new Set<Worker>();
  private readonly queue: ((worker: Worker) => void)[] = [];
  private next = 0;

  private constructor(
    /** Where moto is. */
    private readonly behind: number,
    private readonly environment: NodeJS.ProcessEnv,
    private readonly prefix: string,
    /** Where the bundled functions are. */
    private readonly folder: string,
  ) {
    this.server = createServer((asked, answer) => {
      const [, name] = INVOKED.exec(asked.url ?? '') ?? [];
      const done = name ? this.invoke(decodeURIComponent(name), asked, answer) : this.pass(asked, answer);
      done.catch((error: Error) => {
        answer.statusCode = 502;
        answer.end(String(error));
      });
    });
  }

  /** @param prefix of the functions' names */
  static async start(behind: number, environment: NodeJS.ProcessEnv, prefix: string): Promise<LambdaHost> {
    const folder = await mkdtemp(join(tmpdir(), 'commonwire-functions-'));
    const functions = STEPS.map((name) => join(__dirname, `../../src/functions/${name}.ts`));
    await bundle([join(__dirname, 'lambda-process.ts')], folder);
    await bundle(functions, folder);
    const host = new LambdaHost(behind, environment, prefix, folder);
    await new Promise<void>((resolve) => host.server.listen(0, '127.0.0.1', resolve));
    return host;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    for (const worker of this.all) worker.kill();
    this.server.close();
    this.server.closeAllConnections();
    await rm(this.folder, { recursive: true });
  }

  private async invoke(name: string, asked: IncomingMessage, answer: ServerResponse): Promise<void> {
    const [, step = name] = name.split(this.prefix);
    this.invoked[step] = (this.invoked[step] ?? 0) + 1;
    const event = JSON.parse((await buffer(asked)).toString());
    const worker = await this.take();
    const answered = await worker.invoke({ function: step, event });
    if (answered) this.give(worker);
    else this.lose(worker);
    const failed = answered ? answered.failed : 'the process was killed';
    answer.setHeader('content-type', 'application/json');
    if (failed !== undefined) answer.setHeader('x-amz-function-error', 'Unhandled');
    const crash = { errorType: answered ? 'Error' : 'Runtime.ExitError', errorMessage: failed };
    answer.end(JSON.stringify(failed === undefined ? answered!.value : crash));
  }

  /** Hands a request on. What workers store is noted. */
  private async pass(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
    const { method, url, headers } = asked;
    const body = await buffer(asked);
    await new Promise<void>((resolve, reject) => {
      const sent = request(
        { host: '127.0.0.1', port: this.behind, path: url, method, headers },
        (response) => {
          const worker = [...this.all].find((one) => headers['user-agent']?.includes(`app/${one.name}`));
          if (worker?.current && method === 'PUT' && response.statusCode === 200) {
            const seen = { ...worker.current, stored: url ?? '' } as Seen;
            if (this.kills(seen)) {
              this.killed += 1;
              worker.kill();
            }
          }
          answer.writeHead(response.statusCode ?? 502, response.headers);
          response.pipe(answer).on('finish', resolve).on('close', resolve);
        },
      );
      sent.on('error', reject);
      sent.end(body);
    });
  }

  private async take(): Promise<Worker> {
    const idle = this.idle.pop();
    if (idle) return idle;
    if (this.all.size < PROCESSES) return this.begin();
    return new Promise((resolve) => this.queue.push(resolve));
  }

  private give(worker: Worker): void {
    const waiting = this.queue.shift();
    if (waiting) waiting(worker);
    else this.idle.push(worker);
  }

  private lose(worker: Worker): void {
    this.all.delete(worker);
    if (this.queue.length > 0) this.give(this.begin());
  }

  private begin(): Worker {
    const name = `worker-${this.next++}`;
    const endpoint = `http://127.0.0.1:${this.port}`;
    const settings = {
      AWS_ENDPOINT_URL: endpoint,
      AWS_SDK_UA_APP_ID: name,
      // What can't be bundled.
      NODE_PATH: join(__dirname, '../../../node_modules'),
    };
    const worker = new Worker(name, join(this.folder, 'lambda-process.js'), {
      ...process.env,
      ...this.environment,
      ...settings,
    });
    this.all.add(worker);
    return worker;
  }
}

class Worker {
  current: Invocation | undefined;
  private readonly process: ChildProcess;
  private readonly ended: Promise<undefined>;

  constructor(
    readonly name: string,
    file: string,
    env: NodeJS.ProcessEnv,
  ) {
    this.process = fork(file, { env, execArgv: [] });
    this.ended = new Promise((resolve) => this.process.once('exit', () => resolve(undefined)));
  }

  /** @returns undefined if the process ends before it answers */
  async invoke(invocation: Invocation): Promise<Answer | undefined> {
    this.current = invocation;
    const answered = new Promise<Answer>((resolve) => this.process.once('message', resolve as () => void));
    this.process.send(invocation);
    const answer = await Promise.race([answered, this.ended]);
    this.current = undefined;
    return answer;
  }

  kill(): void {
    this.process.kill('SIGKILL');
  }
}
