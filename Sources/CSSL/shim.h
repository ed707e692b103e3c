#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <openssl/err.h>

// Macros, which Swift does not see.
static inline void kiosk_release_buffers(SSL_CTX *context) { SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS); }
static inline int kiosk_require_tls12(SSL_CTX *context) { return SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION); }
