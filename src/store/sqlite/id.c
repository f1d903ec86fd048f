/* Most ids are UUIDs. Written as 8-4-4-4-12 lower-case hex digits one is 36 bytes of text that
 * stand twice (table and index); as a BLOB of 16 it saves 40 bytes per resource. Any other id stays
 * TEXT, so the two never meet. */
#include "store/sqlite/sqlite_int.h"

static int hex_of(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool sq_id_pack(ans_str id, uint8_t out[16])
{
    size_t at = 0;

    if (id.n != 36)
        return false;
    for (int i = 0; i < 16; i++) {
        if ((at == 8 || at == 13 || at == 18 || at == 23) && id.p[at++] != '-')
            return false;
        int high = hex_of(id.p[at]), low = hex_of(id.p[at + 1]);
        if (high < 0 || low < 0)
            return false;
        out[i] = (uint8_t)(high << 4 | low);
        at += 2;
    }
    return true;
}

void sq_id_unpack(const uint8_t packed[16], char out[36])
{
    static const char digits[] = "0123456789abcdef";

    for (int i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            *out++ = '-';
        *out++ = digits[packed[i] >> 4];
        *out++ = digits[packed[i] & 15];
    }
}
