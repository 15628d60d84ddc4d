/*
 * Encodes Commonwire reports for microcontrollers: C99, no memory allocation, no other library. Whoever signs, a secure
 * element or a library, is called by a pointer. docs/microcontrollers.md describes the bytes.
 */
#ifndef COMMONWIRE_REPORT_H
#define COMMONWIRE_REPORT_H

#include <stddef.h>
#include <stdint.h>

#define CW_KEY_BYTES 32
#define CW_SIGNATURE_BYTES 64
#define CW_REPORT_HEAD_BYTES 126
#define CW_MAX_EXTRA_BYTES 255
/* The longest report. */
#define CW_MAX_REPORT_BYTES (CW_REPORT_HEAD_BYTES + CW_MAX_EXTRA_BYTES)

enum cw_kind { CW_ENERGY = 1, CW_BANDWIDTH = 2, CW_PARKING = 3, CW_SENSOR = 4 };

enum cw_result {
  CW_OK = 0,
  /* The buffer is shorter than the report. */
  CW_TOO_SMALL = -1,
  /* More than CW_MAX_EXTRA_BYTES, or none although their number isn't 0. */
  CW_BAD_EXTRA = -2,
  /* The signer failed. */
  CW_NOT_SIGNED = -3,
  /* A P-256 signature whose s is not between 1 and the curve's order. */
  CW_BAD_SIGNATURE = -4
};

struct cw_report {
  uint8_t network[CW_KEY_BYTES]; /* address of the network account */
  uint32_t index;                /* in the registry */
  uint8_t owner[CW_KEY_BYTES];   /* wallet that the device earns for */
  uint64_t sequence;             /* start / 60 always works */
  uint64_t start;                /* unix seconds, a whole minute */
  uint32_t seconds;              /* 60 to 3600, whole minutes */
  uint8_t kind;                  /* enum cw_kind */
  int64_t value;                 /* in the kind's unit: Wh, bytes, seconds, milli-units */
  int32_t latitude;              /* 1e-7 degree, north positive */
  int32_t longitude;             /* 1e-7 degree, east positive */
  const uint8_t *extra;          /* as the kind says; may be NULL if extra_length is 0 */
  size_t extra_length;
};

/*
 * Signs `message` and writes 64 bytes: an Ed25519 signature, or r and s of ECDSA with P-256 over the message's SHA-256.
 * Returns 0 if it did.
 */
typedef int (*cw_signer)(void *context, const uint8_t *message, size_t length, uint8_t signature[CW_SIGNATURE_BYTES]);

/* Writes the bytes that are signed. Returns their number, or a negative enum cw_result; then nothing is written. */
int cw_encode(const struct cw_report *report, uint8_t *buffer, size_t size);

/* Encodes a report and has it signed. Returns its length, or a negative enum cw_result. */
int cw_sign_ed25519(const struct cw_report *report, uint8_t *buffer, size_t size, cw_signer signer, void *context,
                    uint8_t signature[CW_SIGNATURE_BYTES]);

/* The same with P-256. Brings s into the lower half of its range, which oracles require and many signers don't do. */
int cw_sign_p256(const struct cw_report *report, uint8_t *buffer, size_t size, cw_signer signer, void *context,
                 uint8_t signature[CW_SIGNATURE_BYTES]);

/* Brings s of a P-256 signature into the lower half. Returns CW_OK or CW_BAD_SIGNATURE. */
int cw_lower_s(uint8_t signature[CW_SIGNATURE_BYTES]);

#endif
