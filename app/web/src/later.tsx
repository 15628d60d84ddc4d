import {
  Component,
  type ComponentType,
  type LazyExoticComponent,
  lazy,
  type ReactNode,
  Suspense,
} from 'react';
import { Empty } from './parts';
import { loadPageTexts, t } from './text';

/** A page that is loaded when it is first opened, with its texts. */
export const loadedLater = <P extends object>(
  load: () => Promise<{ default: ComponentType<P> }>,
): LazyExoticComponent<ComponentType<P>> =>
  lazy(async () => {
    const [loaded] = await Promise.all([load(), loadPageTexts()]);
    return loaded;
  });

/** Shows that a part is being loaded, or that it couldn't be: then nothing else of the page goes with it. */
export class Later extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError = () => ({ failed: true });

  override render() {
    if (this.state.failed) return <p className="problem">{t('app.partFailed')}</p>;
    return <Suspense fallback={<Empty>{t('app.loading')}</Empty>}>{this.props.children}</Suspense>;
  }
}
