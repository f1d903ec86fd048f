/* A QR code as a grid of squares: the one door to libqrencode. */
#ifndef ANS_PAPER_QR_H
#define ANS_PAPER_QR_H

#include "base/cx.h"

#define ANS_QR_MOST_BYTES 300

typedef struct ans_qr {
    uint32_t side;
    const uint8_t *dark; /* side * side, row by row; 1 is dark */
} ans_qr;

/* Error correction of level M: a code that lost a seventh of its area is still read.
 * owns     out->dark in cx->arena
 * errors   ANS_E_TOOBIG more than ANS_QR_MOST_BYTES
 * spec     ISO/IEC 18004 */
ANS_MUST_USE ans_err ans_qr_make(ans_cx *cx, ans_str text, ans_qr *out);

#endif
