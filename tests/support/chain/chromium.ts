import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium } from 'playwright-core';

const USUAL_PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Quiet and alone: nothing but the page under test is asked for over the network. */
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A headless browser with a profile of its own. @throws Error naming `COMMONWIRE_CHROMIUM` where there is none */
export async function openChromium(viewport: {
  width: number;
  height: number;
}): Promise<{ context: BrowserContext; close(): Promise<void> }> {
  const executablePath = findChromium();
  const profile = await mkdtemp(join(tmpdir(), 'commonwire-chromium-'));
  const removeProfile = () => rm(profile, { recursive: true, force: true, maxRetries: 5 });
  try {
    const context = await chromium.launchPersistentContext(profile, {
      executablePath,
      headless: true,
      args: ARGUMENTS,
      viewport,
    });
    return { context, close: () => context.close().then(removeProfile) };
  } catch (error) {
    await removeProfile();
    throw error;
  }
}

function findChromium(): string {
  const named = process.env.COMMONWIRE_CHROMIUM;
  const found = (named ? [named] : USUAL_PLACES).find((path) => existsSync(path));
  if (found) return found;
  throw new Error(
    named
      ? `COMMONWIRE_CHROMIUM names ${named}, which does not exist`
      : `no Chromium at ${USUAL_PLACES.join(', ')}: set COMMONWIRE_CHROMIUM to the path of one`,
  );
}
