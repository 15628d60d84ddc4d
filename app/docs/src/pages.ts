/** A part of the site, for readers who want the same. */
export interface Section {
  readonly title: string;
  /** Pages by their path in the repository, in the order to read them. */
  readonly pages: readonly string[];
}

/** The pages that don't come from a Markdown file, by their path in the site. */
export const API_PAGE = 'api/index.html';
export const CODES_PAGE = 'codes.html';

/** Every document is in one section: what serves several readers is where most of them look. */
export const SECTIONS: readonly Section[] = [
  { title: 'Start', pages: ['README.md'] },
  { title: 'Concepts', pages: ['docs/architecture.md', 'docs/glossary.md'] },
  {
    title: 'Device owners',
    pages: ['docs/installing.md', 'docs/market.md', 'docs/market-uses.md'],
  },
  {
    title: 'Backers and voters',
    pages: ['docs/owning.md', 'docs/assets.md', 'docs/staking.md', 'docs/governing.md', 'docs/browser.md'],
  },
  {
    title: 'Operators',
    pages: ['docs/deploying.md', 'docs/oracle.md', 'docs/operating.md', 'docs/policy.md'],
  },
  { title: 'Device makers', pages: ['docs/devices.md', 'docs/microcontrollers.md'] },
  {
    title: 'Integrators',
    pages: [
      'docs/integrating.md',
      API_PAGE,
      CODES_PAGE,
      'docs/formats.md',
      'docs/commands.md',
      'docs/localnet.md',
    ],
  },
  {
    title: 'Auditors',
    pages: [
      'docs/verification/README.md',
      'docs/verification/auditing.md',
      'docs/verification/files.md',
      'docs/verification/energy.md',
      'docs/verification/meter.md',
      'docs/verification/market.md',
      'docs/verification/bandwidth.md',
      'docs/verification/parking.md',
      'docs/verification/sensor.md',
      'docs/verification/attestation.md',
      'docs/verification/denylist.md',
      'docs/security.md',
      'docs/performance.md',
    ],
  },
  { title: 'Developers', pages: ['CONTRIBUTING.md', 'docs/building.md', 'docs/testing.md'] },
];

/** Where a page of the repository is in the site. */
export const pathOf = (page: string): string =>
  page === 'README.md' ? 'index.html' : page.replace(/\.md$/, '.html');
