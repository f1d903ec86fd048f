/* What has been imported into a data folder: the file DIR/imports.log. It makes an import go on
 * where it stopped, and take nothing twice.
 *
 * Text, one record a line, appended; the last one about a file counts. HASH is that of the file's
 * bytes as they are on disk. done HASH NAME            everything of it is in the store (or in the
 * rejects) to HASH OFFSET LINE       everything before this byte of its decoded text, which starts
 * this line, is try HASH OFFSET N TYPE/ID the N-th part at this place is about to be written;
 * TYPE/ID is a new resource in it. All or nothing: if that resource exists after a crash, the part
 * was written again HASH                the user wants it imported anew: what stands above does not
 * count
 *
 * A store commit and a line here cannot be one act. `done` and `to` are written behind the commit:
 * lost with a crash, they cost a repetition. A repetition changes nothing where resources are put
 * under their own ids; where the server makes ids, it would double them. `try` stands before the
 * commit, synced, for that case. */
#ifndef ANS_APP_JOURNAL_H
#define ANS_APP_JOURNAL_H

#include "base/cx.h"
#include "base/hash.h"

typedef struct journal journal;

typedef struct journal_place {
    bool is_done;
    uint64_t offset; /* of the decoded text */
    uint32_t line;   /* that begins there; 1 at the start */
} journal_place;

ANS_MUST_USE ans_err journal_open(ans_cx *cx, const char *dir, journal **out);
void journal_close(journal *j);

/* Where to go on with a file. Threads: any; locked inside, as all below. */
journal_place journal_find(journal *j, const ans_hash *file);
/* The new resource ("Patient/abc") of a part that was about to be written, or p NULL. */
ans_str journal_tried(journal *j, const ans_hash *file, uint64_t offset, uint32_t part);

ANS_MUST_USE ans_err journal_done(ans_cx *cx, journal *j, const ans_hash *file, const char *name);
ANS_MUST_USE ans_err journal_to(ans_cx *cx, journal *j, const ans_hash *file, uint64_t offset,
                                uint32_t line);
ANS_MUST_USE ans_err journal_try(ans_cx *cx, journal *j, const ans_hash *file, uint64_t offset,
                                 uint32_t part, ans_str ref);
ANS_MUST_USE ans_err journal_again(ans_cx *cx, journal *j, const ans_hash *file);

/* The whole text (empty when there is none), for a copy of the folder. */
ANS_MUST_USE ans_err journal_read(ans_cx *cx, const char *dir, ans_str *out);
ANS_MUST_USE ans_err journal_write(ans_cx *cx, const char *dir, ans_str text);

#endif
