"""Keys of SNMPv3's User-based Security Model in Python (RFC 3414 section 2.6 and appendix A, RFC 7860), to check the program against."""
import hashlib
import hmac

HASHES = {"MD5": "md5", "SHA": "sha1", "SHA-224": "sha224", "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512"}
MAC_LENGTHS = {"MD5": 12, "SHA": 12, "SHA-224": 16, "SHA-256": 24, "SHA-384": 32, "SHA-512": 48}
PRIV_KEY_LENGTHS = {"DES": 16, "3DES": 32, "AES": 16, "AES-192": 24, "AES-256": 32, "AES-192-C": 24, "AES-256-C": 32}


def digest(auth, data):
    return hashlib.new(HASHES[auth], data).digest()


def master_key(auth, passphrase):
    """Ku."""
    return digest(auth, (passphrase * (2 ** 20 // len(passphrase) + 1))[:2 ** 20])


def localized_key(auth, master, engine_id):
    """Kul."""
    return digest(auth, master + engine_id + master)


def privacy_key(auth, priv, master, engine_id):
    """Kul as long as the protocol needs it: -C and 3DES after Reeder, the others after Blumenthal."""
    key = last = localized_key(auth, master, engine_id)
    while len(key) < PRIV_KEY_LENGTHS[priv]:
        if priv == "3DES" or priv.endswith("-C"):
            last = localized_key(auth, master_key(auth, last), engine_id)
        else:
            last = digest(auth, key)
        key += last
    return key[:PRIV_KEY_LENGTHS[priv]]


def mac(auth, localized, message):
    """The digest of a message in which the place of the digest holds zeros."""
    return hmac.new(localized, message, HASHES[auth]).digest()[:MAC_LENGTHS[auth]]
