/* The certificate that serve uses, kept while it runs. */
#ifndef ANS_APP_TLS_H
#define ANS_APP_TLS_H

#include "app/app.h"

typedef struct tls_keeper tls_keeper;

/* Open the files named by --tls-cert and --tls-key, or those in DATA/tls, which are made when they are not there. *out may be
 * set on an error too, and wants tls_stop. */
ANS_MUST_USE ans_err tls_start(ans_cx *cx, const options *o, tls_keeper **out);
ans_tls *tls_of(const tls_keeper *k); /* NULL for NULL */
void tls_announce(const tls_keeper *k);
void tls_stop(tls_keeper *k); /* after the HTTP server is closed; accepts NULL */

#endif
