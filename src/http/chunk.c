/* Chunked request bodies (RFC 9112 7.1), byte by byte so that a body may be cut anywhere between
 * two reads.
 *
 *   chunked-body = *( 1*8HEXDIG CRLF data CRLF ) 1*8"0" CRLF CRLF
 *
 * Chunk extensions and trailers are refused: nobody sends them to a FHIR server, and parsers that
 * skip them differently are a known way to smuggle requests. Eight digits keep the size far from
 * overflow; the caller's limit is far below. */
#include "http/http.h"

enum place { SIZE, SIZE_LF, DATA, DATA_CR, DATA_LF, END_CR, END_LF, END };

static ans_frame_state refuse(ans_chunk *chunk, const char *reason)
{
    chunk->reason = reason;
    return ANS_FRAME_BAD;
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    char lower = (char)(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

static ans_frame_state size_byte(ans_chunk *chunk, char c)
{
    int digit = hex_value(c);
    if (digit >= 0) {
        chunk->left_ = chunk->left_ * 16 + (uint64_t)digit;
        return ++chunk->digits_ > 8 ? refuse(chunk, "a chunk size has more than 8 digits")
                                    : ANS_FRAME_MORE;
    }
    if (c != '\r' || chunk->digits_ == 0) {
        return refuse(chunk, c == ';' ? "chunk extensions are not accepted"
                                      : "a chunk size is not a hexadecimal number and CR LF");
    }
    chunk->place_ = SIZE_LF;
    return ANS_FRAME_MORE;
}

/* A byte that can only be one thing; moves on to the next place. */
static ans_frame_state fixed_byte(ans_chunk *chunk, char c)
{
    static const struct {
        char want;
        uint8_t next;
        const char *reason;
    } fixed[] = {
        [SIZE_LF] = {'\n', DATA, "a chunk size does not end in CR LF"},
        [DATA_CR] = {'\r', DATA_LF, "chunk data is not followed by CR LF"},
        [DATA_LF] = {'\n', SIZE, "chunk data is not followed by CR LF"},
        [END_CR] = {'\r', END_LF, "trailers are not accepted"},
        [END_LF] = {'\n', END, "the last chunk is not followed by CR LF"},
    };
    uint8_t place = chunk->place_;
    if (c != fixed[place].want) {
        return refuse(chunk, fixed[place].reason);
    }
    chunk->place_ = fixed[place].next;
    if (place == SIZE_LF) {
        chunk->total += chunk->left_;
        chunk->place_ = chunk->left_ == 0 ? END_CR : DATA;
    }
    if (place == DATA_LF) {
        chunk->digits_ = 0;
    }
    return chunk->place_ == END ? ANS_FRAME_DONE : ANS_FRAME_MORE;
}

ans_frame_state ans_chunk_next(ans_chunk *chunk, ans_str *bytes, ans_str *out_data)
{
    *out_data = ANS_STR_NONE;
    while (bytes->n > 0) {
        if (chunk->place_ == DATA) {
            size_t take = bytes->n < chunk->left_ ? bytes->n : (size_t)chunk->left_;
            *out_data = ans_str_head(*bytes, take);
            *bytes = ans_str_from(*bytes, take);
            chunk->left_ -= take;
            chunk->place_ = chunk->left_ == 0 ? DATA_CR : DATA;
            return ANS_FRAME_MORE;
        }
        char c = bytes->p[0];
        *bytes = ans_str_from(*bytes, 1);
        ans_frame_state state = chunk->place_ == SIZE ? size_byte(chunk, c) : fixed_byte(chunk, c);
        if (state != ANS_FRAME_MORE) {
            return state;
        }
    }
    return ANS_FRAME_MORE;
}
