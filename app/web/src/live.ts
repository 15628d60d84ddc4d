import { createContext, useContext } from 'react';
import { Loader, type Snapshot } from './snapshot';

const REFRESH_MS = 2_000;
/** Parts that arrive within this time are drawn together. */
const DRAW_MS = 50;
const DEVICES_A_PAGE = 60;

/** What the pages show, kept up to date while the page can be seen. */
class LiveSnapshot {
  private readonly listeners = new Set<() => void>();
  private drawing: ReturnType<typeof setTimeout> | undefined;
  private readonly loader = new Loader(() => {
    this.drawing ??= setTimeout(() => this.draw(), DRAW_MS);
  });
  deviceLimit = DEVICES_A_PAGE;
  /** Whether everything was asked for once. */
  isLoaded = false;
  /** A new object after each change. */
  shown: Snapshot = this.loader.snapshot;

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  moreDevices = (): void => {
    this.deviceLimit += DEVICES_A_PAGE;
  };

  async keepRefreshing(): Promise<never> {
    for (;;) {
      // Don't send requests while the page is hidden.
      if (!document.hidden) {
        await this.loader.refresh(this.deviceLimit);
        this.isLoaded = true;
        this.draw();
      }
      await new Promise((resolve) => setTimeout(resolve, REFRESH_MS));
    }
  }

  private draw(): void {
    clearTimeout(this.drawing);
    this.drawing = undefined;
    this.shown = { ...this.loader.snapshot };
    for (const listener of this.listeners) listener();
  }
}

/** The one that all pages show. */
export const live = new LiveSnapshot();

/** The snapshot shown, and the words for it. */
export const SnapshotContext = createContext<Snapshot>(live.shown);
export const useSnapshot = (): Snapshot => useContext(SnapshotContext);

/** Whether nobody has answered yet and somebody still may. */
export const isWaiting = ({ network, oracles, problems }: Snapshot): boolean =>
  !network && problems.length === 0 && oracles.every(({ error }) => !error);
