/** Devices that one page keeps. */
export const PAGE_SLOTS = 1024;

/** Number of the page that keeps a device. */
export const pageNumber = (index: number): number => Math.floor(index / PAGE_SLOTS);
