#include "commonwire_report.h"

#include <string.h>

static const char PREFIX[] = "commonwire:report:v1";
#define PREFIX_BYTES (sizeof PREFIX - 1)

/* Order of the curve P-256 and its half, rounded down (SEC 2, section 2.4.2). */
static const uint8_t ORDER[32] = {0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff,
                                  0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17,
                                  0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51};
static const uint8_t HALF_ORDER[32] = {0x7f, 0xff, 0xff, 0xff, 0x80, 0x00, 0x00, 0x00, 0x7f, 0xff, 0xff,
                                       0xff, 0xff, 0xff, 0xff, 0xff, 0xde, 0x73, 0x7d, 0x56, 0xd3, 0x8b,
                                       0xcf, 0x42, 0x79, 0xdc, 0xe5, 0x61, 0x7e, 0x31, 0x92, 0xa8};

/* Little-endian, whatever the machine is. Returns the place after it. */
static uint8_t *put_integer(uint8_t *to, uint64_t value, size_t bytes) {
  for (size_t i = 0; i < bytes; i++) to[i] = (uint8_t)(value >> (8 * i));
  return to + bytes;
}

static uint8_t *put_bytes(uint8_t *to, const void *from, size_t bytes) {
  memcpy(to, from, bytes);
  return to + bytes;
}

int cw_encode(const struct cw_report *report, uint8_t *buffer, size_t size) {
  const size_t extra = report->extra_length;
  if (extra > CW_MAX_EXTRA_BYTES || (extra > 0 && report->extra == NULL)) return CW_BAD_EXTRA;
  if (size < CW_REPORT_HEAD_BYTES + extra) return CW_TOO_SMALL;
  uint8_t *to = put_bytes(buffer, PREFIX, PREFIX_BYTES);
  to = put_bytes(to, report->network, CW_KEY_BYTES);
  to = put_integer(to, report->index, 4);
  to = put_bytes(to, report->owner, CW_KEY_BYTES);
  to = put_integer(to, report->sequence, 8);
  to = put_integer(to, report->start, 8);
  to = put_integer(to, report->seconds, 4);
  to = put_integer(to, report->kind, 1);
  /* Conversion to unsigned is modulo 2^n: two's complement. */
  to = put_integer(to, (uint64_t)report->value, 8);
  to = put_integer(to, (uint32_t)report->latitude, 4);
  to = put_integer(to, (uint32_t)report->longitude, 4);
  to = put_integer(to, extra, 1);
  if (extra > 0) to = put_bytes(to, report->extra, extra);
  return (int)(to - buffer);
}

int cw_sign_ed25519(const struct cw_report *report, uint8_t *buffer, size_t size, cw_signer signer, void *context,
                    uint8_t signature[CW_SIGNATURE_BYTES]) {
  const int length = cw_encode(report, buffer, size);
  if (length < 0) return length;
  return signer(context, buffer, (size_t)length, signature) == 0 ? length : CW_NOT_SIGNED;
}

int cw_sign_p256(const struct cw_report *report, uint8_t *buffer, size_t size, cw_signer signer, void *context,
                 uint8_t signature[CW_SIGNATURE_BYTES]) {
  const int length = cw_sign_ed25519(report, buffer, size, signer, context, signature);
  if (length < 0) return length;
  const int result = cw_lower_s(signature);
  return result == CW_OK ? length : result;
}

int cw_lower_s(uint8_t signature[CW_SIGNATURE_BYTES]) {
  static const uint8_t zero[32];
  uint8_t *s = signature + 32;
  if (memcmp(s, zero, 32) == 0 || memcmp(s, ORDER, 32) >= 0) return CW_BAD_SIGNATURE;
  if (memcmp(s, HALF_ORDER, 32) <= 0) return CW_OK;
  int borrow = 0;
  for (int i = 31; i >= 0; i--) {
    const int digit = (int)ORDER[i] - (int)s[i] - borrow;
    borrow = digit < 0;
    s[i] = (uint8_t)(digit + 256 * borrow);
  }
  return CW_OK;
}
