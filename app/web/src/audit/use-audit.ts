import { useEffect, useRef, useState } from 'react';
import type { AuditNews, AuditTask } from './messages';

/** How far an audit is; null before the first. */
export type AuditState = AuditNews | { kind: 'started' } | null;

/** Audits in a worker, which ends with the page that asked for it. */
export function useAudit(): { state: AuditState; start: (task: AuditTask) => void; stop: () => void } {
  const [state, setState] = useState<AuditState>(null);
  const worker = useRef<Worker>(undefined);
  const end = () => {
    worker.current?.terminate();
    worker.current = undefined;
  };
  useEffect(() => () => worker.current?.terminate(), []);
  const start = (task: AuditTask) => {
    end();
    setState({ kind: 'started' });
    const started = new Worker(new URL('./audit-worker.ts', import.meta.url), { type: 'module' });
    worker.current = started;
    started.onmessage = ({ data }: MessageEvent<AuditNews>) => {
      setState(data);
      if (data.kind === 'done' || data.kind === 'failed') end();
    };
    started.onerror = ({ message }) => {
      setState({ kind: 'failed', message });
      end();
    };
    started.postMessage(task);
  };
  const stop = () => {
    end();
    setState(null);
  };
  return { state, start, stop };
}
