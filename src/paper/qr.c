#include "paper/qr.h"

#include <qrencode.h>

ans_err ans_qr_make(ans_cx *cx, ans_str text, ans_qr *out)
{
    if (text.n == 0 || text.n > ANS_QR_MOST_BYTES) {
        return ans_issue_add(cx, ANS_E_TOOBIG, ANS_STR_NONE, "a QR code of a paper holds 1 to %d bytes", ANS_QR_MOST_BYTES);
    }
    QRcode *code = QRcode_encodeData((int)text.n, (const unsigned char *)text.p, 0, QR_ECLEVEL_M);
    if (!code) {
        return ans_issue_add(cx, ANS_E_NOMEM, ANS_STR_NONE, "a QR code could not be made");
    }
    size_t cells = (size_t)code->width * (size_t)code->width;
    uint8_t *dark = ans_arena_alloc(cx->arena, cells);
    for (size_t i = 0; dark && i < cells; i++) {
        dark[i] = code->data[i] & 1; /* the other bits say what a square is for */
    }
    uint32_t side = (uint32_t)code->width;
    QRcode_free(code);
    if (!dark) {
        return ans_cx_nomem(cx);
    }
    *out = (ans_qr){side, dark};
    return ANS_OK;
}
