/** What an installer signs about a device: that it is there, of this capacity. */
import { ascii, concat, ofLength, u8, u32, u64 } from '../core/bytes';

const DOMAIN = 'commonwire:attestation:v1';

/** What an installer says of a device, for a network. */
export interface Attestation {
  /** Address of the network account, 32 bytes. */
  readonly network: Uint8Array;
  /** As registered: none of it ever changes. */
  readonly device: {
    readonly keyType: number;
    /** 33 bytes. */
    readonly deviceKey: Uint8Array;
    readonly kind: number;
    /** In the kind's unit. */
    readonly capacity: number;
    /** With the mount, as the registry has it. */
    readonly h3Cell: bigint;
  };
  /** When the installer was there, unix seconds, and from when on it says nothing any more. */
  readonly date: number;
  readonly expires: number;
}

/** The bytes that an installer signs. @throws FormatError `wrong-length`, `out-of-range` */
export const attestationMessage = ({ network, device, date, expires }: Attestation): Uint8Array =>
  concat(
    ascii(DOMAIN),
    ofLength(32, network, 'network'),
    u8(device.keyType),
    ofLength(33, device.deviceKey, 'device key'),
    u8(device.kind),
    u32(device.capacity),
    u64(device.h3Cell),
    u64(BigInt(date)),
    u64(BigInt(expires)),
  );
