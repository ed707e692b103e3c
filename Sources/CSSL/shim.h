#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <openssl/err.h>

// A macro, which Swift does not see.
static inline int kiosk_require_tls12(SSL_CTX *context) { return SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION); }
