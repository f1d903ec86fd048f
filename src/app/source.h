/* A file to be imported, as pieces of decoded text: one document, or runs of whole NDJSON lines.
 *
 * Plain, gzip and zstd are told apart by their first bytes, NDJSON by its name (.ndjson, .jsonl) or
 * by a first line that is a whole value. Memory is bounded whatever the file says: a piece of lines
 * is about 256 KiB, a line or document at most SOURCE_TEXT_BYTES, and what unpacks to more than a
 * thousand times its size is refused. */
#ifndef ANS_APP_SOURCE_H
#define ANS_APP_SOURCE_H

#include "base/buf.h"
#include "base/cx.h"
#include "base/hash.h"

#define SOURCE_TEXT_BYTES ((size_t)256 << 20)

typedef struct source source;

typedef struct source_piece {
    ans_buf text;       /* the taker's: ans_buf_done */
    uint64_t offset;    /* of its first byte in the decoded text */
    uint64_t raw_end;   /* bytes of the file read so far */
    uint32_t line;      /* its first line, from 1 */
    uint32_t next_line; /* the line behind it */
    bool is_lines;
    const char *refused; /* why this part of the file cannot be taken; the text is empty then */
} source_piece;

/* cx->arena keeps it.
 * errors   ANS_E_NOTFOUND, ANS_E_IO */
ANS_MUST_USE ans_err source_open(ans_cx *cx, const char *path, source **out);
void source_close(source *s); /* accepts NULL */
/* Of the file as it lies there, read for this alone: what is only read once needs none. Does not move the pieces.
 * errors   ANS_E_IO, ANS_E_NOMEM */
ANS_MUST_USE ans_err source_hash(ans_cx *cx, source *s, ans_hash *out);
/* Go on at a place told by an earlier piece's end; only for lines. */
ANS_MUST_USE ans_err source_skip(ans_cx *cx, source *s, uint64_t offset, uint32_t line);
/* The next piece; *out_more false at the end.
 * errors   ANS_E_SYNTAX the compressed data is damaged or cut short; ANS_E_TOOBIG it unpacks to too
 * much; ANS_E_IO */
ANS_MUST_USE ans_err source_next(ans_cx *cx, source *s, source_piece *out, bool *out_more);

#endif
