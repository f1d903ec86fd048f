/* What others keep beside the accounts, with the same promise: documents of JSON in the space "access", on the disk when a call says
 * so, in no search and no export of the record. Programs that were let in (smart/smart.h) are kept so.
 *
 * Threads: any, but for ans_beside_each, which is for starts. Not on an event loop: it waits for the disk. */
#ifndef ANS_AUTH_BESIDE_H
#define ANS_AUTH_BESIDE_H

#include "auth/who.h"

/* Names on disk: keep.c. */
typedef enum ans_beside_kind { ANS_BESIDE_CLIENT, ANS_BESIDE_GRANT, ANS_BESIDE_ASSERTION, ANS_BESIDE_KEY, ANS_BESIDE_DRAFT, ANS_BESIDE_COUNT } ans_beside_kind;

typedef struct ans_beside {
    uint8_t kind;
    ans_str id;   /* 1 to 64 of letters, digits, '-' and '.' */
    ans_str body; /* empty: it is taken away */
} ans_beside;

/* All of them, or none. Each (kind, id) once. */
ANS_MUST_USE ans_err ans_beside_keep(ans_cx *cx, ans_accounts *accounts, const ans_beside *list, uint32_t count);
/* Every document of a kind; its views live until the visitor returns. A visitor's error ends it; ANS_E_CORRUPT gets its issue here. */
typedef ans_err ans_beside_visit(void *arg, ans_cx *cx, ans_str id, ans_str body);
ANS_MUST_USE ans_err ans_beside_each(ans_cx *cx, ans_accounts *accounts, ans_beside_kind kind, ans_beside_visit *visit, void *arg);

/* ---- accounts as what was allowed in their name sees them ---- */

/* The account behind something that it allowed, or was given, at since_us: NOBODY when it is switched off, has to change its password,
 * or when all of its tokens were ended after that moment. kind is PROGRAM. Views in the arena. */
void ans_who_by_account(ans_accounts *accounts, ans_arena *arena, ans_str account, int64_t since_us, ans_who *out);
/* Is anybody signed in by that account in a browser (locked or not)? */
bool ans_account_is_here(ans_accounts *accounts, ans_str account);

#endif
