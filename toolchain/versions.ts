/** The Rust toolchain for the committed binaries. Its LLVM 23 supports the BPF features that the programs need. */
export const NIGHTLY = 'nightly-2026-10-29';

/** The release of `sbpf-linker` that turns LLVM's BPF output into Solana's SBPF format. */
export const SBPF_LINKER_VERSION = '0.2.6';
