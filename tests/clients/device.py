"""Signs the reports of tests/vectors.json with the C encoder, and prints a line of JSON for each: LIBRARY VECTORS."""

import ctypes
import hashlib
import json
import sys

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
BYTES = ctypes.POINTER(ctypes.c_uint8)
SIGNER = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, BYTES, ctypes.c_size_t, BYTES)
LONGEST = 126 + 255


class Report(ctypes.Structure):
    """struct cw_report"""

    _fields_ = [
        ("network", ctypes.c_uint8 * 32),
        ("index", ctypes.c_uint32),
        ("owner", ctypes.c_uint8 * 32),
        ("sequence", ctypes.c_uint64),
        ("start", ctypes.c_uint64),
        ("seconds", ctypes.c_uint32),
        ("kind", ctypes.c_uint8),
        ("value", ctypes.c_int64),
        ("latitude", ctypes.c_int32),
        ("longitude", ctypes.c_int32),
        ("extra", ctypes.c_char_p),
        ("extra_length", ctypes.c_size_t),
    ]


def report_of(vector):
    extra = bytes.fromhex(vector["extra"])
    names = ("index", "sequence", "start", "seconds", "kind", "value", "latitude", "longitude")
    addresses = {
        name: (ctypes.c_uint8 * 32).from_buffer_copy(bytes.fromhex(vector[name])) for name in ("network", "owner")
    }
    numbers = {name: int(vector[name]) for name in names}
    return Report(**addresses, **numbers, extra=extra, extra_length=len(extra))


def secret(name):
    return hashlib.sha256(f"commonwire {name}".encode()).digest()


ed_key = ed25519.Ed25519PrivateKey.from_private_bytes(secret("vector 1"))
p256_key = ec.derive_private_key(int.from_bytes(secret("vector 3"), "big"), ec.SECP256R1())


def greater_s(message):
    """Signs like a chip that may give either s, with the greater one."""
    signed = p256_key.sign(message, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))
    r, s = decode_dss_signature(signed)
    return r.to_bytes(32, "big") + max(s, ORDER - s).to_bytes(32, "big")


def call(name, report, sign, size=LONGEST):
    """Returns the result, the bytes before the end of the buffer, and the signature."""

    def signer(_context, message, length, signature):
        if sign is None:
            return 1
        ctypes.memmove(signature, sign(ctypes.string_at(message, length)), 64)
        return 0

    buffer, signature = (ctypes.c_uint8 * (LONGEST + 8))(), (ctypes.c_uint8 * 64)()
    for i in range(size, len(buffer)):
        buffer[i] = 0xEE
    result = getattr(library, name)(ctypes.byref(report), buffer, ctypes.c_size_t(size), SIGNER(signer), None, signature)
    if bytes(buffer[size:]) != b"\xee" * (len(buffer) - size):
        raise SystemExit(f"{name} wrote beyond its buffer")
    return result, bytes(buffer[: max(result, 0)]).hex(), bytes(signature).hex()


library = ctypes.CDLL(sys.argv[1])
with open(sys.argv[2], encoding="utf-8") as file:
    reports = json.load(file)["reports"]
for vector in reports:
    report = report_of(vector)
    length = len(vector["bytes"]) // 2
    too_long = report_of(vector)
    too_long.extra_length = 256
    no_extra = report_of({**vector, "extra": ""})
    no_extra.extra, no_extra.extra_length = None, 1
    print(
        json.dumps(
            {
                "ed25519": call("cw_sign_ed25519", report, ed_key.sign, length),
                "p256": call("cw_sign_p256", report, greater_s, length),
                "errors": [
                    call("cw_sign_ed25519", report, ed_key.sign, length - 1)[0],
                    call("cw_sign_ed25519", too_long, ed_key.sign)[0],
                    call("cw_sign_ed25519", no_extra, ed_key.sign)[0],
                    call("cw_sign_ed25519", report, None)[0],
                    call("cw_sign_p256", report, lambda _: bytes(64))[0],
                    call("cw_sign_p256", report, lambda _: bytes(32) + ORDER.to_bytes(32, "big"))[0],
                ],
            }
        )
    )
