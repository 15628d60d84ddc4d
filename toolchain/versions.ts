/** The Rust toolchain that compiles the committed binaries: its LLVM 23 takes what the programs need of BPF. */
export const NIGHTLY = 'nightly-2026-10-29';

/** The release of `sbpf-linker` that turns LLVM's BPF output into Solana's SBPF format. */
export const SBPF_LINKER_VERSION = '0.2.6';
