#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <openssl/err.h>

// Macros, which Swift does not see.
static inline void kiosk_release_buffers(SSL_CTX *context) { SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS); }
static inline int kiosk_require_tls12(SSL_CTX *context) { return SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION); }

// When the first of its own certificate, those sent with it and a sole authority ends. Of many authorities, as a system has them,
// some have always ended. NULL where there is none.
static inline const ASN1_TIME *kiosk_earliest_end(SSL_CTX *context) {
    const ASN1_TIME *earliest = NULL;
    X509 *own = SSL_CTX_get0_certificate(context);
    if (own != NULL) earliest = X509_get0_notAfter(own);
    STACK_OF(X509) *chain = NULL;
    SSL_CTX_get0_chain_certs(context, &chain);
    for (int i = 0; chain != NULL && i < sk_X509_num(chain); i++) {
        const ASN1_TIME *end = X509_get0_notAfter(sk_X509_value(chain, i));
        if (earliest == NULL || ASN1_TIME_compare(end, earliest) < 0) earliest = end;
    }
    STACK_OF(X509_OBJECT) *authorities = X509_STORE_get0_objects(SSL_CTX_get_cert_store(context));
    if (authorities != NULL && sk_X509_OBJECT_num(authorities) == 1) {
        X509 *authority = X509_OBJECT_get0_X509(sk_X509_OBJECT_value(authorities, 0));
        const ASN1_TIME *end = authority == NULL ? NULL : X509_get0_notAfter(authority);
        if (end != NULL && (earliest == NULL || ASN1_TIME_compare(end, earliest) < 0)) earliest = end;
    }
    return earliest;
}
